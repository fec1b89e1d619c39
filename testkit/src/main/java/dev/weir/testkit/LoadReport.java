package dev.weir.testkit;

import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/// What became of a {@link Load}. Every request that was sent is counted in exactly one of `ok`, `otherStatuses`,
/// `connectionErrors`, `timeouts`, `wrongAnswers`. Immutable.
///
/// @param ok               2xx with the id of the request
/// @param otherStatuses    count by status of all other answers, with the right id or none
/// @param connectionErrors refused, reset, closed before or within the answer
/// @param timeouts         nothing came in time
/// @param wrongAnswers     the id of another request, a 2xx without an id, or no HTTP
/// @param unsent           not sent because time was up
/// @param latency          of all answers, from the first byte sent to the last received
/// @param samples          the first 20 failures, in words
public record LoadReport(
        int ok,
        SortedMap<Integer, Integer> otherStatuses,
        int connectionErrors,
        int timeouts,
        int wrongAnswers,
        int unsent,
        Latency latency,
        Duration took,
        List<String> samples) {

    /// Percentiles; all zero when nothing was answered.
    public record Latency(Duration p50, Duration p90, Duration p99, Duration p999, Duration max) {
        /// @param sorted nanoseconds, ascending
        static Latency of(long[] sorted) {
            return new Latency(
                    at(sorted, 0.5),
                    at(sorted, 0.9),
                    at(sorted, 0.99),
                    at(sorted, 0.999),
                    at(sorted, 1));
        }

        private static Duration at(long[] sorted, double quantile) {
            int rank = (int) Math.ceil(quantile * sorted.length);
            return sorted.length == 0
                    ? Duration.ZERO
                    : Duration.ofNanos(sorted[Math.max(0, rank - 1)]);
        }
    }
}
