package dev.weir.retry;

/// How long answers took of late, as a histogram: quantiles within 6 %. Old ones fade: when there are many, all count half.
/// Confined to one event loop; adding costs a few nanoseconds and allocates nothing.
public final class Latencies {
    /// Parts of each power of two.
    private static final int PARTS_BITS = 4;

    private static final int PARTS = 1 << PARTS_BITS;
    private static final int BUCKETS = (Long.SIZE - PARTS_BITS) * PARTS;

    /// So many count before all count half.
    private static final int MANY = 10_000;

    /// Below this a quantile would be chance.
    private static final int FEW = 100;

    /// A quantile is found anew after so many latencies.
    private static final int AGE = 64;

    private final int[] counts = new int[BUCKETS];
    private int total;
    private int age = AGE;
    private double fraction;
    private long found;

    public void add(long nanos) {
        counts[bucket(Math.max(0, nanos))]++;
        age++;
        if (++total >= MANY) {
            fade();
        }
    }

    private void fade() {
        total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] >>= 1;
            total += counts[i];
        }
    }

    /// The latency that this part of all do not exceed, or [Long#MAX_VALUE] while there are too few to tell.
    ///
    /// @param fraction above 0 and below 1
    public long quantile(double fraction) {
        if (total < FEW) {
            return Long.MAX_VALUE;
        }
        if (age >= AGE || fraction != this.fraction) {
            age = 0;
            this.fraction = fraction;
            found = find((long) Math.ceil(total * fraction));
        }
        return found;
    }

    private long find(long rank) {
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return upper(i);
            }
        }
        return upper(BUCKETS - 1);
    }

    private static int bucket(long nanos) {
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos | PARTS);
        int shift = power - PARTS_BITS;
        return nanos < PARTS ? (int) nanos : (shift + 1) * PARTS + (int) (nanos >> shift) - PARTS;
    }

    private static long upper(int bucket) {
        if (bucket < PARTS) {
            return bucket;
        }
        int shift = bucket / PARTS - 1;
        return ((long) (bucket % PARTS + PARTS + 1) << shift) - 1;
    }
}
