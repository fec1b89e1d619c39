package dev.weir.simulator;

import dev.weir.WeirConfig;
import dev.weir.balance.Balance;
import dev.weir.balance.Policy;
import dev.weir.health.OutliersConfig;
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
/// @param timeout of the route
public record Candidate(String name, ServiceConfig service, Duration timeout, Balancing balancing) {
    public static Candidate of(String name, ServiceConfig service, Duration timeout) {
        return new Candidate(name, service, timeout, Balancing.WEIR);
    }

    /// A service of a configuration, with the rules of the first route that leads there.
    ///
    /// @throws java.util.NoSuchElementException if there is no such service
    public static Candidate of(WeirConfig config, String service, ScenarioConfig scenario) {
        Duration timeout =
                config.routes().stream()
                        .filter(
                                route ->
                                        route.action() instanceof Action.To to
                                                && to.shares().containsKey(service))
                        .findFirst()
                        .map(RouteConfig::timeout)
                        .orElse(scenario.timeout());
        return of(
                service,
                Optional.ofNullable(config.services().get(service)).orElseThrow(),
                timeout);
    }

    /// Equal endpoints with Weir's usual settings, as many as the scenario says.
    public static Candidate usual(ScenarioConfig scenario) {
        return of("", Trial.equal(scenario.endpoints()), scenario.timeout());
    }

    /// The same with another of Weir's policies, called after it.
    public Candidate with(Balance balance) {
        return new Candidate(name(balance), service.withBalance(balance), timeout, balancing);
    }

    Candidate withOutliers(OutliersConfig outliers) {
        return new Candidate(name, service.withOutliers(outliers), timeout, balancing);
    }

    public Candidate named(String other) {
        return new Candidate(other, service, timeout, balancing);
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
            case Balance.Hash hash -> "hash" + bound(hash.boundedLoad());
            case Balance.RingHash hash -> "ring-hash" + bound(hash.boundedLoad());
        };
    }

    private static String bound(Optional<Percent> load) {
        return load.map(most -> ", at most " + most).orElse("");
    }
}
