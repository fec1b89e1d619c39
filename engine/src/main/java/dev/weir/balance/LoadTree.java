package dev.weir.balance;

import dev.weir.service.Endpoint;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The least load of all endpoints, kept up as requests begin and end: a binary tree whose leaves are endpoints, and whose
/// inner nodes hold the least load below and the weights of all that have it. A change goes up only as far as it changes
/// something, and finding one of the least loaded goes down once: both in O(log n).
///
/// Thread-safe and lock-free. A node is written from its children at least twice after each of them has changed, if need be by
/// another thread that saw the change, so no change is lost; between the two a reader may meet a load of a moment ago.
/// Source: P. Jayanti, f-arrays: implementation and applications, PODC 2002.
final class LoadTree {
    private static final long NOBODY =
            (long) Float.floatToRawIntBits(Float.POSITIVE_INFINITY) << 32;

    private final Endpoint[] usable;
    private final int leaves;

    /// The root at 1, the children of i at 2i and 2i + 1. Load (the bits of a float) above, weights below.
    private final AtomicLongArray nodes;

    LoadTree(Endpoint[] usable) {
        this.usable = usable;
        leaves = Math.max(1, Integer.highestOneBit(Math.max(1, 2 * usable.length - 1)));
        nodes = new AtomicLongArray(2 * leaves);
        for (int i = 0; i < leaves; i++) {
            nodes.set(leaves + i, i < usable.length ? leaf(usable[i]) : NOBODY);
        }
        for (int i = leaves - 1; i > 0; i--) {
            nodes.set(i, both(i));
        }
    }

    Endpoint[] usable() {
        return usable;
    }

    private static long leaf(Endpoint endpoint) {
        int inFlight = endpoint.state().inFlight();
        float load = inFlight <= 0 ? 0 : (inFlight + 1f) / endpoint.weight();
        return (long) Float.floatToRawIntBits(load) << 32 | endpoint.weight();
    }

    private static int load(long node) {
        return (int) (node >>> 32);
    }

    private long both(int parent) {
        long left = nodes.get(2 * parent);
        long right = nodes.get(2 * parent + 1);
        // Bits of floats that are not negative are ordered as these.
        if (load(left) != load(right)) {
            return load(left) < load(right) ? left : right;
        }
        return load(left) == load(NOBODY) ? NOBODY : left + (right & 0xffff_ffffL);
    }

    /// An endpoint's requests in flight have changed.
    ///
    /// @param place among the usable
    void changed(int place) {
        int node = leaves + place;
        boolean moved = refreshLeaf(node, usable[place]);
        while (moved && node > 1) {
            node /= 2;
            // Another thread that read before our change may have been faster once; the second time
            // it has
            // read it.
            boolean first = refresh(node);
            boolean second = refresh(node);
            moved = first || second;
        }
    }

    private boolean refreshLeaf(int node, Endpoint endpoint) {
        boolean moved = false;
        for (int i = 0; i < 2; i++) {
            long before = nodes.get(node);
            long after = leaf(endpoint);
            moved |= before != after;
            if (before == after) {
                break;
            }
            nodes.compareAndSet(node, before, after);
        }
        return moved;
    }

    /// Whether it may have changed.
    private boolean refresh(int node) {
        long before = nodes.get(node);
        long after = both(node);
        if (before == after) {
            return false;
        }
        nodes.compareAndSet(node, before, after);
        return true;
    }

    /// One of the least loaded, by weight; null if there is none.
    @Nullable Endpoint least(RandomGenerator random) {
        if (usable.length == 0) {
            return null;
        }
        int toss = (int) Math.unsignedMultiplyHigh(random.nextLong(), nodes.get(1) & 0xffff_ffffL);
        int node = 1;
        while (node < leaves) {
            node *= 2;
            long left = nodes.get(node);
            long right = nodes.get(node + 1);
            if (load(left) != load(right)) {
                node += load(left) < load(right) ? 0 : 1;
            } else if (toss >= (int) left) {
                toss -= (int) left;
                node++;
            }
        }
        int place = node - leaves;
        // Beyond the last one only if the loads have just changed.
        return usable[Math.min(place, usable.length - 1)];
    }
}
