package dev.weir.exchange;

import dev.weir.http.TraceParent;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// What is noted of a request that is traced: its place in the trace, and each attempt. Requests that are not have none. Confined to the
/// event loop of its exchange.
public final class Trace {
    private final String id;
    private final String parent;
    private final String span;
    private final RandomGenerator random;
    private final Consumer<Exchange> whenOver;
    private final List<Tried> attempts = new ArrayList<>(2);

    /// One attempt. Nanoseconds of the loop's clock.
    ///
    /// @param span its span, as the endpoint was told
    /// @param status of the answer, or 0
    /// @param error why it failed; empty if it did not
    public record Tried(
            String span,
            String service,
            InetSocketAddress endpoint,
            long beganNanos,
            long endedNanos,
            int status,
            String error) {}

    /// @param id of the whole trace, 32 digits
    /// @param parent the span of whoever asked; empty if the trace begins here
    /// @param whenOver hears of the exchange when it is over
    public Trace(String id, String parent, RandomGenerator random, Consumer<Exchange> whenOver) {
        this.id = id;
        this.parent = parent;
        this.span = TraceParent.span(random);
        this.random = random;
        this.whenOver = whenOver;
    }

    /// Of the whole trace.
    public String id() {
        return id;
    }

    /// The span of whoever asked; empty if the trace begins here.
    public String parent() {
        return parent;
    }

    /// The request's own span.
    public String span() {
        return span;
    }

    /// The attempts that are over, in the order of their ends.
    public List<Tried> attempts() {
        return attempts;
    }

    /// A span for an attempt that begins.
    public String nextSpan() {
        return TraceParent.span(random);
    }

    /// Tells whoever gets the request from now on what its parent is.
    public void tell(String span, Exchange exchange) {
        exchange.request().headers().set("traceparent", new TraceParent(id, span, true).toString());
    }

    /// An attempt is over.
    public void tried(Tried attempt) {
        attempts.add(attempt);
    }

    /// The exchange is over.
    public void over(Exchange exchange) {
        whenOver.accept(exchange);
    }
}
