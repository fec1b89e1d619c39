package dev.weir.metrics;

/// What one event loop has counted of the requests that came by one listener, took one route and asked one service, or of connections that
/// were passed on as they are. Written by that loop, read by anybody; see [Cells].
final class FlowTraffic {
    private static final int COUNT = 0;
    private static final int FAILED = 1;

    private final Tallies.Flow flow;
    private final Cells.Row row = new Cells(2).row(0);

    FlowTraffic(Tallies.Flow flow) {
        this.flow = flow;
    }

    boolean is(String listener, String service) {
        return flow.listener().equals(listener) && flow.service().equals(service);
    }

    /// A request is over, or a connection. Called by the loop only.
    void ended(boolean failed) {
        row.add(COUNT, 1);
        if (failed) {
            row.add(FAILED, 1);
        }
    }

    void addTo(Tallies all) {
        all.flow(flow, new Tallies.FlowCount(row.get(COUNT), row.get(FAILED)));
    }
}
