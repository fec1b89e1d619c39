package dev.weir.balance;

import dev.weir.service.Endpoint;
import java.util.Arrays;
import java.util.List;

/// A ring of points, 160 for each unit of weight: a slot belongs to the first point behind its start. When an endpoint fails, its
/// keys go to those behind it, and no other key moves; shares are even to about 10 %. Immutable.
///
/// The ring is cut into slots, so that finding a point costs the same however many there are. An endpoint's points follow from its own weight,
/// so that another one's weight moves none of them; where all together would be more than [#MOST_POINTS], weights are halved until they are
/// not, never below one.
///
/// Source: ketama (R. Jones, last.fm, 2007), with SipHash for MD5.
final class Ring implements Spread {
    static final int POINTS = 160;
    static final int MOST_POINTS = 1 << 21;

    private static final int FEWEST_SLOTS = 1 << 16;

    /// 4 MiB of references: with twice as many, a pick misses the caches and the tables of pages more often; with half as many, the
    /// shares of 10,000 endpoints are less even.
    private static final int MOST_SLOTS = 1 << 20;

    /// The low bits of a point say whose it is, the others where it stands.
    private static final int OWNER_BITS = 24;

    /// Sorted.
    private final long[] points;

    private final int slotBits;
    private final int positions;

    Ring(List<Endpoint> endpoints) {
        this.positions = Spread.positions(endpoints);
        int[] weights = weights(endpoints);
        points = new long[Math.multiplyExact(Arrays.stream(weights).sum(), POINTS)];
        int next = 0;
        for (int i = 0; i < weights.length; i++) {
            for (int point = 0; point < weights[i] * POINTS; point++) {
                long place = Spread.hash(endpoints.get(i), point) >>> 1;
                points[next++] = place & -1L << OWNER_BITS | endpoints.get(i).position();
            }
        }
        Arrays.sort(points);
        long wanted = Math.clamp(16L * points.length, FEWEST_SLOTS, MOST_SLOTS);
        slotBits = Long.SIZE - Long.numberOfLeadingZeros(wanted - 1);
    }

    private static int[] weights(List<Endpoint> endpoints) {
        int most = Math.max(endpoints.size(), MOST_POINTS / POINTS);
        int[] weights = endpoints.stream().mapToInt(Endpoint::weight).toArray();
        while (Arrays.stream(weights).asLongStream().sum() > most) {
            for (int i = 0; i < weights.length; i++) {
                weights[i] = Math.max(1, weights[i] / 2);
            }
        }
        return weights;
    }

    @Override
    public Endpoint[] owners(Endpoint[] usable) {
        if (usable.length == 0) {
            return usable;
        }
        Endpoint[] byPlace = new Endpoint[positions];
        for (Endpoint endpoint : usable) {
            byPlace[endpoint.position()] = endpoint;
        }
        Endpoint[] owners = new Endpoint[1 << slotBits];
        // From the end of the ring, so that the owner of what lies behind is known; behind the last
        // point lies the first one.
        Endpoint behind = first(byPlace);
        int slot = owners.length - 1;
        for (int i = points.length - 1; i >= 0; i--) {
            Endpoint owner = byPlace[(int) (points[i] & (1L << OWNER_BITS) - 1)];
            if (owner != null) {
                int last = (int) (points[i] >>> Long.SIZE - 1 - slotBits);
                while (slot > last) {
                    owners[slot--] = behind;
                }
                behind = owner;
            }
        }
        Arrays.fill(owners, 0, slot + 1, behind);
        return owners;
    }

    @Override
    public String says() {
        return "a ketama ring";
    }

    private Endpoint first(Endpoint[] byPlace) {
        for (long point : points) {
            Endpoint owner = byPlace[(int) (point & (1L << OWNER_BITS) - 1)];
            if (owner != null) {
                return owner;
            }
        }
        throw new AssertionError("a usable endpoint has points");
    }
}
