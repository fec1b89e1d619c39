package dev.weir.metrics;

/// Requests or attempts up to a moment, with how long they took; the difference of two is what was in between. Confined to whoever made it.
public final class Tally {
    private final long[] buckets = new long[Spread.BUCKETS];
    private long count;
    private long failed;

    void add(int bucket, long number) {
        buckets[bucket] += number;
        count += number;
    }

    void addFailed(long number) {
        failed += number;
    }

    /// Adds another one to this.
    public void add(Tally other) {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] += other.buckets[i];
        }
        count += other.count;
        failed += other.failed;
    }

    /// What came since an earlier one. Nothing is negative: a counter that began anew counts from 0.
    public Tally since(Tally earlier) {
        Tally between = new Tally();
        for (int i = 0; i < buckets.length; i++) {
            between.add(i, Math.max(0, buckets[i] - earlier.buckets[i]));
        }
        between.failed = Math.max(0, failed - earlier.failed);
        return between;
    }

    /// All of them.
    public long count() {
        return count;
    }

    /// Those that failed: answered 5xx by the endpoint or by Weir, or not at all.
    public long failed() {
        return failed;
    }

    /// Such a part of them took no longer, in milliseconds; evenly spread within a bucket.
    ///
    /// @param part 0.99 for all but one of a hundred
    public double quantileMillis(double part) {
        double rank = part * count;
        long before = 0;
        for (int i = 0; i < buckets.length; i++) {
            if (buckets[i] > 0 && before + buckets[i] >= rank) {
                double begin = Spread.begin(i);
                double inBucket = (rank - before) / buckets[i];
                return (begin + (Spread.begin(i + 1) - begin) * inBucket) / 1e6;
            }
            before += buckets[i];
        }
        return 0;
    }
}
