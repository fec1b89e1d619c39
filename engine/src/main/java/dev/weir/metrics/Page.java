package dev.weir.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One scrape being written. What is given twice for the same labels is one series, so that loops can be written one after the other. Confined to
/// the thread of the scrape.
public final class Page {
    private final Map<Metric, Map<Labels, Point>> series = new EnumMap<>(Metric.class);

    /// One series; counts only where it is a histogram.
    private static final class Point {
        double value;
        long @Nullable [] counts;
    }

    /// Adds to a counter.
    ///
    /// @param labels in the order of the metric's; empty for one that is left out
    public void count(Metric metric, long more, String... labels) {
        point(metric, labels).value += more;
    }

    /// Adds to a gauge.
    public void add(Metric metric, double more, String... labels) {
        point(metric, labels).value += more;
    }

    /// Sets a gauge; of two values for the same labels the higher one stays.
    public void set(Metric metric, double value, String... labels) {
        Point point = point(metric, labels);
        point.value = Math.max(point.value, value);
    }

    /// @param counts between two bounds each, the last one without an upper bound
    void durations(Metric metric, long[] counts, double sum, String... labels) {
        Point point = point(metric, labels);
        long[] before = point.counts;
        if (before == null) {
            point.counts = counts;
        } else {
            for (int i = 0; i < before.length; i++) {
                before[i] += counts[i];
            }
        }
        point.value += sum;
    }

    private Point point(Metric metric, String[] values) {
        return series.computeIfAbsent(metric, _ -> new LinkedHashMap<>())
                .computeIfAbsent(labels(metric, values), _ -> new Point());
    }

    private static Labels labels(Metric metric, String[] values) {
        if (values.length != metric.labels().size()) {
            throw new IllegalArgumentException(metric + " has the labels " + metric.labels());
        }
        List<String> names = new ArrayList<>(values.length);
        List<String> said = new ArrayList<>(values.length);
        for (int i = 0; i < values.length; i++) {
            if (!values[i].isEmpty()) {
                names.add(metric.labels().get(i));
                said.add(values[i]);
            }
        }
        return Labels.of(names, said);
    }

    /// All that was written, in the library's form.
    List<MetricSnapshot> snapshots() {
        List<MetricSnapshot> snapshots = new ArrayList<>();
        series.forEach((metric, points) -> snapshots.add(snapshot(metric, points)));
        return snapshots;
    }

    private static MetricSnapshot snapshot(Metric metric, Map<Labels, Point> points) {
        MetricMetadata metadata = metadata(metric);
        return switch (metric.kind()) {
            case COUNTER -> {
                List<CounterDataPointSnapshot> all = new ArrayList<>();
                points.forEach(
                        (labels, point) ->
                                all.add(
                                        new CounterDataPointSnapshot(
                                                point.value, labels, null, 0)));
                yield new CounterSnapshot(metadata, all);
            }
            case GAUGE -> {
                List<GaugeDataPointSnapshot> all = new ArrayList<>();
                points.forEach(
                        (labels, point) ->
                                all.add(new GaugeDataPointSnapshot(point.value, labels, null)));
                yield new GaugeSnapshot(metadata, all);
            }
            case HISTOGRAM -> {
                List<HistogramDataPointSnapshot> all = new ArrayList<>();
                points.forEach((labels, point) -> all.add(histogram(labels, point)));
                yield new HistogramSnapshot(metadata, all);
            }
            case INFO -> {
                List<InfoDataPointSnapshot> all = new ArrayList<>();
                points.keySet().forEach(labels -> all.add(new InfoDataPointSnapshot(labels)));
                yield new InfoSnapshot(metadata, all);
            }
        };
    }

    private static HistogramDataPointSnapshot histogram(Labels labels, Point point) {
        long[] counts = point.counts;
        return new HistogramDataPointSnapshot(
                ClassicHistogramBuckets.of(
                        Durations.bounds(), counts == null ? new long[0] : counts),
                point.value,
                labels,
                Exemplars.EMPTY,
                0);
    }

    /// The library adds `_total` and `_info` itself.
    private static MetricMetadata metadata(Metric metric) {
        String name = metric.text();
        String base =
                switch (metric.kind()) {
                    case COUNTER -> name.substring(0, name.length() - "_total".length());
                    case INFO -> name.substring(0, name.length() - "_info".length());
                    case GAUGE, HISTOGRAM -> name;
                };
        return new MetricMetadata(base, metric.help(), unit(base));
    }

    private static @Nullable Unit unit(String name) {
        return name.endsWith("_seconds")
                ? Unit.SECONDS
                : name.endsWith("_bytes") ? Unit.BYTES : null;
    }
}
