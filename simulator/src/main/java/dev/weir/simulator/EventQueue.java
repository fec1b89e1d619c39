package dev.weir.simulator;

import java.util.Arrays;

/// What is going to happen, the earliest first; of the same moment, what was said first. A heap of four children on two
/// arrays of numbers: no object per event, and half the levels of a binary heap. Confined to one thread.
final class EventQueue {
    private static final int CHILDREN = 4;

    /// Nanoseconds.
    private long[] times = new long[1024];

    /// The number of the event, which orders those of the same moment, above what happens.
    private long[] tags = new long[1024];

    private int size;
    private long added;

    /// @param what happens; for the caller to understand
    void add(long timeNanos, int what) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            tags = Arrays.copyOf(tags, 2 * size);
        }
        if (added == Integer.MAX_VALUE) {
            renumber();
        }
        rise(size++, timeNanos, added++ << 32 | what & 0xffff_ffffL);
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// Of the first event; the end of time if there is none.
    long time() {
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    /// Takes the first event out and says what happens.
    int take() {
        int what = (int) tags[0];
        size--;
        if (size > 0) {
            sink(times[size], tags[size]);
        }
        return what;
    }

    private boolean before(long time, long tag, int other) {
        return time < times[other] || time == times[other] && tag < tags[other];
    }

    private void rise(int place, long time, long tag) {
        int at = place;
        while (at > 0) {
            int parent = (at - 1) / CHILDREN;
            if (!before(time, tag, parent)) {
                break;
            }
            times[at] = times[parent];
            tags[at] = tags[parent];
            at = parent;
        }
        times[at] = time;
        tags[at] = tag;
    }

    private void sink(long time, long tag) {
        int at = 0;
        while (true) {
            int first = at * CHILDREN + 1;
            if (first >= size) {
                break;
            }
            int least = first;
            int end = Math.min(first + CHILDREN, size);
            for (int child = first + 1; child < end; child++) {
                if (before(times[child], tags[child], least)) {
                    least = child;
                }
            }
            if (before(time, tag, least)) {
                break;
            }
            times[at] = times[least];
            tags[at] = tags[least];
            at = least;
        }
        times[at] = time;
        tags[at] = tag;
    }

    /// Two thousand million events have been numbered: those that wait get the first numbers again, in their order.
    private void renumber() {
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Long.compare(tags[a], tags[b]));
        for (int i = 0; i < size; i++) {
            tags[order[i]] = (long) i << 32 | tags[order[i]] & 0xffff_ffffL;
        }
        added = size;
    }
}
