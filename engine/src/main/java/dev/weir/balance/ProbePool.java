package dev.weir.balance;

import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Tried;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The newest answers of a few endpoints, each of which may be used so often. Of one endpoint there is one answer at most; when there is no room
/// the oldest makes way. Confined to one event loop; does not allocate.
///
/// Source: Prequal (NSDI 2024, §4).
final class ProbePool {
    /// The paper's size.
    static final int SIZE = 16;

    static final long AGE_NANOS = 1_000_000_000L;

    private static final int CANDIDATES = 5;
    private static final int NOBODY = -1;

    /// A rank says whether an endpoint is hot, then the bits of its load or latency as a float.
    private static final int HOT_SHIFT = 32;

    private final Endpoint[] endpoints = new Endpoint[SIZE];
    private final int[] positions = new int[SIZE];
    private final boolean[] told = new boolean[SIZE];
    private final long[] atNanos = new long[SIZE];
    private final int[] uses = new int[SIZE];

    /// Requests in flight from others: those from here are known at every moment.
    private final int[] others = new int[SIZE];

    private final EndpointState[] states = new EndpointState[SIZE];
    private final int[] weights = new int[SIZE];
    private final float[] latencies = new float[SIZE];
    private int count;
    private int toldCount;

    /// Which answer is an endpoint's, by its position; [#NOBODY] if there is none.
    private final int[] answerOf;

    private boolean oldestNext;
    private long lookedNanos;

    /// What is known of an endpoint at one moment.
    ///
    /// @param told whether the endpoint said so itself
    /// @param others requests in flight there that were not sent from here
    /// @param latency nanoseconds
    record Known(boolean told, int others, float latency) {}

    /// @param slots as many as endpoints may have positions
    ProbePool(int slots) {
        answerOf = new int[slots];
        Arrays.fill(answerOf, NOBODY);
    }

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
        answerOf[positions[at]] = at;
    }

    /// Forgets what is known of an endpoint, if anything is.
    void remove(int position) {
        if (answerOf[position] != NOBODY) {
            removeAt(answerOf[position]);
        }
    }

    /// Forgets all endpoints but those at these positions.
    void retain(BitSet usable) {
        for (int i = count - 1; i >= 0; i--) {
            if (!usable.get(positions[i])) {
                removeAt(i);
            }
        }
    }

    /// Looks at most every sixty-fourth of the age.
    void removeOld(long nowNanos) {
        if (nowNanos - lookedNanos < AGE_NANOS / 64 && nowNanos - lookedNanos >= 0) {
            return;
        }
        lookedNanos = nowNanos;
        for (int i = count - 1; i >= 0; i--) {
            if (nowNanos - atNanos[i] > AGE_NANOS) {
                removeAt(i);
            }
        }
    }

    /// The oldest and the worst in turn.
    ///
    /// @param hotFrom the bits of the least load that is hot
    void removeOne(int hotFrom) {
        removeAt(oldestNext ? oldest() : worst(hotFrom));
        oldestNext = !oldestNext;
    }

    /// Of five endpoints drawn at random the best one that has an answer and was not tried: of those that are not hot the one with the lowest
    /// latency, else the one with the fewest requests in flight. The paper takes the best of all; but here the pool may hold all endpoints
    /// there are, and then all gateways would send to the same one until it is hot.
    ///
    /// @param byWeight who is drawn how often; if null the answers are drawn, all alike, because endpoints were asked by weight
    /// @return -1 if there is none
    int best(int hotFrom, Tried tried, @Nullable WeightedDraw byWeight, RandomGenerator random) {
        boolean any = tried.count() > 0;
        long best = Long.MAX_VALUE;
        int found = NOBODY;
        long bits = 0;
        for (int i = 0; i < CANDIDATES; i++) {
            bits = (i & 1) == 0 ? random.nextLong() : bits << Integer.SIZE;
            long toss = bits >>> Integer.SIZE;
            int at =
                    byWeight == null
                            ? (int) (toss * count >>> Integer.SIZE)
                            : answerOf[byWeight.drawn(toss).position()];
            if (at == NOBODY || any && tried.contains(endpoints[at])) {
                continue;
            }
            long rank = rank(at, hotFrom);
            found = rank < best ? at : found;
            best = Math.min(best, rank);
        }
        return found;
    }

    /// Whom [#best] would find.
    Outlook outlook(int hotFrom, Tried tried, boolean byWeight) {
        List<Outlook.Drawn> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (!tried.contains(endpoints[i])) {
                drawn.add(
                        Prequal.drawn(
                                endpoints[i],
                                byWeight ? weights[i] : 1,
                                hotFrom,
                                load(i),
                                latencies[i]));
            }
        }
        return Outlook.bestOf(
                CANDIDATES, "of five answers to probes, the fastest that is not hot", drawn);
    }

    boolean anyNotHot(int hotFrom) {
        for (int i = 0; i < count; i++) {
            if (!hot(i, hotFrom)) {
                return true;
            }
        }
        return false;
    }

    /// Whether more is under way there than at most of those that were asked of late.
    boolean hot(int at, int hotFrom) {
        return Float.floatToRawIntBits(load(at)) >= hotFrom;
    }

    private float load(int at) {
        return (float) (others[at] + Math.max(0, states[at].inFlight())) / weights[at];
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
    private long rank(int at, int hotFrom) {
        int loaded = Float.floatToRawIntBits(load(at));
        long hot = loaded >= hotFrom ? 1 : 0;
        return hot << HOT_SHIFT | (hot != 0 ? loaded : Float.floatToRawIntBits(latencies[at]));
    }

    private int worst(int hotFrom) {
        int worst = 0;
        for (int i = 1; i < count; i++) {
            worst = rank(i, hotFrom) > rank(worst, hotFrom) ? i : worst;
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
        answerOf[positions[at]] = NOBODY;
        int last = --count;
        if (at == last) {
            return;
        }
        endpoints[at] = endpoints[last];
        positions[at] = positions[last];
        told[at] = told[last];
        atNanos[at] = atNanos[last];
        uses[at] = uses[last];
        others[at] = others[last];
        states[at] = states[last];
        weights[at] = weights[last];
        latencies[at] = latencies[last];
        answerOf[positions[at]] = at;
    }
}
