package dev.weir.balance;

import dev.weir.schema.HostPort;
import dev.weir.schema.Percent;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointConfig;
import dev.weir.service.EndpointState;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// Services whose endpoints nobody connects to.
final class Services {
    private Services() {}

    /// Endpoints a, b, c … with these weights, none of which warms up.
    static Service of(Balance balance, int... weights) {
        return of(balance, SlowStartConfig.OFF, weights);
    }

    static Service of(Balance balance, SlowStartConfig slowStart, int... weights) {
        return panicking(Percent.NONE, balance, slowStart, weights);
    }

    /// That uses all that answer where less than this part of them works.
    static Service panicking(
            Percent below, Balance balance, SlowStartConfig slowStart, int... weights) {
        List<Endpoint> endpoints = new ArrayList<>();
        List<EndpointConfig> configs = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            String name = weights.length <= 26 ? String.valueOf((char) ('a' + i)) : "e" + i;
            configs.add(EndpointConfig.of(new HostPort(name, 80)).withWeight(weights[i]));
            endpoints.add(
                    new Endpoint(
                            name,
                            InetSocketAddress.createUnresolved(name, 80),
                            i,
                            weights[i],
                            new EndpointState()));
        }
        ServiceConfig config = ServiceConfig.of(configs.toArray(EndpointConfig[]::new));
        return new Service(
                "test",
                config.withBalance(balance).withSlowStart(slowStart).withPanic(below),
                endpoints);
    }

    /// Endpoints of weight 1 in zones of one letter each, behind a gateway in a zone.
    static Service inZones(Balance balance, String zone, String zones) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < zones.length(); i++) {
            endpoints.add(
                    new Endpoint(
                            "e" + i,
                            InetSocketAddress.createUnresolved("e" + i, 80),
                            i,
                            1,
                            false,
                            zones.substring(i, i + 1),
                            new EndpointState()));
        }
        ServiceConfig config =
                ServiceConfig.DEFAULTS
                        .withBalance(balance)
                        .withSlowStart(SlowStartConfig.OFF)
                        .withPanic(Percent.NONE);
        return new Service("test", config, zone, endpoints);
    }

    static void up(Service service, int place, boolean up) {
        service.endpoints().get(place).state().up(up);
        service.membersChanged();
    }
}
