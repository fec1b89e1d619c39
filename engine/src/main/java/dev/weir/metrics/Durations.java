package dev.weir.metrics;

import java.util.function.IntFunction;

/// How long things took, by a key: for each key how many fell between two bounds, and their sum. Written by one event loop, read by anybody; see [Cells].
///
/// The bounds are those that OpenTelemetry recommends for the duration of HTTP requests, so that dashboards made for them fit (Semantic
/// Conventions for HTTP Metrics, `http.server.request.duration`).
final class Durations {
    /// In seconds; a bound belongs to what is below it.
    private static final double[] BOUNDS = {
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
    };

    private static final long[] BOUNDS_NANOS = nanos();

    /// Behind the bounds: what is above the last one, and the sum in nanoseconds.
    private static final int SUM = BOUNDS.length + 1;

    private final Cells cells = new Cells(SUM + 1);

    private static long[] nanos() {
        long[] nanos = new long[BOUNDS.length];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = Math.round(BOUNDS[i] * 1e9);
        }
        return nanos;
    }

    /// The upper bounds in seconds, with the last one, which is infinite.
    static double[] bounds() {
        double[] all = java.util.Arrays.copyOf(BOUNDS, SUM);
        all[SUM - 1] = Double.POSITIVE_INFINITY;
        return all;
    }

    /// One more took so long. Called by the loop only.
    void record(int key, long nanos) {
        Cells.Row row = cells.row(key);
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        row.add(bucket, 1);
        row.add(SUM, Math.max(0, nanos));
    }

    /// Adds all to a page.
    ///
    /// @param labels of a key
    void write(Page page, Metric metric, IntFunction<String[]> labels) {
        cells.forEach(
                row -> {
                    long[] counts = new long[SUM];
                    for (int i = 0; i < SUM; i++) {
                        counts[i] = row.get(i);
                    }
                    page.durations(metric, counts, row.get(SUM) / 1e9, labels.apply(row.key()));
                });
    }
}
