package dev.weir.metrics;

import dev.weir.service.Attempt;
import dev.weir.service.Attempt.Outcome;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;

/// What one event loop has counted of the attempts at one endpoint. Written by that loop, read by anybody; see [Cells].
final class EndpointTraffic {
    private static final Outcome[] OUTCOMES = Outcome.values();

    /// Where the outcome begins in a duration's key; before it is the status.
    private static final int OUTCOME = 10;

    private final Endpoint endpoint;
    private final Durations durations = new Durations();
    private final Spread spread = new Spread();

    EndpointTraffic(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /// Whether it is this endpoint's, as listed now or before.
    boolean of(Endpoint other) {
        return endpoint.state() == other.state();
    }

    /// Whether a service still has it.
    boolean isIn(Service service) {
        return service.holds(endpoint);
    }

    /// An attempt is over. Called by the loop only.
    void ended(Attempt attempt) {
        int key = StatusCodes.counted(attempt.status()) | attempt.outcome().ordinal() << OUTCOME;
        durations.record(key, attempt.latencyNanos());
        boolean answered = attempt.outcome() == Outcome.ANSWERED;
        spread.record(
                attempt.latencyNanos(), !answered || attempt.status() >= RouteTraffic.FIRST_FAILED);
    }

    void addTo(Tallies all, Service service) {
        spread.addTo(all.endpoint(service, endpoint.name()));
    }

    void write(Page page, String service) {
        durations.write(
                page,
                Metric.ATTEMPT_DURATION,
                key -> {
                    Outcome outcome = OUTCOMES[key >> OUTCOME];
                    return new String[] {
                        service,
                        endpoint.name(),
                        StatusCodes.label(key & (1 << OUTCOME) - 1),
                        outcome == Outcome.ANSWERED ? "" : outcome.word()
                    };
                });
    }
}
