package dev.weir.metrics;

import dev.weir.service.Attempt;
import dev.weir.service.Attempt.Outcome;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// What one event loop has counted of one service: attempts, repetitions, and connections to its endpoints. Written by that loop, read by
/// anybody; see [Cells].
public final class ServiceTraffic {
    private static final Outcome[] OUTCOMES = Outcome.values();

    private static final int RETRY_REFUSED = 0;
    private static final int HEDGES = 1;
    private static final int CONNECTING = 2;
    private static final int OPEN = 3;
    private static final int OPENED = 4;
    private static final int CONNECT_FAILED = 5;

    private volatile Service service;
    private final Cells.Row results = new Cells(OUTCOMES.length).row(0);
    private final Cells.Row counts = new Cells(6).row(0);

    /// By reason. Repetitions are rare, so these are no cells.
    private final Map<String, LongAdder> retries = new ConcurrentHashMap<>();

    /// By position; a larger array takes the place of this one when there are more.
    private volatile @Nullable EndpointTraffic[] endpoints = {};

    ServiceTraffic(Service service) {
        this.service = service;
    }

    /// Another list of endpoints is in force. Called by the loop only, as all that counts.
    public void adopt(Service next) {
        service = next;
    }

    /// An attempt is over.
    public void ended(Attempt attempt) {
        results.add(attempt.outcome().ordinal(), 1);
        if (service.holds(attempt.endpoint())) {
            endpoint(attempt.endpoint()).ended(attempt);
        }
    }

    private EndpointTraffic endpoint(Endpoint endpoint) {
        int position = endpoint.position();
        @Nullable EndpointTraffic[] here = endpoints;
        EndpointTraffic found = position < here.length ? here[position] : null;
        if (found != null && found.of(endpoint)) {
            return found;
        }
        EndpointTraffic made = new EndpointTraffic(endpoint);
        @Nullable EndpointTraffic[] next =
                Arrays.copyOf(here, Math.max(here.length, service.slots()));
        next[position] = made;
        endpoints = next;
        return made;
    }

    /// A request is sent once more.
    ///
    /// @param reason why the attempt before was not the last, in the words of the access log
    public void retried(String reason) {
        retries.computeIfAbsent(reason, _ -> new LongAdder()).increment();
    }

    /// A request would have been sent once more, had the budget not been spent.
    public void retryRefused() {
        counts.add(RETRY_REFUSED, 1);
    }

    /// A request has a second attempt beside the first.
    public void hedged() {
        counts.add(HEDGES, 1);
    }

    /// A connection to an endpoint is wanted.
    public void connecting() {
        counts.add(CONNECTING, 1);
    }

    /// It stands, or it will not.
    public void connected(boolean stands) {
        counts.add(CONNECTING, -1);
        counts.add(stands ? OPENED : CONNECT_FAILED, 1);
        counts.add(OPEN, stands ? 1 : 0);
    }

    /// One that stood is closed.
    public void disconnected() {
        counts.add(OPEN, -1);
    }

    Service service() {
        return service;
    }

    void addTo(Tallies all) {
        Service here = service;
        all.retriesRefused(here.name(), counts.get(RETRY_REFUSED));
        for (EndpointTraffic endpoint : endpoints) {
            if (endpoint != null && endpoint.isIn(here)) {
                endpoint.addTo(all, here);
            }
        }
    }

    /// Connections to endpoints, as counted here. Called by anybody.
    public Connections connections() {
        return new Connections(
                counts.get(OPEN),
                counts.get(CONNECTING),
                counts.get(OPENED),
                counts.get(CONNECT_FAILED));
    }

    /// Connections to the endpoints of a service. Immutable.
    ///
    /// @param open now, idle ones among them
    /// @param opened so far
    /// @param failed so far
    public record Connections(long open, long connecting, long opened, long failed) {
        public Connections plus(Connections other) {
            return new Connections(
                    open + other.open,
                    connecting + other.connecting,
                    opened + other.opened,
                    failed + other.failed);
        }
    }

    void write(Page page) {
        Service here = service;
        String name = here.name();
        for (Outcome outcome : OUTCOMES) {
            if (outcome != Outcome.OPEN) {
                page.count(Metric.ATTEMPTS, results.get(outcome.ordinal()), name, outcome.word());
            }
        }
        retries.forEach((reason, count) -> page.count(Metric.RETRIES, count.sum(), name, reason));
        page.count(Metric.RETRY_BUDGET_EXHAUSTED, counts.get(RETRY_REFUSED), name);
        page.count(Metric.HEDGES, counts.get(HEDGES), name);
        page.count(Metric.POOL_OPENED, counts.get(OPENED), name);
        page.count(Metric.POOL_FAILED, counts.get(CONNECT_FAILED), name);
        page.add(Metric.POOL_CONNECTIONS, counts.get(CONNECTING), name, "connecting");
        page.add(Metric.POOL_CONNECTIONS, counts.get(OPEN), name, "busy");
        for (EndpointTraffic endpoint : endpoints) {
            if (endpoint != null && endpoint.isIn(here)) {
                endpoint.write(page, name);
            }
        }
    }
}
