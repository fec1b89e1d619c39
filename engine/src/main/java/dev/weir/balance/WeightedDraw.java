package dev.weir.balance;

import dev.weir.service.Endpoint;
import dev.weir.service.Tried;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Draws endpoints by their weights in constant time, by Walker's aliases (M. Vose, A Linear Algorithm for Generating Random
/// Numbers with a Given Distribution, 1991) in whole numbers, from one random number: shares are exact to 2⁻³². Immutable.
final class WeightedDraw {
    private static final long[] EQUAL = {};
    private static final long LOWER_HALF = 0xffff_ffffL;

    private final Endpoint[] endpoints;
    private final int total;

    /// Below which toss out of `total` column i stands for itself, else for its alias, which is the lower half: side by side, so that
    /// reading both is one miss of the cache. Empty if weights are equal.
    private final long[] columns;

    /// @param endpoints not to be changed
    WeightedDraw(Endpoint[] endpoints) {
        this.endpoints = endpoints;
        int n = endpoints.length;
        int sum = 0;
        boolean equal = true;
        for (Endpoint endpoint : endpoints) {
            sum = Math.addExact(sum, endpoint.weight());
            equal &= endpoint.weight() == endpoints[0].weight();
        }
        total = sum;
        columns = equal ? EQUAL : new long[n];
        if (!equal) {
            fill();
        }
    }

    /// Every column holds `total`; those with less are topped up by those with more.
    private void fill() {
        int n = endpoints.length;
        long[] held = new long[n];
        int[] poor = new int[n];
        int[] rich = new int[n];
        int poorCount = 0;
        int richCount = 0;
        for (int i = 0; i < n; i++) {
            held[i] = (long) endpoints[i].weight() * n;
            if (held[i] < total) {
                poor[poorCount++] = i;
            } else {
                rich[richCount++] = i;
            }
        }
        while (poorCount > 0) {
            int taker = poor[--poorCount];
            int giver = rich[richCount - 1];
            columns[taker] = held[taker] << Integer.SIZE | giver;
            held[giver] -= total - held[taker];
            if (held[giver] < total) {
                richCount--;
                poor[poorCount++] = giver;
            }
        }
        while (richCount > 0) {
            columns[rich[--richCount]] = (long) total << Integer.SIZE;
        }
    }

    /// Whether this draws among just these.
    boolean among(Endpoint[] others) {
        return endpoints == others;
    }

    boolean equalWeights() {
        return columns.length == 0;
    }

    /// The place of an endpoint; there is at least one.
    int draw(RandomGenerator random) {
        long bits = random.nextLong();
        // The upper half chooses the column, the lower one tosses: a multiplication each, where a
        // remainder is a division (D. Lemire,
        // Fast Random Integer Generation in an Interval, 2019).
        return place((bits >>> Integer.SIZE) * endpoints.length >>> Integer.SIZE, bits);
    }

    /// An endpoint drawn by 32 random bits only, so that shares are exact to 2⁻³² times the number of endpoints.
    ///
    /// @param toss from 0 below 2³²
    Endpoint drawn(long toss) {
        long spread = toss * endpoints.length;
        return endpoints[place(spread >>> Integer.SIZE, spread)];
    }

    /// @param bits whose lower half tosses between the column and its alias
    private int place(long column, long bits) {
        if (equalWeights()) {
            return (int) column;
        }
        long limitAndAlias = columns[(int) column];
        long toss = (bits & LOWER_HALF) * total >>> Integer.SIZE;
        // All ones if the column stands for itself: no branch, which could not be foreseen.
        long itself = toss - (limitAndAlias >>> Integer.SIZE) >> Long.SIZE - 1;
        return (int) (limitAndAlias ^ (limitAndAlias ^ column) & itself);
    }

    /// One that was not tried, or null. Costs a look at each; for further attempts only.
    @Nullable Endpoint drawUntried(RandomGenerator random, Tried tried) {
        int place = placeUntried(random, tried);
        return place < 0 ? null : endpoints[place];
    }

    /// The place of one that was not tried, or -1.
    int placeUntried(RandomGenerator random, Tried tried) {
        int left = 0;
        for (Endpoint endpoint : endpoints) {
            left += tried.contains(endpoint) ? 0 : endpoint.weight();
        }
        if (left == 0) {
            return -1;
        }
        int toss = random.nextInt(left);
        for (int place = 0; place < endpoints.length; place++) {
            Endpoint endpoint = endpoints[place];
            toss -= tried.contains(endpoint) ? 0 : endpoint.weight();
            if (toss < 0) {
                return place;
            }
        }
        throw new AssertionError("a toss is less than the weights together");
    }
}
