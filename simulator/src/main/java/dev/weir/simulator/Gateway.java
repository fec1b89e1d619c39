package dev.weir.simulator;

import dev.weir.balance.Balancer;
import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointConfig;
import dev.weir.service.EndpointState;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import dev.weir.service.Tried;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGenerator.SplittableGenerator;
import org.jspecify.annotations.Nullable;

/// One simulated gateway before one service: what a process of Weir knows and decides, by the engine's own classes. Confined to
/// one thread.
final class Gateway {
    final int place;
    private final Service service;
    private final Balancer[] loops;

    Gateway(
            int place,
            Candidate candidate,
            int loops,
            Balancing.Reports reports,
            SplittableGenerator random) {
        this.place = place;
        this.service = service(candidate.service());
        Function<RandomGenerator, Balancer> balancers = candidate.balancing().on(service, reports);
        this.loops = new Balancer[loops];
        for (int i = 0; i < loops; i++) {
            this.loops[i] = balancers.apply(random.split());
        }
    }

    private static Service service(ServiceConfig config) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (EndpointConfig each : config.endpoints()) {
            endpoints.add(
                    new Endpoint(
                            each.address().toString(),
                            InetSocketAddress.createUnresolved(
                                    each.address().host(), each.address().port()),
                            endpoints.size(),
                            each.weight(),
                            new EndpointState()));
        }
        return new Service("simulated", config, endpoints);
    }

    int loops() {
        return loops.length;
    }

    @Nullable Endpoint pick(int loop, long key, Tried tried, long nowNanos) {
        return loops[loop].pick(key, tried, nowNanos);
    }

    void learn(int loop, Attempt attempt) {
        loops[loop].learn(attempt);
    }

    boolean up(int endpoint) {
        return service.endpoints().get(endpoint).state().up();
    }

    /// Active checks have found out.
    void up(int endpoint, boolean up) {
        service.endpoints().get(endpoint).state().up(up);
        service.membersChanged();
    }
}
