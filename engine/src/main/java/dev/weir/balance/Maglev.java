package dev.weir.balance;

import dev.weir.service.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A Maglev table: every endpoint has its own order of all slots (offset + j·skip mod 65,537), and takes turns to claim
/// the next free one of these, as often as its weight says. Shares are even to 1 % for up to 1,000 endpoints, and the slots of an endpoint
/// that fails go to all others; few others move. Immutable.
///
/// Source: Eisenbud et al., Maglev: A Fast and Reliable Software Network Load Balancer, NSDI 2016, §3.4; weights as in
/// Envoy.
final class Maglev implements Spread {
    /// A prime, as every skip must reach all slots.
    static final int SLOTS = 65_537;

    private final int[] offsets;
    private final int[] skips;

    Maglev(List<Endpoint> endpoints) {
        offsets = new int[Spread.positions(endpoints)];
        skips = new int[offsets.length];
        for (Endpoint endpoint : endpoints) {
            int at = endpoint.position();
            offsets[at] = (int) Long.remainderUnsigned(Spread.hash(endpoint, 0), SLOTS);
            skips[at] = 1 + (int) Long.remainderUnsigned(Spread.hash(endpoint, 1), SLOTS - 1);
        }
    }

    @Override
    public Endpoint[] owners(Endpoint[] usable) {
        if (usable.length == 0) {
            return usable;
        }
        int heaviest = 1;
        for (Endpoint endpoint : usable) {
            heaviest = Math.max(heaviest, endpoint.weight());
        }
        @Nullable Endpoint[] owners = new Endpoint[SLOTS];
        int[] next = new int[usable.length];
        int[] credit = new int[usable.length];
        for (int i = 0; i < usable.length; i++) {
            next[i] = offsets[usable[i].position()];
        }
        for (int left = SLOTS; left > 0; ) {
            for (int i = 0; i < usable.length && left > 0; i++) {
                credit[i] += usable[i].weight();
                if (credit[i] >= heaviest) {
                    credit[i] -= heaviest;
                    next[i] = claim(owners, usable[i], next[i]);
                    left--;
                }
            }
        }
        return whole(owners);
    }

    @Override
    public String says() {
        return "a Maglev table";
    }

    /// @return where the endpoint's order goes on
    private int claim(@Nullable Endpoint[] owners, Endpoint endpoint, int from) {
        int skip = skips[endpoint.position()];
        int slot = from;
        while (owners[slot] != null) {
            slot = slot + skip < SLOTS ? slot + skip : slot + skip - SLOTS;
        }
        owners[slot] = endpoint;
        return slot;
    }

    @SuppressWarnings("NullAway") // Every slot has been claimed.
    private static Endpoint[] whole(@Nullable Endpoint[] owners) {
        return owners;
    }
}
