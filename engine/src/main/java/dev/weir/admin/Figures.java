package dev.weir.admin;

import dev.weir.metrics.Tally;
import dev.weir.schema.Says;
import java.util.Optional;

/// How much goes on and how well, over the last seconds. Immutable.
public record Figures(
        @Says("Requests a second; for services and endpoints, attempts.") double rate,
        @Says("The part of them that failed: answered 5xx, or not at all.") double errors,
        @Says("Half of them took no longer, in milliseconds; left out if there were none.")
                Optional<Double> p50,
        @Says("99 of 100 took no longer.") Optional<Double> p99) {
    static final Figures NONE = new Figures(0, 0, Optional.empty(), Optional.empty());

    static Figures of(Tally tally, double seconds) {
        if (tally.count() == 0) {
            return NONE;
        }
        return new Figures(
                rounded(tally.count() / seconds),
                rounded((double) tally.failed() / tally.count()),
                Optional.of(rounded(tally.quantileMillis(0.5))),
                Optional.of(rounded(tally.quantileMillis(0.99))));
    }

    /// Short enough to be sent each second, and exact enough to be looked at.
    static double rounded(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}
