package dev.weir.observe;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Trace;
import dev.weir.http.Method;
import dev.weir.http.RequestHead;
import dev.weir.http.TraceParent;
import dev.weir.observe.LineBuffer.Escaping;
import java.util.List;

/// One OTLP log record per exchange, in its JSON encoding: what [JsonLine] says, under the names of OpenTelemetry's conventions for HTTP where
/// there are such, and `weir.` with the field's name otherwise. Confined to one event loop.
///
/// Severity is that of the status: from 500, and for failures that are not the client's, ERROR; from 400 WARN; else INFO.
///
/// Sources: opentelemetry-proto `logs.proto`, 1.9; OpenTelemetry Semantic Conventions, "HTTP spans".
final class OtlpLine implements LineFormat {
    private static final int FIRST_ERROR = 400;
    private static final int FIRST_SERVER_ERROR = 500;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Secrets secrets = new Secrets();

    /// Whether an attribute was written already.
    private boolean any;

    @Override
    public void write(Exchange exchange, long beganMillis, LineBuffer line) {
        Exchange.Record record = exchange.record;
        boolean tcp = exchange.scheme().equals(Exchange.TCP);
        long took = record.beganNanos == 0 ? 0 : record.endedNanos - record.beganNanos;
        line.ascii("{\"timeUnixNano\":\"").number(beganMillis * NANOS_PER_MILLI);
        line.ascii("\",\"observedTimeUnixNano\":\"").number(beganMillis * NANOS_PER_MILLI + took);
        writeSeverity(record, line);
        line.ascii(",\"eventName\":\"").ascii(tcp ? "weir.connection" : "weir.request");
        line.ascii("\",\"body\":{\"stringValue\":\"");
        writeBody(exchange, tcp, line);
        line.ascii("\"},\"attributes\":[");
        any = false;
        writeRequest(exchange, tcp, line);
        writeAnswer(exchange, line);
        writeTimers(exchange, line);
        line.add(']');
        writeTrace(exchange, line);
        line.add('}');
    }

    private static boolean failed(Exchange.Record record) {
        Failure failure = record.failure;
        return record.status >= FIRST_SERVER_ERROR
                || failure != null && failure.fault() != Failure.Fault.CLIENT;
    }

    private static void writeSeverity(Exchange.Record record, LineBuffer line) {
        if (failed(record)) {
            line.ascii("\",\"severityNumber\":17,\"severityText\":\"ERROR\"");
        } else if (record.status >= FIRST_ERROR || record.failure != null) {
            line.ascii("\",\"severityNumber\":13,\"severityText\":\"WARN\"");
        } else {
            line.ascii("\",\"severityNumber\":9,\"severityText\":\"INFO\"");
        }
    }

    /// The request in short, for lists that show nothing else of a record.
    private void writeBody(Exchange exchange, boolean tcp, LineBuffer line) {
        if (tcp) {
            line.ascii("TCP ").text(exchange.listener(), Escaping.JSON);
            return;
        }
        RequestHead request = exchange.request();
        line.text(request.method(), Escaping.JSON).add(' ').text(request.path(), Escaping.JSON);
        String query = request.query();
        if (query != null) {
            line.add('?');
            secrets.write(query, 0, line, Escaping.JSON);
        }
        line.add(' ').number(exchange.record.status);
    }

    private void writeRequest(Exchange exchange, boolean tcp, LineBuffer line) {
        RequestHead request = exchange.request();
        unlessEmpty("weir.request_id", exchange.id(), line);
        text("client.address", exchange.client().getHostAddress(), line);
        text("weir.listener", exchange.listener(), line);
        if (tcp) {
            unlessEmpty("server.address", exchange.record.serverName, line);
            text("network.transport", "tcp", line);
            return;
        }
        Method known = request.knownMethod();
        text("http.request.method", known == null ? "_OTHER" : known.name(), line);
        if (known == null) {
            text("http.request.method_original", request.method(), line);
        }
        text("url.scheme", exchange.scheme(), line);
        unlessEmpty("server.address", request.host(), line);
        text("url.path", request.path(), line);
        String query = request.query();
        if (query != null) {
            begin("url.query", "stringValue\":\"", line);
            secrets.write(query, 0, line, Escaping.JSON);
            line.ascii("\"}}");
        }
        text("network.protocol.name", "http", line);
        writeVersion(request.protocol(), line);
    }

    /// `1.1` of `HTTP/1.1`, `2` of `HTTP/2.0`.
    private void writeVersion(String protocol, LineBuffer line) {
        int from = protocol.indexOf('/') + 1;
        boolean whole = protocol.endsWith(".0") && !protocol.endsWith("/1.0");
        begin("network.protocol.version", "stringValue\":\"", line);
        line.text(protocol, from, protocol.length() - (whole ? 2 : 0), Escaping.JSON);
        line.ascii("\"}}");
    }

