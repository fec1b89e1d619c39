package dev.weir.trace;

import dev.weir.otlp.Delivery;
import dev.weir.otlp.Envelope;
import dev.weir.runtime.Clock;
import java.util.random.RandomGenerator;

/// Traces of requests, while the configuration asks for them: what all event loops have of it together. Thread-safe.
public final class Tracing implements AutoCloseable {
    private final TracesConfig config;
    private final Clock clock;
    private final SpanExport export;

    private Tracing(TracesConfig config, Clock clock, SpanExport export) {
        this.config = config;
        this.clock = clock;
        this.export = export;
    }

    /// Starts the thread that sends spans. That the collector answers is not waited for.
    ///
    /// @param version of Weir
    /// @param site whose lines tell when spans are lost
    /// @throws IllegalArgumentException with a sentence for the user, if the files for TLS cannot be used
    public static Tracing open(TracesConfig config, String version, Delivery.Site site) {
        Envelope envelope = new Envelope(Envelope.Signal.SPANS, config.name(), version);
        Delivery delivery = Delivery.to(config.otlp(), envelope, site);
        return new Tracing(
                config,
                site.clock(),
                SpanExport.start(delivery, site.clock(), site.says()::accept));
    }

    /// One event loop's part.
    public Tracer forLoop(RandomGenerator random) {
        return new Tracer(export, config.sample().fraction(), clock, random);
    }

    /// How many spans the collector has taken.
    public long exported() {
        return export.exported();
    }

    /// How many spans were lost, because the collector did not take them, or not fast enough.
    public long dropped() {
        return export.dropped();
    }

    /// Sends what is waiting, for up to two seconds, and ends the thread.
    @Override
    public void close() {
        export.close();
    }
}
