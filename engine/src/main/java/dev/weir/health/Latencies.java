package dev.weir.health;

import java.util.concurrent.atomic.AtomicIntegerArray;

/// How many answers took how long, in buckets that grow with the time: eight for every doubling, so that a quantile is
/// off by 6 % at most (as in HdrHistogram, with one digit). From 16 µs, below which everything counts as the same, to
/// two minutes, above which everything does.
///
/// Thread-safe: [#add] is one atomic addition and allocates nothing.
final class Latencies {
    private static final int LEAST_POWER = 14;
    private static final int MOST_POWER = 37;
    private static final int STEPS_POWER = 3;
    private static final int STEPS = 1 << STEPS_POWER;
    private static final int BUCKETS = (MOST_POWER - LEAST_POWER) * STEPS;

    private static final Taken NOTHING = new Taken(new int[0], 0);

    private final AtomicIntegerArray counts = new AtomicIntegerArray(BUCKETS);

    void add(long nanos) {
        counts.getAndIncrement(bucket(nanos));
    }

    /// How many there are now. Looks at all buckets.
    int count() {
        int sum = 0;
        for (int i = 0; i < BUCKETS; i++) {
            sum += counts.getPlain(i);
        }
        return sum;
    }

    /// Takes all away.
    Taken take() {
        if (count() == 0) {
            return NOTHING;
        }
        int[] taken = new int[BUCKETS];
        int sum = 0;
        for (int i = 0; i < BUCKETS; i++) {
            if (counts.get(i) != 0) {
                taken[i] = counts.getAndSet(i, 0);
                sum += taken[i];
            }
        }
        return new Taken(taken, sum);
    }

    /// What was taken. Confined to who took it.
    record Taken(int[] counts, int sum) {
        /// Nanoseconds that this share of the answers did not take longer than; 0 if there are none.
        long quantile(double share) {
            double rank = share * sum;
            int below = 0;
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] > 0 && below + counts[i] >= rank) {
                    double within = (rank - below) / counts[i];
                    return Math.round(from(i) + within * (from(i + 1) - from(i)));
                }
                below += counts[i];
            }
            return 0;
        }
    }

    private static int bucket(long nanos) {
        if (nanos < 1L << LEAST_POWER) {
            return 0;
        }
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        if (power >= MOST_POWER) {
            return BUCKETS - 1;
        }
        int step = (int) (nanos >>> (power - STEPS_POWER)) & (STEPS - 1);
        return (power - LEAST_POWER) * STEPS + step;
    }

    /// Where a bucket begins.
    private static double from(int bucket) {
        long whole = 1L << (LEAST_POWER + bucket / STEPS);
        return whole + (double) whole * (bucket % STEPS) / STEPS;
    }
}
