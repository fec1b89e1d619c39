package dev.weir.balance;

import dev.weir.schema.Percent;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.time.Duration;

/// How an endpoint that joins or returns is warmed up. Immutable.
@Says("How an endpoint that joins or returns gets its share little by little.")
public record SlowStartConfig(
        @Says("After so long it gets its whole share; `0s` is at once.")
                @Within(min = "0s", max = "1h")
                Duration window,
        @Says(
                        "How its share grows: 1 evenly; above 1 faster at first, below 1 slower at first: (time / window) ^ (1 / aggression).")
                @Within(min = "0.1", max = "10")
                double aggression,
        @Says("What it gets at least, as part of its share.") @Within(min = "1%", max = "100%")
                Percent minimum) {

    public static final SlowStartConfig DEFAULTS =
            new SlowStartConfig(Duration.ofSeconds(10), 1, Percent.of(10));

    public static final SlowStartConfig OFF = of(Duration.ZERO);

    @Short("a duration")
    public static SlowStartConfig of(Duration window) {
        return new SlowStartConfig(window, DEFAULTS.aggression, DEFAULTS.minimum);
    }

    public SlowStartConfig withAggression(double aggression) {
        return new SlowStartConfig(window, aggression, minimum);
    }

    public SlowStartConfig withMinimum(Percent minimum) {
        return new SlowStartConfig(window, aggression, minimum);
    }

    /// The part of its share that an endpoint gets.
    double part(long warmNanos) {
        double time = Math.clamp((double) warmNanos / window.toNanos(), 0, 1);
        return Math.max(minimum.fraction(), Math.pow(time, 1 / aggression));
    }
}
