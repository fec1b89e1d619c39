package dev.weir.health;

import dev.weir.health.OutliersConfig.LatencyConfig;
import dev.weir.health.OutliersConfig.SuccessRateConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/// Finds the endpoints of a service that stand out from the others in a window of time, in two ways. Pure; called when a
/// window is over, on whatever thread turns it.
final class Comparison {
    /// Envoy's `success_rate_stdev_factor`. One bad endpoint of n lies √(n−1) deviations below the mean, so it shows from
    /// five endpoints on.
    private static final double DEVIATIONS = 1.9;

    /// What chance alone puts below the mean once in three million windows of an endpoint: five standard errors of its
    /// own share.
    private static final double STANDARD_ERRORS = 5;

    /// An endpoint is slow if half of its answers take longer than twice what three of four take elsewhere. The middle of
    /// latencies with two humps (found in a cache or not) jumps from one to the other by chance; this it cannot pass.
    private static final int UPPER_QUARTILES = 2;

    private Comparison() {}

    /// What an endpoint did in a window.
    ///
    /// @param good answers
    /// @param timed how many have a latency
    /// @param p50Nanos the median of the latencies
    /// @param p75Nanos the latency that a quarter of them exceeds
    record Seen(int position, int good, int failed, int timed, long p50Nanos, long p75Nanos) {
        int requests() {
            return good + failed;
        }

        double successRate() {
            return (double) good / requests();
        }
    }

    /// An endpoint that stands out.
    ///
    /// @param why with figures, but for the length of the window
    record Odd(int position, String why) {}

    /// The endpoints that fail more often than the others, the worst first.
    static List<Odd> failing(List<Seen> all, SuccessRateConfig config) {
        List<Seen> seen = all.stream().filter(one -> one.requests() >= config.requests()).toList();
        if (!config.on() || seen.size() < config.endpoints()) {
            return List.of();
        }
        double mean = seen.stream().mapToDouble(Seen::successRate).average().orElse(1);
        double variance =
                seen.stream()
                        .mapToDouble(one -> Math.pow(one.successRate() - mean, 2))
                        .average()
                        .orElse(0);
        double away = Math.max(DEVIATIONS * Math.sqrt(variance), config.below().fraction());
        List<Odd> odd = new ArrayList<>();
        seen.stream()
                .sorted(Comparator.comparingDouble(Seen::successRate))
                .filter(
                        one -> {
                            double chance = Math.sqrt(mean * (1 - mean) / one.requests());
                            double gap = mean - one.successRate();
                            return gap > Math.max(away, STANDARD_ERRORS * chance);
                        })
                .forEach(
                        one ->
                                odd.add(
                                        new Odd(
                                                one.position,
                                                "%s went well, group %s, %d requests"
                                                        .formatted(
                                                                Figures.percent(one.successRate()),
                                                                Figures.percent(mean),
                                                                one.requests()))));
        return odd;
    }

    /// Above which latency an endpoint's median is an outlier; 0 if there are too few to say.
    static long slowNanos(List<Seen> all, LatencyConfig config) {
        List<Seen> seen = timed(all, config);
        if (!config.on() || seen.size() < config.endpoints()) {
            return 0;
        }
        long median = median(seen, Seen::p50Nanos);
        long times = config.times() * median;
        long by = median + config.by().toNanos();
        return Math.max(Math.max(times, by), UPPER_QUARTILES * median(seen, Seen::p75Nanos));
    }

    /// The endpoints that are far slower than the others, the slowest first.
    static List<Odd> slow(List<Seen> all, LatencyConfig config) {
        long slowNanos = slowNanos(all, config);
        if (slowNanos == 0) {
            return List.of();
        }
        List<Seen> seen = timed(all, config);
        String group = Figures.time(median(seen, Seen::p50Nanos));
        return seen.stream()
                .filter(one -> one.p50Nanos > slowNanos)
                .sorted(Comparator.comparingLong(Seen::p50Nanos).reversed())
                .map(
                        one ->
                                new Odd(
                                        one.position,
                                        "p50 %s, group %s, %d requests"
                                                .formatted(
                                                        Figures.time(one.p50Nanos),
                                                        group,
                                                        one.timed)))
                .toList();
    }

    private static List<Seen> timed(List<Seen> all, LatencyConfig config) {
        return all.stream().filter(one -> one.timed >= config.requests()).toList();
    }

    /// Of an even number of endpoints the lower one of the two in the middle: if half of the endpoints are slow, these
    /// are the odd ones.
    private static long median(List<Seen> seen, ToLongFunction<Seen> figure) {
        long[] sorted = seen.stream().mapToLong(figure).sorted().toArray();
        return sorted[(sorted.length - 1) / 2];
    }
}
