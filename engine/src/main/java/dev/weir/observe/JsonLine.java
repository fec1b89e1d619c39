package dev.weir.observe;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Trace;
import dev.weir.http.RequestHead;
import dev.weir.http.TraceParent;
import dev.weir.observe.LineBuffer.Escaping;
import java.util.List;

/// One JSON object per exchange. A field that has nothing to say is left out: no `endpoint` where none was asked,
/// no `reason` where nothing failed. Confined to one event loop.
///
/// `failed_attempts` lists where the request went before, and why it went on; `retry_budget_spent` says that there would have
/// been another attempt, had the service not repeated too many of late.
///
/// Timers, in milliseconds to the microsecond:
///
/// * `queue_ms`: from the whole request head to the moment an endpoint was chosen, or to the refusal of a request that waited for
///   its turn; filters that wait are in here
/// * `connect_ms`: from there to a connection that is ready; 0 on a kept one
/// * `first_byte_ms`: from there to the first byte of the answer, the sending of the request included
/// * `total_ms`: from the first byte of the request to the last one of the answer
/// * `weir_ms`: `total_ms` less the waiting for the endpoint, which is from the choice to the first byte of the
///   answer, or to the end if none came; the transfer of heads and bodies is in here
///
/// `ended_by` says whose doing the end was: the failure's, else of whoever gave the answer, or ended first what was passed on as it is.
///
/// A connection that was passed on as it is, by a TCP listener or as a WebSocket, has no `weir_ms`, and `bytes_in` and `bytes_out` are all it
/// carried. A TCP connection has no method, path and status; its `host` is the server name that was asked for, if a listener reads that.
final class JsonLine implements LineFormat {
    private final Timestamps time = Timestamps.utc();
    private final Secrets secrets = new Secrets();

    @Override
    public void write(Exchange exchange, long beganMillis, LineBuffer line) {
        writeRequest(exchange, beganMillis, line);
        Exchange.Record record = exchange.record;
        if (record.status > 0) {
            line.ascii(",\"status\":").number(record.status);
        }
        line.ascii(",\"bytes_in\":").number(record.bytesIn);
        line.ascii(",\"bytes_out\":").number(record.bytesOut);
        unlessEmpty(",\"route\":\"", record.route, line);
        unlessEmpty(",\"service\":\"", record.service, line);
        unlessEmpty(",\"endpoint\":\"", record.endpoint, line);
        line.ascii(",\"attempts\":").number(record.attempts);
        writeFailedAttempts(record, line);
        line.ascii(",\"ended_by\":\"").ascii(endedBy(record.endedBy())).add('"');
        Failure failure = record.failure;
        if (failure != null) {
            line.ascii(",\"reason\":\"").ascii(failure.reason()).add('"');
        }
        writeTimers(record, line);
        if (!exchange.passedOn()) {
            line.ascii(",\"weir_ms\":").millis(weirNanos(record));
        }
        line.add('}');
    }

    private static void writeFailedAttempts(Exchange.Record record, LineBuffer line) {
        List<String> failed = record.failedAttempts;
        if (!failed.isEmpty()) {
            line.ascii(",\"failed_attempts\":");
            for (int i = 0; i < failed.size(); i += 2) {
                line.add(i == 0 ? '[' : ',');
                line.ascii("{\"endpoint\":\"").text(failed.get(i), Escaping.JSON);
                line.ascii("\",\"reason\":\"").text(failed.get(i + 1), Escaping.JSON);
                line.ascii("\"}");
            }
            line.add(']');
        }
        if (record.budgetSpent) {
            line.ascii(",\"retry_budget_spent\":true");
        }
        if (record.wouldBeLimited) {
            line.ascii(",\"would_be_limited\":true");
        }
    }

    private void writeRequest(Exchange exchange, long beganMillis, LineBuffer line) {
        RequestHead request = exchange.request();
        long millis = Math.floorMod(beganMillis, 1000L);
        line.ascii("{\"time\":\"").ascii(time.second(beganMillis)).add('.');
        line.add((char) ('0' + millis / 100)).add((char) ('0' + millis / 10 % 10));
        line.add((char) ('0' + millis % 10)).ascii("Z\"");
        unlessEmpty(",\"id\":\"", exchange.id(), line);
        unlessEmpty(",\"trace\":\"", trace(exchange), line);
        line.ascii(",\"client\":\"").ascii(exchange.client().getHostAddress()).add('"');
        if (exchange.scheme().equals(Exchange.TCP)) {
            unlessEmpty(",\"host\":\"", exchange.record.serverName, line);
            line.ascii(",\"protocol\":\"TCP\"");
            return;
        }
        line.ascii(",\"method\":\"").text(request.method(), Escaping.JSON).add('"');
        unlessEmpty(",\"host\":\"", request.host(), line);
        line.ascii(",\"path\":\"").text(request.path(), Escaping.JSON);
        String query = request.query();
        if (query != null) {
            line.add('?');
            secrets.write(query, 0, line, Escaping.JSON);
        }
        line.ascii("\",\"protocol\":\"").ascii(request.protocol()).add('"');
    }

    private static void writeTimers(Exchange.Record record, LineBuffer line) {
        long left = record.pickedNanos == 0 ? record.refusedNanos : record.pickedNanos;
        timer(",\"queue_ms\":", record.headNanos, left, line);
        timer(",\"connect_ms\":", record.pickedNanos, record.connectedNanos, line);
        timer(",\"first_byte_ms\":", record.connectedNanos, record.firstByteNanos, line);
        line.ascii(",\"total_ms\":").millis(record.endedNanos - record.beganNanos);
    }

    /// What `weir_ms` says.
    static long weirNanos(Exchange.Record record) {
        long answered = record.firstByteNanos == 0 ? record.endedNanos : record.firstByteNanos;
        long waited = record.pickedNanos == 0 ? 0 : answered - record.pickedNanos;
        return record.endedNanos - record.beganNanos - waited;
    }

    private static void timer(String name, long from, long to, LineBuffer line) {
        if (from != 0 && to != 0) {
            line.ascii(name).millis(to - from);
        }
    }

    private static void unlessEmpty(String name, String value, LineBuffer line) {
        if (!value.isEmpty()) {
            line.ascii(name).text(value, Escaping.JSON).add('"');
        }
    }

    static String endedBy(Failure.Fault whose) {
        return switch (whose) {
            case CLIENT -> "client";
            case ENDPOINT -> "endpoint";
            case WEIR -> "weir";
        };
    }

    /// The trace that the request belongs to, whether it is recorded here or not; or empty.
    private static String trace(Exchange exchange) {
        Trace traced = exchange.trace();
        if (traced != null) {
            return traced.id();
        }
        TraceParent came = TraceParent.read(exchange.request().headers().get("traceparent"));
        return came == null ? "" : came.trace();
    }
}
