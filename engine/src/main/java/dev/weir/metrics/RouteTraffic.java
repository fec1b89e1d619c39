package dev.weir.metrics;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.http.Method;
import java.util.Arrays;

/// What one event loop has counted of one route's requests. Written by that loop, read by anybody; see [Cells].
final class RouteTraffic {
    private static final Failure[] FAILURES = Failure.values();
    private static final Method[] METHODS = Method.values();

    /// Where the parts of a duration's key begin: status, method, whether the client came by TLS.
    private static final int METHOD = 10;

    private static final int SECURE = 14;

    static final int FIRST_FAILED = 500;

    private static final int IN = 0;
    private static final int OUT = 1;

    private static final int REJECTED = 0;
    private static final int ATTEMPTED = 1;

    private final String route;
    private final Durations durations = new Durations();
    private final Cells failures = new Cells(2);
    private final Cells.Row bytes = new Cells(2).row(0);
    private final Cells.Row wouldBeLimited = new Cells(1).row(0);
    private final Spread spread = new Spread();

    /// A larger array takes the place of this one when there are more. Most routes have one.
    private volatile FlowTraffic[] flows = {};

    /// @param route its name; empty for requests that came to none
    RouteTraffic(String route) {
        this.route = route;
    }

    String route() {
        return route;
    }

    /// A request is over. Called by the loop only.
    void ended(Exchange exchange) {
        Exchange.Record record = exchange.record;
        // How long a client stays on a WebSocket says nothing of how fast it was served.
        boolean joined = record.joined && record.firstByteNanos != 0;
        long end = joined ? record.firstByteNanos : record.endedNanos;
        durations.record(key(exchange), end - record.beganNanos);
        boolean failed = record.status >= FIRST_FAILED;
        spread.record(end - record.beganNanos, failed);
        flow(exchange.listener(), record.service).ended(failed);
        bytes.add(IN, record.bytesIn);
        bytes.add(OUT, record.bytesOut);
        if (record.wouldBeLimited) {
            wouldBeLimited.add(0, 1);
        }
        Failure failure = record.failure;
        if (failure != null) {
            failures.row(failure.ordinal()).add(record.attempts == 0 ? REJECTED : ATTEMPTED, 1);
        }
    }

    private FlowTraffic flow(String listener, String service) {
        FlowTraffic[] here = flows;
        for (FlowTraffic flow : here) {
            if (flow.is(listener, service)) {
                return flow;
            }
        }
        FlowTraffic[] more = Arrays.copyOf(here, here.length + 1);
        FlowTraffic made = new FlowTraffic(new Tallies.Flow(listener, route, service));
        more[here.length] = made;
        flows = more;
        return made;
    }

    void addTo(Tallies all) {
        spread.addTo(all.route(route));
        for (FlowTraffic flow : flows) {
            flow.addTo(all);
        }
    }

    private static int key(Exchange exchange) {
        Method method = exchange.request().knownMethod();
        return StatusCodes.counted(exchange.record.status)
                | (method == null ? 0 : method.ordinal() + 1) << METHOD
                | (exchange.scheme().equals("https") ? 1 : 0) << SECURE;
    }

    private String[] labels(int key) {
        int method = key >> METHOD & 15;
        return new String[] {
            route,
            method == 0 ? "_OTHER" : METHODS[method - 1].name(),
            StatusCodes.label(key & (1 << METHOD) - 1),
            key >> SECURE == 0 ? "http" : "https"
        };
    }

    void write(Page page) {
        durations.write(page, Metric.REQUEST_DURATION, this::labels);
        page.count(Metric.REQUEST_BYTES, bytes.get(IN), route);
        page.count(Metric.RESPONSE_BYTES, bytes.get(OUT), route);
        if (wouldBeLimited.get(0) > 0) {
            page.count(Metric.RATE_LIMIT_DRY_RUN, wouldBeLimited.get(0), route);
        }
        failures.forEach(
                row -> {
                    Failure failure = FAILURES[row.key()];
                    long rejected = row.get(REJECTED);
                    long all = rejected + row.get(ATTEMPTED);
                    page.count(Metric.FAILED_REQUESTS, all, route, failure.reason());
                    if (rejected > 0) {
                        page.count(Metric.REJECTED, rejected, failure.reason());
                    }
                    if (failure == Failure.RATE_LIMITED) {
                        page.count(Metric.RATE_LIMITED, all, route);
                    }
                });
    }
}
