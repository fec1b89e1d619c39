package dev.weir.balance;

import dev.weir.service.Succession;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// How long each endpoint takes at how many requests in flight: the median of the last eight latencies met with a similar
/// number. Similar are 0, 1, 2–3, 4–7 and so on. A number that was not met within 10 s counts like the one met last.
///
/// Thread-safe and lock-free; one per service, used by all loops. 128 bytes for each endpoint, so that asking is one
/// look; makes less than 1 KiB more for an endpoint when it is first heard of, and nothing after. Of two loops that tell of the same endpoint at the same moment the median
/// may miss one. Source: Prequal (NSDI 2024, §3), where the endpoint itself does this.
final class LatencyByLoad {
    static final int RECENT = 8;

    /// Of the 16 numbers of an endpoint the first one is the median met last, at whatever load; the others follow by load, so that what is asked for
    /// mostly is side by side.
    private static final int STRIDE = 16;

    private static final int LAST = 0;
    private static final int FIRST_LEVEL = 1;
    private static final int LEVELS = STRIDE - FIRST_LEVEL;
    private static final long FRESH_NANOS = 10_000_000_000L;

    /// As [Stamped].
    private final AtomicLongArray medians;

    private final AtomicReferenceArray<@Nullable Seen> endpoints;

    /// What the medians of one endpoint are found from.
    private static final class Seen {
        final AtomicIntegerArray recent = new AtomicIntegerArray(LEVELS * RECENT);
        final AtomicIntegerArray counts = new AtomicIntegerArray(LEVELS);
    }

    LatencyByLoad(int endpoints) {
        this.medians = new AtomicLongArray(Math.multiplyExact(endpoints, STRIDE));
        this.endpoints = new AtomicReferenceArray<>(endpoints);
    }

    /// What is known of the endpoints that go on.
    LatencyByLoad next(Succession change) {
        LatencyByLoad next = new LatencyByLoad(change.after().slots());
        for (int i = 0; i < endpoints.length(); i++) {
            if (change.stays(i)) {
                next.endpoints.set(i, endpoints.get(i));
                for (int at = i * STRIDE; at < (i + 1) * STRIDE; at++) {
                    next.medians.set(at, medians.get(at));
                }
            }
        }
        return next;
    }

    private static int level(int inFlight) {
        return Math.min(
                LEVELS - 1, Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, inFlight)));
    }

    /// Lets the processor fetch what [#known] reads while it is not known yet at which load.
    ///
    /// @return a number that is to be used for something
    long fetch(int position) {
        return medians.getOpaque(position * STRIDE);
    }

    /// Nanoseconds at this load as [Stamped]; 0 if nothing is known.
    long known(int position, int inFlight, long nowNanos) {
        int at = position * STRIDE;
        long median = medians.get(at + FIRST_LEVEL + level(inFlight));
        return median != Stamped.NOTHING && Stamped.age(median, nowNanos) < FRESH_NANOS
                ? median
                : medians.get(at + LAST);
    }

    /// @param scratch at least [#RECENT] floats of the calling loop
    void sample(int position, int inFlight, long latencyNanos, long nowNanos, float[] scratch) {
        Seen seen = seen(position);
        int level = level(inFlight);
        int count = seen.counts.getAndIncrement(level);
        int at = level * RECENT;
        seen.recent.set(
                at + Math.floorMod(count, RECENT),
                Float.floatToRawIntBits(Math.max(1, latencyNanos)));
        int filled = count < 0 ? RECENT : Math.min(count + 1, RECENT);
        long median = Stamped.of(median(seen.recent, at, filled, scratch), nowNanos);
        medians.set(position * STRIDE + FIRST_LEVEL + level, median);
        medians.set(position * STRIDE + LAST, median);
    }

    private Seen seen(int position) {
        Seen seen = endpoints.get(position);
        if (seen == null) {
            Seen made = new Seen();
            Seen other = endpoints.compareAndExchange(position, null, made);
            seen = other == null ? made : other;
        }
        return seen;
    }

    /// The upper one of the two middle ones, if there are two.
    private static float median(AtomicIntegerArray from, int at, int filled, float[] sorted) {
        for (int i = 0; i < filled; i++) {
            float value = Float.intBitsToFloat(from.get(at + i));
            int place = i;
            while (place > 0 && sorted[place - 1] > value) {
                sorted[place] = sorted[place - 1];
                place--;
            }
            sorted[place] = value;
        }
        return Math.max(1, sorted[filled / 2]);
    }
}
