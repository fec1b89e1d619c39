package dev.weir.simulator;

import dev.weir.balance.Balancer;
import dev.weir.health.Outliers;
import dev.weir.limit.Throttle;
import dev.weir.retry.HedgeRules;
import dev.weir.retry.Latencies;
import dev.weir.retry.RetryBudget;
import dev.weir.retry.RetryRules;
import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointConfig;
import dev.weir.service.EndpointState;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import dev.weir.service.Standing;
import dev.weir.service.Tried;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGenerator.SplittableGenerator;
import org.jspecify.annotations.Nullable;

/// One simulated gateway before one service: what a process of Weir knows and decides, by the engine's own classes. Confined to
/// one thread.
final class Gateway {
    static final long NEVER = Long.MAX_VALUE;

    /// As in the proxy.
    private static final int MOST_PASSED_OVER = 3;

    final int place;
    private final Service service;
    private final Balancer[] loops;
    private final Throttle[] throttles;

    /// What a request passes before it is forwarded.
    final Door door;

    final RetryRules retry;
    final RetryBudget budget = new RetryBudget();

    /// Null if the route has no hedging.
    private final @Nullable HedgeRules hedge;

    private final RetryBudget hedges = new RetryBudget();
    private final Latencies[] latencies;

    /// Its passive health; null if the configuration wants none.
    private final @Nullable Outliers outliers;

    Gateway(
            int place,
            Candidate candidate,
            int loops,
            Balancing.Reports reports,
            EventQueue events,
            SplittableGenerator random) {
        this.place = place;
        this.service = service(candidate.service(), candidate.zone());
        this.retry = new RetryRules(candidate.retry());
        this.hedge = candidate.hedge().map(HedgeRules::new).orElse(null);
        this.latencies = new Latencies[hedge == null ? 0 : loops];
        Arrays.setAll(latencies, _ -> new Latencies());
        Function<RandomGenerator, Balancer> balancers = candidate.balancing().on(service, reports);
        this.loops = new Balancer[loops];
        for (int i = 0; i < loops; i++) {
            this.loops[i] = balancers.apply(random.split());
        }
        this.throttles = new Throttle[loops];
        for (int i = 0; i < loops; i++) {
            this.throttles[i] =
                    new Throttle(
                            service.config().throttle(),
                            service.endpoints().size(),
                            random.split());
        }
        this.door = new Door(place, candidate.limits(), events);
        this.outliers = service.config().outliers().on() ? new Outliers(service, _ -> {}, 0) : null;
    }

    private static Service service(ServiceConfig config, String zone) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (EndpointConfig each : config.endpoints()) {
            endpoints.add(
                    new Endpoint(
                            each.address().at().toString(),
                            InetSocketAddress.createUnresolved(
                                    each.address().at().host(), each.address().at().port()),
                            endpoints.size(),
                            each.weight(),
                            each.backup(),
                            each.zone().orElse(""),
                            new EndpointState()));
        }
        return new Service("simulated", config, zone, endpoints);
    }

    int loops() {
        return loops.length;
    }

    /// As [dev.weir.forward.ServiceOnLoop] does: passes over endpoints that requests are held back from, and says of one that returns from an
    /// ejection that it is being tried.
    @Nullable Endpoint pick(int loop, long key, Tried tried, long nowNanos) {
        for (int passedOver = 0; passedOver < MOST_PASSED_OVER; passedOver++) {
            Endpoint picked = loops[loop].pick(key, tried, nowNanos);
            if (picked == null) {
                return null;
            }
            if (!throttles[loop].holdsBack(picked, nowNanos)) {
                if (outliers != null && picked.state().standing() == Standing.RETURNING) {
                    outliers.tries(picked, nowNanos);
                }
                return picked;
            }
            tried.add(picked);
        }
        return null;
    }

    void learn(int loop, Attempt attempt) {
        loops[loop].learn(attempt);
        throttles[loop].learn(attempt);
        if (outliers != null) {
            outliers.learn(attempt);
        }
    }

    /// A request is being sent: after how long there may be a second attempt beside the first; [#NEVER] for never.
    long hedgeDelayNanos(int loop, long nowNanos) {
        HedgeRules rules = hedge;
        if (rules == null) {
            return NEVER;
        }
        hedges.request(nowNanos);
        return rules.delayNanos(latencies[loop]);
    }

    /// Whether the budget allows one more second attempt; then [#hedgeOver] is to be called when it is over.
    boolean hedges(long nowNanos) {
        HedgeRules rules = hedge;
        return rules != null && hedges.withdraw(rules.budget(), nowNanos);
    }

    void hedgeOver() {
        hedges.over();
    }

    /// The answer that the client gets has begun.
    void answeredAfter(int loop, long nanos) {
        if (hedge != null) {
            latencies[loop].add(nanos);
        }
    }

    /// How often [#tick] is to be called, in nanoseconds; 0 for never.
    long tickNanos() {
        return outliers == null ? 0 : outliers.everyNanos();
    }

    void tick(long nowNanos) {
        if (outliers != null) {
            outliers.tick(nowNanos);
        }
    }

    /// Active checks have found out.
    void up(int endpoint, boolean up) {
        service.endpoints().get(endpoint).state().up(up);
        service.membersChanged();
    }
}
