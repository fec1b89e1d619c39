package dev.weir.balance;

import dev.weir.service.Service;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Makes the balancers of a service, one for each event loop, as its configuration says, and holds what they share. One
/// per service and process; made off the event loops. Thread-safe.
public final class Balancers {
    private final Function<RandomGenerator, Balancer> forLoop;

    public Balancers(Service service) {
        Metric requestsInFlight = new RequestsInFlight();
        forLoop =
                switch (service.config().balance()) {
                    case ROUND_ROBIN -> {
                        RoundRobin shared = new RoundRobin(service);
                        yield _ -> shared;
                    }
                    case RANDOM -> random -> new WeightedRandom(service, random);
                    case LEAST_REQUESTS ->
                            random -> new TwoChoices(service, requestsInFlight, random);
                    case LEAST_CONNECTIONS ->
                            random -> new FullScan(service, requestsInFlight, random);
                    case FIRST -> _ -> new First(service);
                };
    }

    /// @param random of the event loop
    public Balancer forLoop(RandomGenerator random) {
        return forLoop.apply(random);
    }
}
