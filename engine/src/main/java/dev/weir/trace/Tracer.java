package dev.weir.trace;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Trace;
import dev.weir.http.Headers;
import dev.weir.http.Method;
import dev.weir.http.RequestHead;
import dev.weir.http.TraceParent;
import dev.weir.runtime.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// One event loop's part of tracing: decides which requests are traced, and makes their spans when they are over. Confined to that loop.
public final class Tracer {
    private static final String PARENT = "traceparent";
    private static final String STATE = "tracestate";
    private static final int FIRST_SERVER_ERROR = 500;
    private static final int FIRST_ERROR = 400;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final SpanExport export;
    private final double share;
    private final Clock clock;
    private final RandomGenerator random;

    Tracer(SpanExport export, double share, Clock clock, RandomGenerator random) {
        this.export = export;
        this.share = share;
        this.clock = clock;
        this.random = random;
    }

    /// A request has come. One that is not traced keeps the `traceparent` it came with, or gets one that says so, so that endpoints decide
    /// alike.
    ///
    /// @param trusted whether it comes from a proxy whose decision holds; anybody could ask for a trace of everything
    public void begin(Exchange exchange, boolean trusted) {
        Headers headers = exchange.request().headers();
        List<String> sent = headers.all(PARENT);
        TraceParent came = sent.size() == 1 ? TraceParent.read(sent.getFirst()) : null;
        if (came == null) {
            // What cannot be read is as good as absent, and then the state belongs to nothing
            // (W3C Trace Context §3.3).
            headers.remove(STATE);
        }
        if (came != null && trusted ? came.sampled() : random.nextDouble() < share) {
            TraceParent in = came == null ? TraceParent.fresh(random, true) : came;
            Trace trace =
                    new Trace(in.trace(), came == null ? "" : came.parent(), random, this::ended);
            trace.tell(trace.span(), exchange);
            exchange.trace(trace);
        } else if (came == null) {
            headers.set(PARENT, TraceParent.fresh(random, false).toString());
        }
    }

    private void ended(Exchange exchange) {
        Trace trace = exchange.trace();
        if (trace == null) {
            return;
        }
        // From the loop's clock to the time of day.
        long shift = clock.millis() * NANOS_PER_MILLI - clock.nanos();
        export.add(request(exchange, trace, shift));
        for (int i = 0; i < trace.attempts().size(); i++) {
            export.add(attempt(exchange, trace, i, shift));
        }
    }

    private static Span request(Exchange exchange, Trace trace, long shift) {
        Exchange.Record record = exchange.record;
        RequestHead head = exchange.request();
        Map<String, Object> attributes = new LinkedHashMap<>();
        String method = method(head, attributes);
        attributes.put("url.scheme", exchange.scheme());
        attributes.put("url.path", head.path());
        attributes.put("server.address", head.host());
        attributes.put("client.address", exchange.client().getHostAddress());
        attributes.put("network.protocol.name", "http");
        attributes.put("network.protocol.version", version(head.protocol()));
        if (!record.route.isEmpty()) {
            attributes.put("http.route", record.route);
        }
        if (record.status > 0) {
            attributes.put("http.response.status_code", record.status);
        }
        Failure failure = record.failure;
        boolean failed = record.status >= FIRST_SERVER_ERROR;
        if (failure != null) {
            attributes.put("error.type", failure.reason());
            failed |= failure.fault() != Failure.Fault.CLIENT;
        } else if (failed) {
            attributes.put("error.type", Integer.toString(record.status));
        }
        attributes.put("weir.request_id", exchange.id());
        attributes.put("weir.listener", exchange.listener());
        attributes.put("weir.attempts", record.attempts);
        String state = head.headers().get(STATE);
        return new Span(
                trace.id(),
                trace.span(),
                trace.parent(),
                state == null ? "" : state,
                Span.Kind.SERVER,
                record.route.isEmpty() ? method : method + " " + record.route,
                record.beganNanos + shift,
                record.endedNanos + shift,
                attributes,
                failed);
    }

    private static Span attempt(Exchange exchange, Trace trace, int number, long shift) {
        Trace.Tried tried = trace.attempts().get(number);
        Map<String, Object> attributes = new LinkedHashMap<>();
        String method = method(exchange.request(), attributes);
        attributes.put("server.address", tried.endpoint().getHostString());
        attributes.put("server.port", tried.endpoint().getPort());
        attributes.put("weir.service", tried.service());
        if (tried.status() > 0) {
            attributes.put("http.response.status_code", tried.status());
        }
        if (number > 0) {
            attributes.put("http.request.resend_count", number);
        }
        // What is the client's mistake to a server is an error to its client.
        boolean failed = !tried.error().isEmpty() || tried.status() >= FIRST_ERROR;
        if (failed) {
            attributes.put(
                    "error.type",
                    tried.error().isEmpty() ? Integer.toString(tried.status()) : tried.error());
        }
        return new Span(
                trace.id(),
                tried.span(),
                trace.span(),
                "",
                Span.Kind.CLIENT,
                method + " " + tried.service(),
                tried.beganNanos() + shift,
                tried.endedNanos() + shift,
                attributes,
                failed);
    }

    private static String method(RequestHead head, Map<String, Object> attributes) {
        Method known = head.knownMethod();
        attributes.put("http.request.method", known == null ? "_OTHER" : known.name());
        return known == null ? "HTTP" : known.name();
    }

    /// `1.1` of `HTTP/1.1`, `2` of `HTTP/2.0`.
    private static String version(String protocol) {
        String number = protocol.substring(protocol.indexOf('/') + 1);
        return number.endsWith(".0") && !number.equals("1.0")
                ? number.substring(0, number.length() - 2)
                : number;
    }
}
