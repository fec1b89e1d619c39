package dev.weir.simulator;

import java.time.Duration;

/// Queues before single workers whose work is exponential with a mean of one second.
record Theory(Result result) {
    static Theory run(Policy policy, int endpoints, double load, long requests) {
        ScenarioConfig scenario =
                ScenarioConfig.DEFAULTS
                        .withEndpoints(endpoints)
                        .withGateways(1, 1)
                        .withMachines(
                                new Serves.Workers(1, Integer.MAX_VALUE),
                                new Work.Exponential(Duration.ofSeconds(1)))
                        .withClients(TrafficConfig.DEFAULTS.withLoad(load))
                        .withTime(Duration.ofDays(1), Duration.ofSeconds(200))
                        .withTimeout(Duration.ofHours(1));
        return new Theory(new Run(scenario).withRequests(requests).with(policy));
    }

    /// Seconds.
    double mean() {
        return result.latency.getMean() / 1e9;
    }
}
