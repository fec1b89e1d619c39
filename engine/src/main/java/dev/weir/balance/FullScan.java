package dev.weir.balance;

import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Of all usable endpoints the least loaded one; of several, any by weight. Looks at every endpoint for every request.
/// Confined to one event loop; does not allocate.
public final class FullScan implements Balancer {
    private final Service service;
    private final Metric metric;
    private final RandomGenerator random;

    public FullScan(Service service, Metric metric, RandomGenerator random) {
        this.service = service;
        this.metric = metric;
        this.random = random;
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        Endpoint best = null;
        double least = Double.POSITIVE_INFINITY;
        int weights = 0;
        for (Endpoint endpoint : service.members().usable()) {
            double load = metric.load(endpoint, nowNanos);
            if (load > least || tried.contains(endpoint)) {
                continue;
            }
            if (load < least) {
                least = load;
                best = endpoint;
                weights = endpoint.weight();
            } else {
                // Each of the equals seen so far stays with the probability of its weight
                // (reservoir sampling).
                weights += endpoint.weight();
                best = random.nextInt(weights) < endpoint.weight() ? endpoint : best;
            }
        }
        return best;
    }

    @Override
    public Outlook outlook(OptionalLong key, Tried tried, long nowNanos) {
        return Outlook.best(
                "of all, the one with " + metric.rule() + "; of several, any by weight",
                Outlook.untried(service.members().usable(), tried).stream()
                        .map(endpoint -> metric.drawn(endpoint, endpoint.weight(), nowNanos))
                        .toList());
    }
}
