package dev.weir.metrics;

import java.util.Locale;
import java.util.stream.Collectors;

/// The page docs/reference/metrics.md, made from the table of metrics.
final class MetricsReference {
    private MetricsReference() {}

    /// The page in Markdown.
    static String markdown() {
        StringBuilder page =
                new StringBuilder(
                        """
                        # Metrics

                        What `/metrics` tells, made from the table in the code. [How to read them](../how-to/metrics.md) says what to ask of
                        them.

                        Counters only grow, until the process ends; a reload does not set them back. Times are in seconds, sizes in bytes. A
                        label without a value is left out: a request that came to no route has no `http_route`. No label holds what a
                        client chose: methods that Weir does not know are `_OTHER`, and a status code that nobody has registered counts as
                        the first of its class (299 as 200), so that neither clients nor endpoints can make up series.

                        The histograms' bounds are OpenTelemetry's: 5, 10, 25, 50, 75, 100, 250, 500 and 750 ms; 1, 2.5, 5, 7.5 and 10 s.

                        | name | kind | labels | meaning |
                        |---|---|---|---|
                        """);
        for (Metric metric : Metric.values()) {
            page.append("| `")
                    .append(metric.text())
                    .append("` | ")
                    .append(metric.kind().name().toLowerCase(Locale.ROOT))
                    .append(" | ")
                    .append(
                            metric.labels().stream()
                                    .map(label -> "`" + label + "`")
                                    .collect(Collectors.joining(", ")))
                    .append(" | ")
                    .append(metric.help())
                    .append(" |\n");
        }
        page.append(
                """

                With these come the basics of the JVM and the process, under the names of Prometheus' own Java client: `jvm_memory_*` (heap and
                other areas), `jvm_buffer_pool_*`, `jvm_gc_collection_seconds`, `jvm_threads_*`, `jvm_runtime_info` and `process_*`
                (processor time, open files, memory).
                """);
        return page.toString();
    }
}
