package dev.weir.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What happened over the time of a simulation, as diagrams. Immutable.
///
/// @param shaded when something was wrong
record OverTime(Duration lasts, List<Result> results, List<Lines.Span> shaded) {
    private Lines lines(String head, boolean logarithmic, Function<Result, double[]> values) {
        List<Lines.Series> series = new ArrayList<>();
        double slot = lasts.toNanos() / 1e9 / Result.SLOTS;
        for (Result result : results) {
            double[] x = new double[Result.SLOTS];
            for (int i = 0; i < x.length; i++) {
                x[i] = (i + 0.5) * slot;
            }
            series.add(new Lines.Series(result.name, x, values.apply(result)));
        }
        return new Lines(head, "seconds", logarithmic, series, shaded);
    }

    /// Of requests that came in each part of the time.
    Lines p99(String head) {
        return lines(
                head,
                true,
                result ->
                        slots(
                                i ->
                                        result.slotLatency[i].getTotalCount() == 0
                                                ? Double.NaN
                                                : result.slotLatency[i].getValueAtPercentile(99)
                                                        / 1e6));
    }

    Lines failures(String head) {
        return lines(
                head,
                false,
                result ->
                        slots(
                                i ->
                                        percent(
                                                result.slotRequests[i] - result.slotGood[i],
                                                result.slotRequests[i])));
    }

    Lines atFaulty(String head) {
        return lines(
                head,
                false,
                result -> slots(i -> percent(result.slotAtFaulty[i], result.slotAttempts[i])));
    }

    /// Attempts at endpoints and good answers, each per second.
    Lines perSecond(String head, Function<Result, long[]> counts) {
        double slot = lasts.toNanos() / 1e9 / Result.SLOTS;
        return lines(head, false, result -> slots(i -> counts.apply(result)[i] / slot));
    }

    private static double percent(long some, long all) {
        return all == 0 ? Double.NaN : 100.0 * some / all;
    }

    private interface OfSlot {
        double value(int slot);
    }

    private static double[] slots(OfSlot value) {
        double[] values = new double[Result.SLOTS];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.value(i);
        }
        return values;
    }
}