    private void writeAnswer(Exchange exchange, LineBuffer line) {
        Exchange.Record record = exchange.record;
        if (record.status > 0) {
            number("http.response.status_code", record.status, line);
        }
        boolean passedOn = exchange.passedOn();
        number(passedOn ? "weir.bytes_in" : "http.request.body.size", record.bytesIn, line);
        number(passedOn ? "weir.bytes_out" : "http.response.body.size", record.bytesOut, line);
        unlessEmpty("http.route", record.route, line);
        unlessEmpty("weir.service", record.service, line);
        unlessEmpty("weir.endpoint", record.endpoint, line);
        number("weir.attempts", record.attempts, line);
        writeFailedAttempts(record.failedAttempts, line);
        if (record.budgetSpent) {
            begin("weir.retry_budget_spent", "boolValue\":true}}", line);
        }
        if (record.wouldBeLimited) {
            begin("weir.would_be_limited", "boolValue\":true}}", line);
        }
        text("weir.ended_by", JsonLine.endedBy(record.endedBy()), line);
        Failure failure = record.failure;
        if (failure != null) {
            text("error.type", failure.reason(), line);
        } else if (record.status >= FIRST_SERVER_ERROR) {
            begin("error.type", "stringValue\":\"", line);
            line.number(record.status).ascii("\"}}");
        }
    }

    private void writeFailedAttempts(List<String> failed, LineBuffer line) {
        if (failed.isEmpty()) {
            return;
        }
        begin("weir.failed_attempts", "arrayValue\":{\"values\":", line);
        for (int i = 0; i < failed.size(); i += 2) {
            line.add(i == 0 ? '[' : ',').ascii("{\"kvlistValue\":{\"values\":[");
            line.ascii("{\"key\":\"endpoint\",\"value\":{\"stringValue\":\"");
            line.text(failed.get(i), Escaping.JSON);
            line.ascii("\"}},{\"key\":\"reason\",\"value\":{\"stringValue\":\"");
            line.text(failed.get(i + 1), Escaping.JSON).ascii("\"}}]}}");
        }
        line.ascii("]}}}");
    }

    private void writeTimers(Exchange exchange, LineBuffer line) {
        Exchange.Record record = exchange.record;
        long left = record.pickedNanos == 0 ? record.refusedNanos : record.pickedNanos;
        timer("weir.queue_ms", record.headNanos, left, line);
        timer("weir.connect_ms", record.pickedNanos, record.connectedNanos, line);
        timer("weir.first_byte_ms", record.connectedNanos, record.firstByteNanos, line);
        millis("weir.total_ms", record.endedNanos - record.beganNanos, line);
        if (!exchange.passedOn()) {
            millis("weir.weir_ms", JsonLine.weirNanos(record), line);
        }
    }

    /// The request's own span if it is traced here, else the caller's.
    private static void writeTrace(Exchange exchange, LineBuffer line) {
        Trace traced = exchange.trace();
        if (traced != null) {
            trace(traced.id(), traced.span(), true, line);
            return;
        }
        TraceParent came = TraceParent.read(exchange.request().headers().get("traceparent"));
        if (came != null) {
            trace(came.trace(), came.parent(), came.sampled(), line);
        }
    }

    private static void trace(String id, String span, boolean sampled, LineBuffer line) {
        line.ascii(",\"traceId\":\"").ascii(id).ascii("\",\"spanId\":\"").ascii(span);
        line.ascii("\",\"flags\":").number(sampled ? 1 : 0);
    }

    // ---- attributes ----

    private void begin(String key, String value, LineBuffer line) {
        line.ascii(any ? ",{\"key\":\"" : "{\"key\":\"").ascii(key);
        line.ascii("\",\"value\":{\"").ascii(value);
        any = true;
    }

    private void text(String key, String value, LineBuffer line) {
        begin(key, "stringValue\":\"", line);
        line.text(value, Escaping.JSON).ascii("\"}}");
    }

    private void unlessEmpty(String key, String value, LineBuffer line) {
        if (!value.isEmpty()) {
            text(key, value, line);
        }
    }

    private void number(String key, long value, LineBuffer line) {
        begin(key, "intValue\":\"", line);
        line.number(value).ascii("\"}}");
    }

    private void timer(String key, long from, long to, LineBuffer line) {
        if (from != 0 && to != 0) {
            millis(key, to - from, line);
        }
    }

    private void millis(String key, long nanos, LineBuffer line) {
        begin(key, "doubleValue\":", line);
        line.millis(nanos).ascii("}}");
    }
}
