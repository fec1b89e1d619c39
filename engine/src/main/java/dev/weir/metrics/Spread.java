package dev.weir.metrics;

/// How long things took, finer than [Durations] and whatever their status: for figures that people look at, where the difference
/// between one and three milliseconds matters. Written by one event loop, read by anybody; see [Cells].
///
/// Four buckets to an octave from 8 µs to 64 s, so that a quantile is right within an eighth (as in Gil Tene's HdrHistogram, with two bits).
final class Spread {
    /// One unit is 2^13 ns, about 8 µs.
    private static final int UNIT = 13;

    private static final int BITS = 2;
    private static final int PER_OCTAVE = 1 << BITS;
    static final int BUCKETS = 88;
    private static final int FAILED = BUCKETS;

    private final Cells.Row row = new Cells(BUCKETS + 1).row(0);

    /// One more took so long. Called by the loop only.
    void record(long nanos, boolean failed) {
        row.add(bucket(nanos), 1);
        if (failed) {
            row.add(FAILED, 1);
        }
    }

    static int bucket(long nanos) {
        long units = Math.max(0, nanos) >>> UNIT;
        if (units < PER_OCTAVE) {
            return (int) units;
        }
        int octave = 63 - Long.numberOfLeadingZeros(units);
        int inOctave = (int) (units >>> octave - BITS) & PER_OCTAVE - 1;
        return Math.min(BUCKETS - 1, PER_OCTAVE * (octave - 1) + inOctave);
    }

    /// Where a bucket begins, in nanoseconds; it ends where the next one begins.
    static long begin(int bucket) {
        if (bucket < PER_OCTAVE) {
            return (long) bucket << UNIT;
        }
        int octave = bucket / PER_OCTAVE + 1;
        return (long) (PER_OCTAVE + bucket % PER_OCTAVE) << octave - BITS + UNIT;
    }

    /// Adds what was counted so far. Called by anybody.
    void addTo(Tally tally) {
        for (int i = 0; i < BUCKETS; i++) {
            tally.add(i, row.get(i));
        }
        tally.addFailed(row.get(FAILED));
    }
}
