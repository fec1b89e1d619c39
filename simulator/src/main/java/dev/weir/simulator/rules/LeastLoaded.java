package dev.weir.simulator.rules;

import dev.weir.balance.Balancer;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The fewest requests in flight from this gateway alone; of several, the next in turn. Confined to one thread.
public final class LeastLoaded implements Balancer {
    private final Service service;
    private int turn;

    public LeastLoaded(Service service, RandomGenerator random) {
        this.service = service;
        this.turn = random.nextInt(Integer.MAX_VALUE);
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        Endpoint[] usable = service.members().usable();
        Endpoint best = null;
        int first = turn;
        for (int i = 0; i < usable.length; i++) {
            Endpoint each = usable[Math.floorMod(first + i, usable.length)];
            boolean better = best == null || each.state().inFlight() < best.state().inFlight();
            if (better && !tried.contains(each)) {
                best = each;
                turn = first + i + 1;
            }
        }
        return best;
    }
}
