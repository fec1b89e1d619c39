package dev.weir.balance;

import dev.weir.service.Endpoint;

/// Requests sent to an endpoint that are not over, with the one to be sent, for its weight. 0 for an idle one, so that
/// idle endpoints are equal and choices share among them by weight: were an idle endpoint's load one by its weight too, the
/// heaviest of a quiet service would get every request. HAProxy's `leastconn` orders alike.
///
/// Quotients of equal ratios are equal: IEEE 754 division is rounded correctly. Thread-safe.
public final class RequestsInFlight implements Metric {
    @Override
    public double load(Endpoint endpoint, long nowNanos) {
        int inFlight = endpoint.state().inFlight();
        return inFlight <= 0 ? 0 : (inFlight + 1.0) / endpoint.weight();
    }

    @Override
    public String rule() {
        return "the fewest requests in flight for its weight";
    }

    @Override
    public String score(Endpoint endpoint, long nowNanos) {
        return "%.2f".formatted(load(endpoint, nowNanos));
    }

    @Override
    public String says(Endpoint endpoint, long nowNanos) {
        int inFlight = Math.max(0, endpoint.state().inFlight());
        return inFlight == 0
                ? "idle"
                : "load %s: (%d + 1) / %d"
                        .formatted(score(endpoint, nowNanos), inFlight, endpoint.weight());
    }
}
