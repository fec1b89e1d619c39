package dev.weir.simulator;

import dev.weir.schema.Key;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long an endpoint works for a request when nothing disturbs it. Immutable.
@Says("How long an endpoint works for a request when nothing disturbs it.")
public sealed interface Work {
    /// Draws one. Nanoseconds, at least 1.
    long draw(RandomGenerator random);

    /// The mean, in nanoseconds.
    double mean();

    @Short("a time: `10ms`, the same for every request")
    static Work of(Duration always) {
        return new Constant(positive(always));
    }

    private static Duration positive(Duration time) {
        if (time.isZero()) {
            throw new IllegalArgumentException("expected: more than no time, for example 10ms");
        }
        return time;
    }

    @Says("The same for every request.")
    record Constant(Duration always) implements Work {
        @Override
        public long draw(RandomGenerator random) {
            return always.toNanos();
        }

        @Override
        public double mean() {
            return always.toNanos();
        }
    }

    /// As in the textbooks' M/M/n.
    @Key("exponential")
    @Says("Exponential, with this mean.")
    record Exponential(Duration average) implements Work {
        public Exponential {
            positive(average);
        }

        @Override
        public long draw(RandomGenerator random) {
            return Math.max(1, (long) (average.toNanos() * random.nextExponential()));
        }

        @Override
        public double mean() {
            return average.toNanos();
        }
    }

    /// What most services look like: few requests take many times the median.
    ///
    /// @param p99 of a hundred requests the slowest takes so long
    @Key("lognormal")
    @Says("Log-normal, by its median and its 99th percentile.")
    record LogNormal(
            @dev.weir.schema.Required @Says(value = "Half take less.", example = "10ms")
                    Duration median,
            @dev.weir.schema.Required
                    @Says(value = "One in a hundred takes more.", example = "100ms")
                    Duration p99)
            implements Work {
        /// The 99th percentile of the standard normal distribution.
        private static final double Z99 = 2.3263478740408408;

        public LogNormal {
            positive(median);
            if (p99.compareTo(median) < 0) {
                throw new IllegalArgumentException("the 99th percentile is below the median");
            }
        }

        private double sigma() {
            return Math.log((double) p99.toNanos() / median.toNanos()) / Z99;
        }

        @Override
        public long draw(RandomGenerator random) {
            return Math.max(
                    1, (long) (median.toNanos() * Math.exp(sigma() * random.nextGaussian())));
        }

        @Override
        public double mean() {
            return median.toNanos() * Math.exp(sigma() * sigma() / 2);
        }
    }

    /// The work of the Prequal paper's testbed (NSDI'24, §5.1): standard deviation as large as the mean, cut at 0.
    @Key("normal")
    @Says("Normal with a standard deviation as large as this mean, nothing below 0.")
    record Normal(Duration average) implements Work {
        /// The mean of max(0, X) for X normal with mean and deviation 1: Φ(1) + φ(1).
        private static final double CUT_MEAN = 1.0833154705876864;

        public Normal {
            positive(average);
        }

        @Override
        public long draw(RandomGenerator random) {
            return Math.max(1, (long) (average.toNanos() * (1 + random.nextGaussian())));
        }

        @Override
        public double mean() {
            return average.toNanos() * CUT_MEAN;
        }
    }
}
