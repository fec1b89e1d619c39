package dev.weir.simulator;

import dev.weir.balance.Balance;
import java.time.Duration;

/// Queues before single workers whose work is exponential with a mean of one second.
record Theory(Result result) {
    static Theory run(Balance balance, int endpoints, double load, long requests) {
        return run(balance, endpoints, load, requests, Balancing.WEIR);
    }

    static Theory run(
            Balance balance, int endpoints, double load, long requests, Balancing balancing) {
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
        Trial trial = Trial.of(scenario).withRequests(requests);
        Candidate candidate = trial.usual().alone().with(balance).withBalancing(balancing);
        return new Theory(trial.with(candidate));
    }

    /// Seconds.
    double mean() {
        return result.latency.getMean() / 1e9;
    }
}
