package dev.weir.explain;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.explain.Passage.EndedBy;
import dev.weir.explain.Passage.Kept;
import dev.weir.explain.Passage.Part;
import dev.weir.explain.Passage.Span;
import dev.weir.http.RequestHead;
import dev.weir.observe.Secrets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Makes a [Passage] of an exchange that is over. For one exchange; confined to its event loop.
final class Passages {
    private static final double NANOS_PER_MILLI = 1e6;

    private final Exchange exchange;
    private final Exchange.Record record;
    private final List<Span> spans = new ArrayList<>();

    private Passages(Exchange exchange) {
        this.exchange = exchange;
        this.record = exchange.record;
    }

    /// @param nowMillis on the wall
    static Passage of(Exchange exchange, Kept kept, long nowMillis) {
        return new Passages(exchange).passage(kept, nowMillis);
    }

    private Passage passage(Kept kept, long nowMillis) {
        RequestHead head = exchange.request();
        Failure failure = record.failure;
        long total = record.endedNanos - record.beganNanos;
        String query = head.query();
        spans();
        return new Passage(
                exchange.id(),
                Instant.ofEpochMilli(nowMillis - TimeUnit.NANOSECONDS.toMillis(total)),
                kept,
                exchange.client().getHostAddress(),
                exchange.listener(),
                head.method(),
                head.host(),
                head.path() + (query == null ? "" : "?" + Secrets.shown(query)),
                head.protocol(),
                record.status,
                record.route,
                record.service,
                record.endpoint,
                record.attempts,
                record.budgetSpent,
                endedBy(record.endedBy()),
                failure == null ? "" : failure.reason(),
                failure == null ? "" : failure.says(),
                record.bytesIn,
                record.bytesOut,
                total / NANOS_PER_MILLI,
                spans);
    }

    private static EndedBy endedBy(Failure.Fault whose) {
        return switch (whose) {
            case CLIENT -> EndedBy.CLIENT;
            case ENDPOINT -> EndedBy.ENDPOINT;
            case WEIR -> EndedBy.WEIR;
        };
    }

    private void spans() {
        long head = record.headNanos == 0 ? record.endedNanos : record.headNanos;
        add(Part.HEAD, "", "", record.beganNanos, head);
        if (record.headNanos == 0) {
            return;
        }
        int failed = record.failedAttempts.size() / 2;
        add(Part.QUEUE, "", "", head, firstAttempt(failed));
        long done = 0;
        for (int i = 0; i < failed; i++) {
            pause(done, record.failedBegan(i));
            done = record.failedEnded(i);
            String endpoint = record.failedAttempts.get(2 * i);
            String reason = record.failedAttempts.get(2 * i + 1);
            add(Part.FAILED_ATTEMPT, endpoint, reason, record.failedBegan(i), done);
        }
        if (record.pickedNanos != 0) {
            pause(done, record.pickedNanos);
            lastAttempt();
        }
    }

    private long firstAttempt(int failed) {
        if (failed > 0) {
            return record.failedBegan(0);
        }
        if (record.pickedNanos != 0) {
            return record.pickedNanos;
        }
        return record.refusedNanos == 0 ? record.endedNanos : record.refusedNanos;
    }

    /// Where two attempts ran side by side there is none.
    private void pause(long before, long next) {
        if (before != 0 && next > before) {
            add(Part.PAUSE, "", "", before, next);
        }
    }

    private void lastAttempt() {
        Failure failure = record.failure;
        String reason = failure == null ? "" : failure.reason();
        boolean answered = record.firstByteNanos >= record.pickedNanos;
        // An attempt before may have had its connection, and this one none.
        boolean connected = record.connectedNanos >= record.pickedNanos;
        long until = answered ? record.firstByteNanos : record.endedNanos;
        if (connected) {
            add(Part.CONNECT, record.endpoint, "", record.pickedNanos, record.connectedNanos);
            String why = answered ? "" : reason;
            add(Part.ENDPOINT, record.endpoint, why, record.connectedNanos, until);
        } else {
            add(Part.CONNECT, record.endpoint, reason, record.pickedNanos, until);
        }
        if (answered) {
            add(Part.ANSWER, "", reason, record.firstByteNanos, record.endedNanos);
        }
    }

    private void add(Part part, String endpoint, String reason, long from, long to) {
        spans.add(
                new Span(
                        part,
                        endpoint,
                        reason,
                        (from - record.beganNanos) / NANOS_PER_MILLI,
                        (to - record.beganNanos) / NANOS_PER_MILLI));
    }
}
