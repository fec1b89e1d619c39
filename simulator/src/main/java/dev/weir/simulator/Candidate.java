package dev.weir.simulator;

import dev.weir.WeirConfig;
import dev.weir.balance.Balance;
import dev.weir.balance.Policy;
import dev.weir.health.OutliersConfig;
import dev.weir.retry.HedgeConfig;
import dev.weir.retry.RetryCause;
import dev.weir.retry.RetryConfig;
import dev.weir.route.Action;
import dev.weir.route.RouteConfig;
import dev.weir.schema.Percent;
import dev.weir.service.ServiceConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One of the things that a simulation compares: a policy, or a configuration. Immutable.
///
/// @param name in tables and pictures
/// @param timeout of the route, to the head of the answer
/// @param retry of the route; all requests count as idempotent
/// @param zone of the gateway; empty for none
/// @param limits of each gateway; the service's [ServiceConfig#throttle] comes beside them
/// @param hedge of the route; all requests count as safe
public record Candidate(
        String name,
        ServiceConfig service,
        Duration timeout,
        RetryConfig retry,
        String zone,
        Balancing balancing,
        GatewayLimits limits,
        Optional<HedgeConfig> hedge) {
    public static Candidate of(String name, ServiceConfig service, Duration timeout) {
        return new Candidate(
                name,
                service,
                timeout,
                RetryConfig.DEFAULTS,
                "",
                Balancing.WEIR,
                GatewayLimits.NONE,
                Optional.empty());
    }

    /// A service of a configuration, with the rules of the first route that leads there.
    ///
    /// @throws java.util.NoSuchElementException if there is no such service
    public static Candidate of(WeirConfig config, String service, ScenarioConfig scenario) {
        RouteConfig route =
                config.routes().stream()
                        .filter(
                                each ->
                                        each.action() instanceof Action.To to
                                                && to.shares().containsKey(service))
                        .findFirst()
                        .orElse(RouteConfig.DEFAULTS.withTimeout(scenario.timeout()));
        ServiceConfig found = Optional.ofNullable(config.services().get(service)).orElseThrow();
        return of(service, found, route.timeout().firstByte())
                .withRetry(route.retry())
                .withZone(config.zone().orElse(""))
                .withLimits(GatewayLimits.of(found, route))
                .withHedge(route.hedge());
    }

    /// Equal endpoints with Weir's usual settings, as many as the scenario says, behind the limits that it says.
    public static Candidate usual(ScenarioConfig scenario) {
        return of("", Trial.equal(scenario.endpoints()), scenario.timeout())
                .withLimits(GatewayLimits.of(scenario))
                .withHedge(scenario.hedge());
    }

    /// The same with another of Weir's policies, called after it.
    public Candidate with(Balance balance) {
        return new Candidate(
                name(balance),
                service.withBalance(balance),
                timeout,
                retry,
                zone,
                balancing,
                limits,
                hedge);
    }

    Candidate withService(ServiceConfig service) {
        return new Candidate(name, service, timeout, retry, zone, balancing, limits, hedge);
    }

    Candidate withRetry(RetryConfig retry) {
        return new Candidate(name, service, timeout, retry, zone, balancing, limits, hedge);
    }

    Candidate withZone(String zone) {
        return new Candidate(name, service, timeout, retry, zone, balancing, limits, hedge);
    }

    Candidate withBalancing(Balancing balancing) {
        return new Candidate(name, service, timeout, retry, zone, balancing, limits, hedge);
    }

    Candidate withTimeout(Duration timeout) {
        return new Candidate(name, service, timeout, retry, zone, balancing, limits, hedge);
    }

    Candidate withLimits(GatewayLimits limits) {
        return new Candidate(name, service, timeout, retry, zone, balancing, limits, hedge);
    }

    Candidate withHedge(Optional<HedgeConfig> hedge) {
        return new Candidate(name, service, timeout, retry, zone, balancing, limits, hedge);
    }

    /// As little as there can be beside a policy: nobody is ejected, and only what reached no endpoint is sent again.
    Candidate alone() {
        return withOutliers(OutliersConfig.OFF)
                .withRetry(RetryConfig.DEFAULTS.withWhen(RetryCause.CONNECT_FAILED));
    }

    Candidate withOutliers(OutliersConfig outliers) {
        return withService(service.withOutliers(outliers));
    }

    public Candidate named(String other) {
        return new Candidate(other, service, timeout, retry, zone, balancing, limits, hedge);
    }

    /// Whether it goes by what endpoints tell of themselves.
    boolean asksEndpoints() {
        return balancing != Balancing.WEIR || service.balance() instanceof Balance.Probed;
    }

    /// The policies that go by a name, but for failover, in the order in which they are listed.
    public static List<Balance> policies() {
        return Arrays.stream(Policy.values())
                .filter(policy -> policy != Policy.FIRST)
                .map(Balance::of)
                .toList();
    }

    /// As it is written in a configuration.
    public static String name(Balance balance) {
        return switch (balance) {
            case Balance.Named named ->
                    named.policy().name().toLowerCase(Locale.ROOT).replace('_', '-');
            case Balance.Probed _ -> "prequal-probing";
            case Balance.Hash hash -> "hash" + bound(hash.boundedLoad());
            case Balance.RingHash hash -> "ring-hash" + bound(hash.boundedLoad());
        };
    }

    private static String bound(Optional<Percent> load) {
        return load.map(most -> ", at most " + most).orElse("");
    }
}
