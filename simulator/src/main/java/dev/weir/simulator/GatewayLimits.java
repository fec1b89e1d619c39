package dev.weir.simulator;

import dev.weir.filter.concurrency.ConcurrencyLimitConfig;
import dev.weir.route.RouteConfig;
import dev.weir.service.ConnectionsConfig;
import dev.weir.service.ServiceConfig;
import java.util.List;
import java.util.Optional;

/// What a gateway lets be under way at once. Immutable.
///
/// @param connections places at the service and the line before it; empty for places without bound
/// @param concurrency the route's limits, in the order of its filters
public record GatewayLimits(
        Optional<ConnectionsConfig> connections, List<ConcurrencyLimitConfig> concurrency) {
    /// Everything passes: for what is to be seen of balancing alone.
    static final GatewayLimits NONE = new GatewayLimits(Optional.empty(), List.of());

    public GatewayLimits {
        concurrency = List.copyOf(concurrency);
    }

    /// As a configuration says.
    static GatewayLimits of(ServiceConfig service, RouteConfig route) {
        return new GatewayLimits(
                Optional.of(service.connections()),
                route.filters().stream()
                        .filter(ConcurrencyLimitConfig.class::isInstance)
                        .map(ConcurrencyLimitConfig.class::cast)
                        .toList());
    }

    /// As a scenario says, for where there is no configuration.
    static GatewayLimits of(ScenarioConfig scenario) {
        return new GatewayLimits(
                scenario.connections(), scenario.concurrencyLimit().stream().toList());
    }
}
