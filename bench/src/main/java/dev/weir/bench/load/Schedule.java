package dev.weir.bench.load;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// The intended times of all requests of a run, made before it begins. Immutable.
///
/// Latency that counts from these times, and not from when a request could leave, does not leave out the requests that
/// a slow proxy held up (Gil Tene, "How NOT to Measure Latency": coordinated omission).
final class Schedule {
    /// 160 MB of times.
    static final int MOST_REQUESTS = 20_000_000;

    private final long[] offsets;
    private final int firstRecorded;
    private final long recordedOffset;
    private final long end;

    private Schedule(long[] offsets, long recordedOffset, long end) {
        int found = Arrays.binarySearch(offsets, recordedOffset);
        this.offsets = offsets;
        this.firstRecorded = found >= 0 ? found : -found - 1;
        this.recordedOffset = recordedOffset;
        this.end = end;
    }

    static Schedule of(Plan plan) {
        long recorded = Math.round(plan.warmUpSeconds() * 1e9);
        long end = recorded + Math.round(plan.seconds() * 1e9);
        double gap = 1e9 / plan.rate();
        return new Schedule(
                plan.poisson() ? poisson(gap, end, plan.seed()) : even(gap, end), recorded, end);
    }

    private static long[] even(double gap, long end) {
        long[] offsets = new long[(int) Math.max(1, Math.round(end / gap))];
        Arrays.setAll(offsets, i -> Math.round(i * gap));
        return offsets;
    }

    private static long[] poisson(double gap, long end, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        long[] offsets = new long[1024];
        int count = 0;
        for (double at = gap * random.nextExponential(); at < end; ) {
            if (count == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * count);
            }
            offsets[count++] = Math.round(at);
            at += gap * random.nextExponential();
        }
        return Arrays.copyOf(offsets, count);
    }

    int count() {
        return offsets.length;
    }

    /// Nanoseconds from the begin of the run.
    long offset(int request) {
        return offsets[request];
    }

    boolean recorded(int request) {
        return request >= firstRecorded;
    }

    int firstRecorded() {
        return firstRecorded;
    }

    /// When the recorded part begins, in nanoseconds from the begin of the run.
    long recordedOffset() {
        return recordedOffset;
    }

    /// How long the recorded part is meant to be, in nanoseconds.
    long recordedNanos() {
        return end - recordedOffset;
    }
}
