package dev.weir.cli;

import dev.weir.WeirConfig;
import dev.weir.health.HealthConfig;
import dev.weir.listen.ListenerConfig;
import dev.weir.route.RouteConfig;
import dev.weir.runtime.DrainConfig;
import dev.weir.schema.HostPort;
import dev.weir.service.EndpointAddress;
import dev.weir.service.EndpointConfig;
import dev.weir.service.ServiceConfig;
import java.time.Duration;
import java.util.List;

/// The configuration that `weir run --listen A --to B` says without a file: every request goes to one service
/// whose endpoints are checked by connecting to them. Nobody watches the readiness of such a gateway, so it
/// stops accepting at once when told to stop.
final class WithoutFile {
    static final String SERVICE = "endpoints";

    private WithoutFile() {}

    static WeirConfig config(List<HostPort> listen, List<EndpointAddress> to) {
        WeirConfig config =
                WeirConfig.DEFAULTS
                        .withRoutes(RouteConfig.to(SERVICE).withName("all"))
                        .withService(
                                SERVICE,
                                ServiceConfig.of(
                                                to.stream()
                                                        .map(EndpointConfig::at)
                                                        .toArray(EndpointConfig[]::new))
                                        .withHealth(HealthConfig.of("tcp")))
                        .withDrain(new DrainConfig(Duration.ZERO, DrainConfig.DEFAULTS.timeout()));
        for (int i = 0; i < listen.size(); i++) {
            config =
                    config.withListener(
                            i == 0 ? "web" : "web-" + (i + 1), ListenerConfig.of(listen.get(i)));
        }
        return config;
    }
}
