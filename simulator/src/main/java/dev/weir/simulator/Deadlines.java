package dev.weir.simulator;

import java.util.Arrays;

/// Moments that all lie the same time ahead when they are said, so that they are due in the order of saying: a ring costs
/// less than a place in the heap for what nearly never happens. Confined to one thread.
final class Deadlines {
    private long[] times = new long[1024];
    private long[] whose = new long[1024];
    private int first;
    private int size;

    /// @param timeNanos not before any that was said earlier
    void add(long timeNanos, long call) {
        if (size == times.length) {
            times = unrolled(times);
            whose = unrolled(whose);
            first = 0;
        }
        int place = first + size++ & times.length - 1;
        times[place] = timeNanos;
        whose[place] = call;
    }

    private long[] unrolled(long[] ring) {
        long[] wider = Arrays.copyOf(Arrays.copyOfRange(ring, first, ring.length), 2 * size);
        System.arraycopy(ring, 0, wider, size - first, first);
        return wider;
    }

    /// Of the first; the end of time if there is none.
    long time() {
        return size == 0 ? Long.MAX_VALUE : times[first];
    }

    /// Takes the first out and says whose it is.
    long take() {
        long call = whose[first];
        first = first + 1 & times.length - 1;
        size--;
        return call;
    }
}
