package dev.weir.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The page that Prometheus reads: what Weir counts, and the basics of its JVM. Numbers are summed when the page is written; between two pages it
/// costs nothing. Thread-safe; scrapes wait for each other, and none is for an event loop.
///
/// In the Prometheus text format, or in OpenMetrics where that is asked for.
public final class MetricsPage {
    private final Consumer<Page> source;
    private final PrometheusRegistry jvm = new PrometheusRegistry();
    private final ExpositionFormats formats = ExpositionFormats.init();

    /// @param source writes what there is to a page
    public MetricsPage(Consumer<Page> source) {
        this.source = source;
        JvmMemoryMetrics.builder().register(jvm);
        JvmBufferPoolMetrics.builder().register(jvm);
        JvmGarbageCollectorMetrics.builder().register(jvm);
        JvmThreadsMetrics.builder().register(jvm);
        JvmRuntimeInfoMetric.builder().register(jvm);
        ProcessMetrics.builder().register(jvm);
    }

    /// The `Content-Type` of the page.
    ///
    /// @param accept the request's `Accept`, or null
    public String contentType(@Nullable String accept) {
        return formats.findWriter(accept).getContentType();
    }

    /// Writes the page.
    ///
    /// @param accept the request's `Accept`, or null
    public synchronized void write(@Nullable String accept, OutputStream out) throws IOException {
        Page page = new Page();
        source.accept(page);
        List<MetricSnapshot> all = new ArrayList<>(page.snapshots());
        jvm.scrape().forEach(all::add);
        formats.findWriter(accept)
                .write(out, new MetricSnapshots(all), EscapingScheme.UNDERSCORE_ESCAPING);
    }
}
