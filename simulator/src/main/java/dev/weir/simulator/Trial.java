package dev.weir.simulator;

import dev.weir.schema.HostPort;
import dev.weir.service.EndpointConfig;
import dev.weir.service.ServiceConfig;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.stream.IntStream;

/// A scenario and the requests that come in it, for one candidate after the other. Immutable.
///
/// @param requests so many in place of what the scenario's time brings; 0 for the scenario's time
record Trial(ScenarioConfig scenario, Traffic traffic, long requests) {
    /// Where requests come from: the same ones for every candidate.
    interface Traffic {
        Arrivals arrivals(SplittableGenerator random);
    }

    /// With requests by chance, so many that they are a load for the endpoints of a service.
    static Trial of(ScenarioConfig scenario, ServiceConfig service) {
        double perSecond = perSecond(scenario, service.endpoints().size());
        return new Trial(
                scenario,
                random -> new Poisson(perSecond, scenario.clients(), scenario.work(), random),
                0);
    }

    static double perSecond(ScenarioConfig scenario, int endpoints) {
        double capacity = scenario.serves().capacity() * endpoints;
        return scenario.clients().perSecond(capacity, scenario.work().mean());
    }

    /// For a scenario that goes with no configuration.
    static Trial of(ScenarioConfig scenario) {
        return of(scenario, equal(scenario.endpoints()));
    }

    /// A service of so many equal endpoints.
    static ServiceConfig equal(int endpoints) {
        return ServiceConfig.of(
                IntStream.rangeClosed(1, endpoints)
                        .mapToObj(i -> EndpointConfig.of(new HostPort("endpoint-" + i, 80)))
                        .toArray(EndpointConfig[]::new));
    }

    Trial withRequests(long requests) {
        return new Trial(scenario, traffic, requests);
    }

    /// Equal endpoints with Weir's usual settings, as the scenario says; for trials of policies.
    Candidate usual() {
        return Candidate.usual(scenario);
    }

    Result with(Candidate candidate) {
        return with(candidate, _ -> {});
    }

    /// @param progress hears how far it is; see [Simulation#run]
    Result with(Candidate candidate, LongConsumer progress) {
        return new Simulation(this, candidate).run(progress);
    }
}
