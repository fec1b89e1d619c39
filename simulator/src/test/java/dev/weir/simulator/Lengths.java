package dev.weir.simulator;

import dev.weir.balance.Balancer;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Weir's balancing with a look at the queue of one endpoint, each in turn, whenever a request comes: requests that come by
/// chance see what an observer sees at any time.
final class Lengths implements Balancing {
    /// Before that queues are still filling.
    private static final long WARM_UP_NANOS = 200_000_000_000L;

    private final int endpoints;
    private final long[] seen = new long[1000];
    private long looks;

    Lengths(int endpoints) {
        this.endpoints = endpoints;
    }

    /// Of queues that were so long, or longer.
    double shareOf(int length) {
        long longer = 0;
        for (int i = length; i < seen.length; i++) {
            longer += seen[i];
        }
        return (double) longer / looks;
    }

    @Override
    public Function<RandomGenerator, Balancer> on(Service service, Reports reports) {
        Function<RandomGenerator, Balancer> balancers = WEIR.on(service, reports);
        return random -> {
            Balancer balancer = balancers.apply(random);
            return new Balancer() {
                @Override
                public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
                    if (nowNanos > WARM_UP_NANOS) {
                        seen[reports.inFlight((int) (looks++ % endpoints))]++;
                    }
                    return balancer.pick(key, tried, nowNanos);
                }
            };
        };
    }
}
