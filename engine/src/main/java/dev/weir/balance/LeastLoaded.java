package dev.weir.balance;

import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Of all usable endpoints the one with the fewest requests in flight for its weight; of several, any by weight. Few are looked at
/// one by one, of many a [LoadTree] knows the least, so that a pick costs O(log n).
///
/// Confined to one event loop; allocates nothing unless the usable endpoints have changed.
final class LeastLoaded implements Balancer {
    /// Up to so many, looking at each costs less than keeping a tree.
    static final int MOST_SCANNED = 32;

    private final Service service;
    private final Tree shared;
    private final FullScan scan;
    private final RandomGenerator random;

    LeastLoaded(Service service, Tree shared, RandomGenerator random) {
        this.service = service;
        this.shared = shared;
        this.scan = new FullScan(service, new RequestsInFlight(), random);
        this.random = random;
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        Endpoint[] usable = service.members().usable();
        return usable.length <= MOST_SCANNED || tried.count() > 0
                ? scan.pick(key, tried, nowNanos)
                : shared.of(usable).least(random);
    }

    @Override
    public Outlook outlook(OptionalLong key, Tried tried, long nowNanos) {
        return scan.outlook(key, tried, nowNanos);
    }

    /// The tree of the endpoints that are usable now. One per service; thread-safe.
    static final class Tree {
        private final Service service;
        private volatile Current current;

        /// @param places by position, -1 for an endpoint that is not usable
        private record Current(LoadTree tree, int[] places) {}

        Tree(Service service) {
            this.service = service;
            this.current = current(service.members().usable());
            boolean scanned = service.endpoints().size() <= MOST_SCANNED;
            for (Endpoint endpoint : service.endpoints()) {
                int position = endpoint.position();
                // It may still have the one of a longer list.
                endpoint.state().listener(scanned ? null : _ -> changed(position));
            }
            if (!scanned) {
                refresh();
            }
        }

        private void changed(int position) {
            Current now = current;
            int place = now.places[position];
            if (place >= 0) {
                now.tree.changed(place);
            }
        }

        private Current current(Endpoint[] usable) {
            int[] places = new int[service.slots()];
            Arrays.fill(places, -1);
            for (int i = 0; i < usable.length; i++) {
                places[usable[i].position()] = i;
            }
            return new Current(new LoadTree(usable), places);
        }

        LoadTree of(Endpoint[] usable) {
            LoadTree tree = current.tree;
            return tree.usable() == usable ? tree : renewed();
        }

        private synchronized LoadTree renewed() {
            Endpoint[] usable = service.members().usable();
            if (current.tree.usable() != usable) {
                current = current(usable);
                refresh();
            }
            return current.tree;
        }

        /// What changed while the tree was made has told the one before it.
        private void refresh() {
            LoadTree tree = current.tree;
            for (int i = 0; i < tree.usable().length; i++) {
                tree.changed(i);
            }
        }
    }
}
