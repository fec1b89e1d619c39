package dev.weir.service;

import dev.weir.balance.Balance;
import dev.weir.health.HealthConfig;
import dev.weir.limit.ThrottleConfig;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import java.util.List;
import java.util.Optional;

/// What routes point at: endpoints that do the same work. Immutable.
@Says("Endpoints that do the same work, and how they are chosen and watched.")
public record ServiceConfig(
        @Required
                @Says(
                        value = "Where the service runs.",
                        example = "[10.0.0.11:8080, 10.0.0.12:8080]")
                List<EndpointConfig> endpoints,
        @Says("Which endpoint gets a request.") Balance balance,
        @Says("Checks that tell whether endpoints are up; without, traffic tells.")
                Optional<HealthConfig> health,
        @Says("Connections to the endpoints.") ConnectionsConfig connections,
        @Says("Holds requests back from an endpoint that refuses most of them.")
                ThrottleConfig throttle) {

    public static final ServiceConfig DEFAULTS =
            new ServiceConfig(
                    List.of(),
                    Balance.LEAST_REQUESTS,
                    Optional.empty(),
                    ConnectionsConfig.DEFAULTS,
                    ThrottleConfig.OFF);

    public ServiceConfig {
        endpoints = List.copyOf(endpoints);
    }

    public static ServiceConfig of(EndpointConfig... endpoints) {
        return new ServiceConfig(
                List.of(endpoints),
                DEFAULTS.balance,
                DEFAULTS.health,
                DEFAULTS.connections,
                DEFAULTS.throttle);
    }

    public ServiceConfig withBalance(Balance balance) {
        return new ServiceConfig(endpoints, balance, health, connections, throttle);
    }

    public ServiceConfig withHealth(HealthConfig health) {
        return new ServiceConfig(endpoints, balance, Optional.of(health), connections, throttle);
    }

    public ServiceConfig withConnections(ConnectionsConfig connections) {
        return new ServiceConfig(endpoints, balance, health, connections, throttle);
    }

    public ServiceConfig withThrottle(ThrottleConfig throttle) {
        return new ServiceConfig(endpoints, balance, health, connections, throttle);
    }
}
