package dev.weir.balance;

import dev.weir.observe.Events;
import dev.weir.schema.Percent;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Makes the balancers of a service, one for each event loop, as its configuration says, and holds what they share. One
/// per service and process; made off the event loops. Thread-safe.
public final class Balancers {
    private final Service service;
    private final Making forLoop;

    private interface Making {
        Balancer make(RandomGenerator random, Prober prober);

        static Making of(Function<RandomGenerator, Balancer> making) {
            return (random, _) -> making.apply(random);
        }
    }

    /// For a service whose endpoints nobody asks.
    public Balancers(Service service) {
        this(service, _ -> {});
    }

    /// @param events hears of endpoints that do not answer probes
    public Balancers(Service service, Events events) {
        this.service = service;
        forLoop =
                switch (service.config().balance()) {
                    case Balance.Named named -> Making.of(named(named.policy()));
                    case Balance.Probed probed -> probed(probed, events);
                    case Balance.Hash by ->
                            Making.of(hashed(new Maglev(service.endpoints()), by.boundedLoad()));
                    case Balance.RingHash by ->
                            Making.of(hashed(new Ring(service.endpoints()), by.boundedLoad()));
                };
    }

    private Function<RandomGenerator, Balancer> named(Policy policy) {
        return switch (policy) {
            case ROUND_ROBIN -> {
                RoundRobin shared = new RoundRobin(service);
                yield _ -> shared;
            }
            case RANDOM -> random -> new WeightedRandom(service, random);
            case LEAST_REQUESTS ->
                    random -> new TwoChoices(service, new RequestsInFlight(), random);
            case LEAST_CONNECTIONS -> {
                LeastLoaded.Tree shared = new LeastLoaded.Tree(service);
                yield random -> new LeastLoaded(service, shared, random);
            }
            case PEAK_EWMA -> peakEwma();
            case PREQUAL -> localPrequal()::apply;
            case FIRST -> _ -> new First(service);
        };
    }

    private Function<RandomGenerator, Balancer> peakEwma() {
        int count = service.endpoints().size();
        PeakLatencies latencies = new PeakLatencies(count);
        Failures failures = new Failures(count);
        int heaviest = service.endpoints().stream().mapToInt(Endpoint::weight).max().orElse(1);
        return random ->
                new TwoChoices(
                        service,
                        new PeakEwma(latencies, failures, new Neglect(count), heaviest),
                        random);
    }

    private Function<RandomGenerator, Prequal> localPrequal() {
        int count = service.endpoints().size();
        LatencyByLoad latencies = new LatencyByLoad(count);
        Failures failures = new Failures(count);
        return random -> new Prequal(service, latencies, failures, random);
    }

    private Making probed(Balance.Probed probed, Events events) {
        Function<RandomGenerator, Prequal> local = localPrequal();
        Silence silence = new Silence(service, probed.probe(), events);
        return (random, prober) ->
                new Probing(service, probed, local.apply(random), silence, prober, random);
    }

    private Function<RandomGenerator, Balancer> hashed(Spread spread, Optional<Percent> bound) {
        Hashed shared =
                new Hashed(
                        service,
                        spread,
                        bound.map(percent -> new LoadBound(percent, service.endpoints())));
        return _ -> shared;
    }

    /// @param random of the event loop
    public Balancer forLoop(RandomGenerator random) {
        return forLoop(random, Prober.NONE);
    }

    /// @param random of the event loop
    /// @param prober asks endpoints, for a policy that goes by what they tell
    public Balancer forLoop(RandomGenerator random, Prober prober) {
        Balancer policy = forLoop.make(random, prober);
        boolean zones = service.endpoints().stream().anyMatch(service::away);
        return service.config().slowStart().window().isZero() && !zones
                ? policy
                : new Thinning(service, policy, random);
    }
}
