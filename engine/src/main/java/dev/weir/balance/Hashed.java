package dev.weir.balance;

import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The endpoint that the key belongs to; if that was tried or is full, the next one on the way from there, which is
/// the same one for the same key. One instance per service in the whole process, used by all event loops. Thread-safe; picks
/// allocate nothing.
///
/// When the usable endpoints change, the loop that sees it first shares out anew, which takes milliseconds; meanwhile the
/// others go on as before, unless they have nothing.
final class Hashed implements Balancer {
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
        int slot = (int) Math.unsignedMultiplyHigh(key, owners.length);
        Endpoint owner = owners[slot];
        boolean fits = tried.count() == 0 && hasRoom(owner, now.weights);
        return fits ? owner : walk(now, slot, tried);
    }

    private boolean hasRoom(Endpoint endpoint, long weights) {
        return bound.isEmpty() || bound.get().hasRoom(endpoint, weights);
    }

    /// If nobody has room because requests are in flight at endpoints that are no longer usable, or because loops raced, the
    /// nearest one gets it.
    private @Nullable Endpoint walk(Table now, int from, Tried tried) {
        Endpoint[] owners = now.owners;
        Endpoint nearest = null;
        Endpoint before = null;
        for (int i = 0; i < owners.length; i++) {
            int slot = from + i;
            Endpoint owner = owners[slot < owners.length ? slot : slot - owners.length];
            if (owner != before && !tried.contains(owner)) {
                if (hasRoom(owner, now.weights)) {
                    return owner;
                }
                nearest = nearest == null ? owner : nearest;
            }
            before = owner;
        }
        return nearest;
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
