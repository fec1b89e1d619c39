package dev.weir.balance;

import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Tried;

/// The newest answers of a few endpoints, each of which may be used so often. Of one endpoint there is one answer at most; when there is no room
/// the oldest makes way. Confined to one event loop; does not allocate.
///
/// Source: Prequal (NSDI 2024, §4).
final class ProbePool {
    /// The paper's size.
    static final int SIZE = 16;

    static final long AGE_NANOS = 1_000_000_000L;

    private static final int NOBODY = -1;

    /// As in [Prequal], with more room for the number.
    private static final int HOT_SHIFT = 40;

    private static final int SCORE_SHIFT = 4;
    private static final int NUMBER = SIZE - 1;

    private final Endpoint[] endpoints = new Endpoint[SIZE];
    private final int[] positions = new int[SIZE];
    private final boolean[] told = new boolean[SIZE];
    private final long[] atNanos = new long[SIZE];
    private final int[] uses = new int[SIZE];

    /// Requests in flight from others: those from here are known at every moment.
    private final int[] others = new int[SIZE];

    private final EndpointState[] states = new EndpointState[SIZE];
    private final float[] weights = new float[SIZE];
    private final float[] latencies = new float[SIZE];
    private int count;
    private int toldCount;
    private boolean oldestNext;

    /// What is known of an endpoint at one moment.
    ///
    /// @param told whether the endpoint said so itself
    /// @param others requests in flight there that were not sent from here
    /// @param latency nanoseconds
    record Known(boolean told, int others, float latency) {}

    int count() {
        return count;
    }

    /// How many answers are the endpoints' own.
    int toldCount() {
        return toldCount;
    }

    /// @param times how often it may be used
    void add(Endpoint endpoint, Known known, int times, long nowNanos) {
        remove(endpoint.position());
        if (count == SIZE) {
            removeAt(oldest());
        }
        int at = count++;
        endpoints[at] = endpoint;
        positions[at] = endpoint.position();
        told[at] = known.told;
        toldCount += known.told ? 1 : 0;
        atNanos[at] = nowNanos;
        uses[at] = times;
        others[at] = known.others;
        states[at] = endpoint.state();
        weights[at] = endpoint.weight();
        latencies[at] = known.latency;
    }

    /// Forgets what is known of an endpoint, if anything is.
    void remove(int position) {
        for (int i = 0; i < count; i++) {
            if (positions[i] == position) {
                removeAt(i);
                return;
            }
        }
    }

    /// Forgets all endpoints but these.
    void retain(Endpoint[] usable) {
        for (int i = count - 1; i >= 0; i--) {
            boolean found = false;
            for (int j = 0; j < usable.length && !found; j++) {
                found = usable[j] == endpoints[i];
            }
            if (!found) {
                removeAt(i);
            }
        }
    }

    void removeOld(long nowNanos) {
        for (int i = count - 1; i >= 0; i--) {
            if (nowNanos - atNanos[i] > AGE_NANOS) {
                removeAt(i);
            }
        }
    }

    /// The oldest and the worst in turn.
    ///
    /// @param threshold of what is hot, as a step of [RecentQuantile]
    void removeOne(int threshold) {
        removeAt(oldestNext ? oldest() : worst(threshold));
        oldestNext = !oldestNext;
    }

    /// The best answer of an endpoint that was not tried: of those that are not hot the one with the lowest latency, else the one
    /// with the fewest requests in flight.
    ///
    /// @param toss from 0, below 1: of equals each is found as often as its weight says
    /// @return -1 if there is none
    int best(int threshold, Tried tried, float toss) {
        int first = drawn(toss);
        boolean any = tried.count() > 0;
        long best = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            int at = first + i < count ? first + i : first + i - count;
            if (any && tried.contains(endpoints[at])) {
                continue;
            }
            long rank = rank(at, threshold) << SCORE_SHIFT | i;
            best = Math.min(best, rank);
        }
        if (best == Long.MAX_VALUE) {
            return NOBODY;
        }
        int at = first + (int) (best & NUMBER);
        return at < count ? at : at - count;
    }

    private int drawn(float toss) {
        float sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[i];
        }
        float left = toss * sum;
        int at = 0;
        while (at < count - 1 && left >= weights[at]) {
            left -= weights[at++];
        }
        return at;
    }

    /// Uses an answer once more, and forgets it when that was often enough.
    Endpoint use(int at) {
        Endpoint endpoint = endpoints[at];
        if (--uses[at] <= 0) {
            removeAt(at);
        }
        return endpoint;
    }

    /// Whether it is hot, then the bits of its load or latency.
    private long rank(int at, int threshold) {
        float load = (others[at] + Math.max(0, states[at].inFlight())) / weights[at];
        int above = RecentQuantile.step(load) > threshold ? 1 : 0;
        float score = above != 0 ? load : latencies[at];
        return (long) above << HOT_SHIFT - SCORE_SHIFT | Float.floatToRawIntBits(score);
    }

    private int worst(int threshold) {
        int worst = 0;
        for (int i = 1; i < count; i++) {
            worst = rank(i, threshold) > rank(worst, threshold) ? i : worst;
        }
        return worst;
    }

    private int oldest() {
        int oldest = 0;
        for (int i = 1; i < count; i++) {
            oldest = atNanos[i] - atNanos[oldest] < 0 ? i : oldest;
        }
        return oldest;
    }

    private void removeAt(int at) {
        toldCount -= told[at] ? 1 : 0;
        int last = --count;
        endpoints[at] = endpoints[last];
        positions[at] = positions[last];
        told[at] = told[last];
        atNanos[at] = atNanos[last];
        uses[at] = uses[last];
        others[at] = others[last];
        states[at] = states[last];
        weights[at] = weights[last];
        latencies[at] = latencies[last];
    }
}
