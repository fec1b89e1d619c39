package dev.weir.health;

import dev.weir.schema.Percent;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.time.Duration;

/// When traffic shows that an endpoint does not work, and what follows. Immutable.
@Says("When an endpoint is ejected because of how it behaves in traffic, and when it returns.")
public record OutliersConfig(
        @Says("So many requests in a row that fail in any way eject it; 0 is never.")
                @Within(min = "0", max = "10000")
                int failures,
        @Says(
                        "So many in a row that get no answer, a broken one, or 502, 503 or 504, eject it; 0 is never.")
                @Within(min = "0", max = "10000")
                int gatewayFailures,
        @Says("A share of failures that stands out from the other endpoints'.")
                SuccessRateConfig successRate,
        @Says("Answers that come much later than the other endpoints'.") LatencyConfig latency,
        @Says(
                        "How long endpoints are looked at before their success rates and latencies are compared.")
                @Within(min = "10ms", max = "1h")
                Duration window,
        @Says("How long the first ejection lasts; the second lasts twice as long, and so on.")
                @Within(min = "1ms", max = "24h")
                Duration eject,
        @Says("How long an ejection lasts at most.") @Within(min = "1ms", max = "24h")
                Duration ejectMax,
        @Says("How many of the endpoints may be ejected at the same time; never the last one.")
                @Within(min = "1%", max = "100%")
                Percent atMost,
        @Says("How many requests try an endpoint after its ejection.")
                @Within(min = "1", max = "1000")
                int tries) {

    public static final OutliersConfig DEFAULTS =
            new OutliersConfig(
                    5,
                    5,
                    SuccessRateConfig.DEFAULTS,
                    LatencyConfig.DEFAULTS,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(300),
                    Percent.of(50),
                    5);

    /// Nothing ejects.
    public static final OutliersConfig OFF =
            new OutliersConfig(
                    0,
                    0,
                    SuccessRateConfig.OFF,
                    LatencyConfig.OFF,
                    DEFAULTS.window,
                    DEFAULTS.eject,
                    DEFAULTS.ejectMax,
                    DEFAULTS.atMost,
                    DEFAULTS.tries);

    public OutliersConfig {
        if (eject.compareTo(ejectMax) > 0) {
            throw new IllegalArgumentException(
                    "eject is longer than eject-max: no ejection could last so long");
        }
    }

    @Short("`off`")
    public static OutliersConfig of(String off) {
        if (!off.equals("off")) {
            throw new IllegalArgumentException("expected: off, or a map");
        }
        return OFF;
    }

    /// Whether anything ejects.
    public boolean on() {
        return failures > 0 || gatewayFailures > 0 || successRate.on() || latency.on();
    }

    /// Ejects after other numbers of failures in a row.
    public OutliersConfig withFailures(int failures, int gatewayFailures) {
        return new OutliersConfig(
                failures,
                gatewayFailures,
                successRate,
                latency,
                window,
                eject,
                ejectMax,
                atMost,
                tries);
    }

    /// Compares in another way.
    public OutliersConfig withComparing(
            SuccessRateConfig successRate, LatencyConfig latency, Duration window) {
        return new OutliersConfig(
                failures,
                gatewayFailures,
                successRate,
                latency,
                window,
                eject,
                ejectMax,
                atMost,
                tries);
    }

    /// Ejects for other times.
    public OutliersConfig withEject(Duration eject, Duration ejectMax) {
        return new OutliersConfig(
                failures,
                gatewayFailures,
                successRate,
                latency,
                window,
                eject,
                ejectMax,
                atMost,
                tries);
    }

    public OutliersConfig withAtMost(Percent atMost) {
        return new OutliersConfig(
                failures,
                gatewayFailures,
                successRate,
                latency,
                window,
                eject,
                ejectMax,
                atMost,
                tries);
    }

    /// Ejects endpoints that fail more often than the others do. Immutable.
    @Says("Ejects an endpoint that fails more often than the others, even if never in a row.")
    public record SuccessRateConfig(
            @Says("How far its share of good answers must lie below the mean of all; 0% is never.")
                    @Within(min = "0%", max = "100%")
                    Percent below,
            @Says("Fewest requests in a window that an endpoint is judged by.")
                    @Within(min = "10", max = "1000000")
                    int requests,
            @Says("Fewest endpoints with so many requests that make a mean.")
                    @Within(min = "3", max = "100000")
                    int endpoints) {
        public static final SuccessRateConfig DEFAULTS =
                new SuccessRateConfig(Percent.of(10), 100, 5);

        public static final SuccessRateConfig OFF = new SuccessRateConfig(Percent.NONE, 100, 5);

        @Short("`off`")
        public static SuccessRateConfig of(String off) {
            if (!off.equals("off")) {
                throw new IllegalArgumentException("expected: off, or a map");
            }
            return OFF;
        }

        public boolean on() {
            return !below.none();
        }
    }

    /// Ejects endpoints that are far slower than the others. Immutable.
    @Says("Ejects an endpoint that answers, but far more slowly than the others (gray failure).")
    public record LatencyConfig(
            @Says(
                            "So many times the median of all must the median of an endpoint's latencies be; 0 is never.")
                    @Within(min = "0", max = "1000")
                    int times,
            @Says("And so much longer at least.") @Within(min = "0ms", max = "1h") Duration by,
            @Says("Fewest requests in a window that an endpoint is judged by.")
                    @Within(min = "10", max = "1000000")
                    int requests,
            @Says("Fewest endpoints with so many requests that make a group.")
                    @Within(min = "3", max = "100000")
                    int endpoints) {
        public static final LatencyConfig DEFAULTS =
                new LatencyConfig(5, Duration.ofMillis(5), 50, 3);

        public static final LatencyConfig OFF = new LatencyConfig(0, DEFAULTS.by, 50, 3);

        public LatencyConfig {
            if (times == 1) {
                throw new IllegalArgumentException(
                        "half of all endpoints are slower than the median; expected: 0 for never, or 2 and more");
            }
        }

        LatencyConfig withEndpoints(int fewest) {
            return new LatencyConfig(times, by, requests, fewest);
        }

        @Short("`off`")
        public static LatencyConfig of(String off) {
            if (!off.equals("off")) {
                throw new IllegalArgumentException("expected: off, or a map");
            }
            return OFF;
        }

        public boolean on() {
            return times > 0;
        }
    }
}
