package dev.weir.simulator;

import dev.weir.schema.HostPort;
import dev.weir.service.EndpointConfig;
import dev.weir.service.ServiceConfig;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/// A scenario with a service, ready to be run with one policy after the other. Immutable.
///
/// @param requests so many in place of what the scenario's time brings; 0 for the scenario's time
/// @param progress hears how far a run is; see [Simulation#run]
record Run(
        ScenarioConfig scenario,
        ServiceConfig service,
        Simulation.Traffic traffic,
        long requests,
        LongConsumer progress) {
    Run(ScenarioConfig scenario) {
        this(scenario, endpoints(scenario.endpoints()));
    }

    Run(ScenarioConfig scenario, ServiceConfig service) {
        this(scenario, service, poisson(scenario, service), 0, _ -> {});
    }

    /// A service of so many equal endpoints, for scenarios that go with no configuration.
    static ServiceConfig endpoints(int count) {
        return ServiceConfig.of(
                IntStream.rangeClosed(1, count)
                        .mapToObj(i -> EndpointConfig.of(new HostPort("endpoint-" + i, 80)))
                        .toArray(EndpointConfig[]::new));
    }

    private static Simulation.Traffic poisson(ScenarioConfig scenario, ServiceConfig service) {
        double capacity = scenario.serves().capacity() * service.endpoints().size();
        double perSecond = scenario.clients().perSecond(capacity, scenario.work().mean());
        return random -> new Poisson(perSecond, scenario.clients(), scenario.work(), random);
    }

    Run withRequests(long requests) {
        return new Run(scenario, service, traffic, requests, progress);
    }

    Run withTraffic(Simulation.Traffic traffic) {
        return new Run(scenario, service, traffic, requests, progress);
    }

    Run withProgress(LongConsumer progress) {
        return new Run(scenario, service, traffic, requests, progress);
    }

    Result with(Policy policy) {
        return new Simulation(scenario, service, policy, traffic, requests).run(progress);
    }
}
