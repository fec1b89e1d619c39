package dev.weir.trace;

import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import java.util.Map;
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
    /// @param events hears when spans are lost
    public static Tracing open(TracesConfig config, String version, Clock clock, Events events) {
        Map<String, String> resource =
                Map.of("service.name", config.name(), "service.version", version);
        return new Tracing(
                config,
                clock,
                SpanExport.start(config.otlp(), new SpanJson(resource, version), clock, events));
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
