package dev.weir.metrics;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What one event loop has counted of the connections that a listener passes on as they are. Written by that loop, read by anybody;
/// see [Cells].
final class TcpTraffic {
    private static final Failure[] FAILURES = Failure.values();
    private static final int WELL = -1;

    private static final int COUNT = 0;
    private static final int RECEIVED = 1;
    private static final int SENT = 2;

    private final String listener;
    private final Cells cells = new Cells(3);

    /// By service.
    private final Map<String, FlowTraffic> flows = new ConcurrentHashMap<>();

    TcpTraffic(String listener) {
        this.listener = listener;
    }

    /// A connection is over. Called by the loop only.
    void ended(Exchange.Record record) {
        Failure failure = record.failure;
        Cells.Row row = cells.row(failure == null ? WELL : failure.ordinal());
        row.add(COUNT, 1);
        row.add(RECEIVED, record.bytesIn);
        row.add(SENT, record.bytesOut);
        FlowTraffic flow = flows.get(record.service);
        if (flow == null) {
            flow = new FlowTraffic(new Tallies.Flow(listener, "", record.service));
            flows.put(record.service, flow);
        }
        flow.ended(failure != null && failure.status() >= RouteTraffic.FIRST_FAILED);
    }

    void addTo(Tallies all) {
        flows.values().forEach(flow -> flow.addTo(all));
    }

    void write(Page page) {
        cells.forEach(
                row -> {
                    String reason = row.key() == WELL ? "" : FAILURES[row.key()].reason();
                    page.count(Metric.TCP_CONNECTIONS, row.get(COUNT), listener, reason);
                    page.count(Metric.TCP_RECEIVED_BYTES, row.get(RECEIVED), listener);
                    page.count(Metric.TCP_SENT_BYTES, row.get(SENT), listener);
                });
    }
}
