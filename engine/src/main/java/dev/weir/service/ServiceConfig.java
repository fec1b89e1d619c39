package dev.weir.service;

import dev.weir.balance.Balance;
import dev.weir.balance.SlowStartConfig;
import dev.weir.health.HealthConfig;
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
        @Says("How an endpoint that joins or returns gets its share little by little.")
                SlowStartConfig slowStart,
        @Says("Checks that tell whether endpoints are up; without, traffic tells.")
                Optional<HealthConfig> health,
        @Says("Connections to the endpoints.") ConnectionsConfig connections) {

    public static final ServiceConfig DEFAULTS =
            new ServiceConfig(
                    List.of(),
                    Balance.LEAST_REQUESTS,
                    SlowStartConfig.DEFAULTS,
                    Optional.empty(),
                    ConnectionsConfig.DEFAULTS);

    public ServiceConfig {
        endpoints = List.copyOf(endpoints);
    }

    public static ServiceConfig of(EndpointConfig... endpoints) {
        ServiceConfig d = DEFAULTS;
        return new ServiceConfig(
                List.of(endpoints), d.balance, d.slowStart, d.health, d.connections);
    }

    public ServiceConfig withBalance(Balance balance) {
        return new ServiceConfig(endpoints, balance, slowStart, health, connections);
    }

    public ServiceConfig withSlowStart(SlowStartConfig slowStart) {
        return new ServiceConfig(endpoints, balance, slowStart, health, connections);
    }

    public ServiceConfig withHealth(HealthConfig health) {
        return new ServiceConfig(endpoints, balance, slowStart, Optional.of(health), connections);
    }

    public ServiceConfig withConnections(ConnectionsConfig connections) {
        return new ServiceConfig(endpoints, balance, slowStart, health, connections);
    }
}
