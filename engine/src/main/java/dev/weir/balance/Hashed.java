package dev.weir.balance;

import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The endpoint that the key belongs to; if that was tried or is full, another one, which is the same for the same key. One instance per service in the whole process, used by all event loops. Thread-safe; picks
/// allocate nothing.
///
/// When the usable endpoints change, the loop that sees it first shares out anew, which takes milliseconds; meanwhile the
/// others go on as before, unless they have nothing.
final class Hashed implements Balancer {
    /// So many slots are looked at before the list is gone through.
    private static final int MOST_STEPS = 64;

    /// The odd number next to 2⁶⁴ divided by the golden ratio.
    private static final long STEP = 0x9e37_79b9_7f4a_7c15L;

    private final Service service;
    private final Spread spread;
    private final Optional<LoadBound> bound;
    private final ReentrantLock renewing = new ReentrantLock();
    private volatile Table table;

    /// @param owners of the slots
    private record Table(Endpoint[] usable, Endpoint[] owners, long weights) {}

    Hashed(Service service, Spread spread, Optional<LoadBound> bound) {
        this.service = service;
        this.spread = spread;
        this.bound = bound;
        this.table = table(service.members().usable());
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        Table now = table;
        if (now.usable != service.members().usable()) {
            now = renewed();
        }
        Endpoint[] owners = now.owners;
        if (owners.length == 0) {
            return null;
        }
        if (tried.count() > 0) {
            return walk(now, key, tried);
        }
        Endpoint owner = owners[slot(key, owners.length)];
        if (bound.isEmpty()) {
            return owner;
        }
        // Who comes first when the owner is full is looked at in any case: a large table is not in
        // the cache, and so the processor fetches
        // both at the same time.
        Endpoint further = owners[slot(mix(key), owners.length)];
        boolean ownerFits = hasRoom(owner, now.weights);
        boolean furtherFits = hasRoom(further, now.weights);
        return ownerFits | furtherFits ? ownerFits ? owner : further : walk(now, key, tried);
    }

    @Override
    public Outlook outlook(OptionalLong key, Tried tried, long nowNanos) {
        String rule = "the one that the request's key belongs to, by " + spread.says();
        Table now = table.usable == service.members().usable() ? table : renewed();
        int slots = now.owners.length;
        if (key.isPresent()) {
            Endpoint picked = pick(key.getAsLong(), tried, nowNanos);
            if (picked == null) {
                return Outlook.nobody(rule);
            }
            int slot = slot(key.getAsLong(), slots);
            Endpoint owner = now.owners[slot];
            String belongs = "the key is in slot %d of %d".formatted(slot, slots);
            return Outlook.certain(
                    rule,
                    picked,
                    picked == owner
                            ? belongs
                            : belongs
                                    + ", whose owner "
                                    + owner
                                    + (tried.contains(owner) ? " was tried" : " is full"));
        }
        Map<Endpoint, Integer> parts = new LinkedHashMap<>();
        for (Endpoint owner : now.owners) {
            parts.merge(owner, 1, Integer::sum);
        }
        return Outlook.bestOf(
                1,
                "any, because the request has no key to hash",
                Outlook.untried(now.usable, tried).stream()
                        .map(
                                endpoint -> {
                                    int part = parts.getOrDefault(endpoint, 0);
                                    String says = "%d of %d slots".formatted(part, slots);
                                    return new Outlook.Drawn(endpoint, part, 0, "", says);
                                })
                        .toList());
    }

    private boolean hasRoom(Endpoint endpoint, long weights) {
        return bound.isEmpty() || bound.get().hasRoom(endpoint, weights);
    }

    /// From slot to slot by further hashes of the key, so that what one endpoint does not take is spread over all
    /// others; then through the list, so that one with room is found. If nobody has room because requests are in flight at endpoints that
    /// are no longer usable, or because loops raced, the nearest one gets it.
    private @Nullable Endpoint walk(Table now, long key, Tried tried) {
        Endpoint nearest = null;
        int steps = MOST_STEPS + now.usable.length;
        for (int i = 0; i < steps; i++) {
            long further = mix(key + i * STEP);
            Endpoint owner =
                    i < MOST_STEPS
                            ? now.owners[slot(further, now.owners.length)]
                            : now.usable[i - MOST_STEPS];
            if (!tried.contains(owner)) {
                if (hasRoom(owner, now.weights)) {
                    return owner;
                }
                nearest = nearest == null ? owner : nearest;
            }
        }
        return nearest;
    }

    private static int slot(long key, int slots) {
        return (int) Math.unsignedMultiplyHigh(key, slots);
    }

    /// D. Stafford's variant 13 of the finalizer of MurmurHash3.
    private static long mix(long number) {
        long mixed = (number ^ number >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
        return mixed ^ mixed >>> 31;
    }

    private Table renewed() {
        if (table.owners.length == 0) {
            renewing.lock();
        } else if (!renewing.tryLock()) {
            return table;
        }
        try {
            Endpoint[] usable = service.members().usable();
            if (table.usable != usable) {
                table = table(usable);
            }
            return table;
        } finally {
            renewing.unlock();
        }
    }

    private Table table(Endpoint[] usable) {
        long weights = 0;
        for (Endpoint endpoint : usable) {
            weights += endpoint.weight();
        }
        return new Table(usable, spread.owners(usable), weights);
    }
}
