package dev.weir.retry;

import dev.weir.schema.DurationText;
import dev.weir.schema.Percent;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.time.Duration;

/// A second attempt at another endpoint while the first is slow; whoever answers first wins. Immutable.
@Says(
        "A second attempt at another endpoint while the first is slow; who answers first wins, and the other is cancelled. For GET, HEAD and OPTIONS.")
public record HedgeConfig(
        @Required
                @Says(
                        value =
                                "When: after a time, or after so many per cent of the service's requests had their answer.",
                        example = "95%")
                After after,
        @Says(
                        "Most second attempts, as a share of the service's requests of the last 10 s; three at a time are always allowed, up to three a second.")
                @Within(min = "0%", max = "100%")
                Percent budget) {

    public static final HedgeConfig DEFAULTS =
            new HedgeConfig(new After(Percent.of(95), Duration.ZERO), Percent.of(10));

    @Short("when: a time or a percentage")
    public static HedgeConfig of(After after) {
        return new HedgeConfig(after, DEFAULTS.budget);
    }

    public HedgeConfig withBudget(Percent budget) {
        return new HedgeConfig(after, budget);
    }

    /// When the second attempt begins. Immutable.
    ///
    /// @param percentile of the service's latencies, or 0 where there is a time
    /// @param time zero where there is a percentile
    @Says("A time such as `50ms`, or a percentile such as `95%`.")
    public record After(Percent percentile, Duration time) {
        private static final Percent LEAST = Percent.of(50);
        private static final Percent MOST = new Percent(99_99);

        public After {
            boolean measured = percentile.compareTo(Percent.NONE) > 0;
            if (measured && (percentile.compareTo(LEAST) < 0 || percentile.compareTo(MOST) > 0)) {
                throw new IllegalArgumentException("expected: 50% to 99.99%, or a time");
            }
            if (!measured && (time.isNegative() || time.isZero())) {
                throw new IllegalArgumentException(
                        "expected: a time such as 50ms, or 50% to 99.99%");
            }
        }

        @Short("a time such as `50ms`, or a percentile such as `95%`")
        public static After parse(String text) {
            return text.endsWith("%")
                    ? new After(Percent.parse(text), Duration.ZERO)
                    : new After(Percent.NONE, DurationText.parse(text));
        }

        @Override
        public String toString() {
            return time.isZero() ? percentile.toString() : DurationText.print(time);
        }
    }
}
