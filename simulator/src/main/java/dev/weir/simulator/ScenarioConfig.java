package dev.weir.simulator;

import dev.weir.filter.concurrency.ConcurrencyLimitConfig;
import dev.weir.retry.HedgeConfig;
import dev.weir.schema.Says;
import dev.weir.schema.Within;
import dev.weir.service.ConnectionsConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A situation to simulate, as read from a file or said in Java. Immutable.
@Says("A situation to simulate.")
public record ScenarioConfig(
        @Says("What it shows, in a sentence.") String says,
        @Says("Time that is simulated.") @Within(min = "1ms", max = "30d") Duration lasts,
        @Says("Time at the start whose requests are not counted.") @Within(min = "0s", max = "30d")
                Duration warmUp,
        @Says("Endpoints, where no configuration names them.") @Within(min = "1", max = "100000")
                int endpoints,
        @Says("Gateways beside each other, each with a balancing of its own.")
                @Within(min = "1", max = "10000")
                int gateways,
        @Says("Event loops of each gateway.") @Within(min = "1", max = "256") int loops,
        @Says("What clients send.") TrafficConfig clients,
        @Says("How an endpoint's machine works off requests.") Serves serves,
        @Says("How long an endpoint works for a request.") Work work,
        @Says("Whether endpoints stop working for requests that nobody waits for any more.")
                boolean noticesGone,
        @Says("Time for a request, where no configuration says so.")
                @Within(min = "1ms", max = "1h")
                Duration timeout,
        @Says(
                        value =
                                "Places before the endpoints, where no configuration says so; left out, without bound.",
                        example = "{ max: 200, pending: 100, max-wait: 500ms }")
                Optional<ConnectionsConfig> connections,
        @Says(
                        value =
                                "Requests under way at once, where no configuration says so; left out, without bound.",
                        example = "gradient")
                Optional<ConcurrencyLimitConfig> concurrencyLimit,
        @Says(
                        value =
                                "A second attempt beside a slow one, where no configuration says so; left out, there is none.",
                        example = "95%")
                Optional<HedgeConfig> hedge,
        @Says("What happens to endpoints.") List<FaultConfig> faults,
        @Says("The number that chance begins with.") @Within(min = "0", max = "1000000000000000000")
                long seed) {

    public static final ScenarioConfig DEFAULTS =
            new ScenarioConfig(
                    "",
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5),
                    10,
                    1,
                    2,
                    TrafficConfig.DEFAULTS,
                    Serves.Workers.DEFAULTS,
                    new Work.LogNormal(Duration.ofMillis(10), Duration.ofMillis(60)),
                    false,
                    Duration.ofSeconds(30),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    1);

    public ScenarioConfig {
        faults = List.copyOf(faults);
        if (warmUp.compareTo(lasts) >= 0) {
            throw new IllegalArgumentException("nothing is counted: warm-up takes all of the time");
        }
        if (!faults.stream().allMatch(FaultConfig::harms)) {
            throw new IllegalArgumentException(
                    "there is a fault that harms nothing: say slower, fails, refuses or hangs");
        }
    }

    public ScenarioConfig withTime(Duration lasts, Duration warmUp) {
        return new ScenarioConfig(
                says,
                lasts,
                warmUp,
                endpoints,
                gateways,
                loops,
                clients,
                serves,
                work,
                noticesGone,
                timeout,
                connections,
                concurrencyLimit,
                hedge,
                faults,
                seed);
    }

    public ScenarioConfig withEndpoints(int endpoints) {
        return new ScenarioConfig(
                says,
                lasts,
                warmUp,
                endpoints,
                gateways,
                loops,
                clients,
                serves,
                work,
                noticesGone,
                timeout,
                connections,
                concurrencyLimit,
                hedge,
                faults,
                seed);
    }

    public ScenarioConfig withGateways(int gateways, int loops) {
        return new ScenarioConfig(
                says,
                lasts,
                warmUp,
                endpoints,
                gateways,
                loops,
                clients,
                serves,
                work,
                noticesGone,
                timeout,
                connections,
                concurrencyLimit,
                hedge,
                faults,
                seed);
    }

    public ScenarioConfig withClients(TrafficConfig clients) {
        return new ScenarioConfig(
                says,
                lasts,
                warmUp,
                endpoints,
                gateways,
                loops,
                clients,
                serves,
                work,
                noticesGone,
                timeout,
                connections,
                concurrencyLimit,
                hedge,
                faults,
                seed);
    }

    public ScenarioConfig withMachines(Serves serves, Work work) {
        return new ScenarioConfig(
                says,
                lasts,
                warmUp,
                endpoints,
                gateways,
                loops,
                clients,
                serves,
                work,
                noticesGone,
                timeout,
                connections,
                concurrencyLimit,
                hedge,
                faults,
                seed);
    }

    public ScenarioConfig withFaults(FaultConfig... faults) {
        return new ScenarioConfig(
                says,
                lasts,
                warmUp,
                endpoints,
                gateways,
                loops,
                clients,
                serves,
                work,
                noticesGone,
                timeout,
                connections,
                concurrencyLimit,
                hedge,
                List.of(faults),
                seed);
    }

    public ScenarioConfig withTimeout(Duration timeout) {
        return new ScenarioConfig(
                says,
                lasts,
                warmUp,
                endpoints,
                gateways,
                loops,
                clients,
                serves,
                work,
                noticesGone,
                timeout,
                connections,
                concurrencyLimit,
                hedge,
                faults,
                seed);
    }

    public ScenarioConfig withLimits(
            Optional<ConnectionsConfig> connections,
            Optional<ConcurrencyLimitConfig> concurrencyLimit) {
        return new ScenarioConfig(
                says,
                lasts,
                warmUp,
                endpoints,
                gateways,
                loops,
                clients,
                serves,
                work,
                noticesGone,
                timeout,
                connections,
                concurrencyLimit,
                hedge,
                faults,
                seed);
    }

    public ScenarioConfig withHedge(Optional<HedgeConfig> hedge) {
        return new ScenarioConfig(
                says,
                lasts,
                warmUp,
                endpoints,
                gateways,
                loops,
                clients,
                serves,
                work,
                noticesGone,
                timeout,
                connections,
                concurrencyLimit,
                hedge,
                faults,
                seed);
    }

    public ScenarioConfig withSeed(long seed) {
        return new ScenarioConfig(
                says,
                lasts,
                warmUp,
                endpoints,
                gateways,
                loops,
                clients,
                serves,
                work,
                noticesGone,
                timeout,
                connections,
                concurrencyLimit,
                hedge,
                faults,
                seed);
    }
}
