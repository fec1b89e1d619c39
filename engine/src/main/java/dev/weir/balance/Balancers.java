package dev.weir.balance;

import dev.weir.observe.Events;
import dev.weir.schema.Percent;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Succession;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Makes the balancers of a service, one for each event loop, as its configuration says, and holds what they share. One
/// per service and process; made off the event loops. Thread-safe.
///
/// Another list of endpoints needs other balancers, see [#next]: they know what these knew of the endpoints that stay.
public final class Balancers {
    private final Service service;
    private final Common common;

    /// For a service whose endpoints nobody asks.
    public Balancers(Service service) {
        this(service, _ -> {});
    }

    /// @param events hears of endpoints that do not answer probes
    public Balancers(Service service, Events events) {
        this(service, common(service, events));
    }

    private Balancers(Service service, Common common) {
        this.service = service;
        this.common = common;
    }

    /// The balancers of the same service with another list of endpoints, and the same configuration.
    public Balancers next(Service after) {
        return new Balancers(after, common.next(new Succession(service, after)));
    }

    /// What one loop's balancer is made from.
    ///
    /// @param before what this loop had for the list before, if that is known
    private record OnLoop(
            RandomGenerator random, @Nullable Balancer before, Succession change, Prober prober) {
        Service service() {
            return change.after();
        }
    }

    /// What the loops have in common, by policy.
    private sealed interface Common {
        Balancer forLoop(OnLoop loop);

        Common next(Succession change);
    }

    private record Nothing(Policy policy) implements Common {
        @Override
        public Balancer forLoop(OnLoop loop) {
            return switch (policy) {
                case RANDOM -> new WeightedRandom(loop.service(), loop.random());
                case FIRST -> new First(loop.service());
                default -> new TwoChoices(loop.service(), new RequestsInFlight(), loop.random());
            };
        }

        @Override
        public Common next(Succession change) {
            return this;
        }
    }

    private record Turn(RoundRobin all) implements Common {
        @Override
        public Balancer forLoop(OnLoop loop) {
            return all;
        }

        @Override
        public Common next(Succession change) {
            return new Turn(all.next(change));
        }
    }

    private record Least(LeastLoaded.Tree tree) implements Common {
        @Override
        public Balancer forLoop(OnLoop loop) {
            return new LeastLoaded(loop.service(), tree, loop.random());
        }

        @Override
        public Common next(Succession change) {
            return new Least(new LeastLoaded.Tree(change.after()));
        }
    }

    private record Ewma(PeakLatencies latencies, Failures failures) implements Common {
        @Override
        public Balancer forLoop(OnLoop loop) {
            Service service = loop.service();
            Neglect neglect =
                    loop.before() instanceof TwoChoices two
                                    && two.metric() instanceof PeakEwma metric
                            ? metric.neglect().next(loop.change())
                            : new Neglect(service.slots());
            int heaviest = service.endpoints().stream().mapToInt(Endpoint::weight).max().orElse(1);
            return new TwoChoices(
                    service, new PeakEwma(latencies, failures, neglect, heaviest), loop.random());
        }

        @Override
        public Common next(Succession change) {
            return new Ewma(latencies.next(change), failures.next(change));
        }
    }

    private record ByLoad(LatencyByLoad latencies, Failures failures) implements Common {
        @Override
        public Prequal forLoop(OnLoop loop) {
            Service service = loop.service();
            Neglect neglect =
                    loop.before() instanceof Prequal prequal
                            ? prequal.neglect().next(loop.change())
                            : new Neglect(service.slots());
            return new Prequal(service, latencies, failures, neglect, loop.random());
        }

        @Override
        public ByLoad next(Succession change) {
            return new ByLoad(latencies.next(change), failures.next(change));
        }
    }

    /// What loops know without asking, and who does not answer them.
    private record Asked(Balance.Probed config, ByLoad local, Silence silence) implements Common {
        @Override
        public Balancer forLoop(OnLoop loop) {
            Balancer known = loop.before() instanceof Probing probing ? probing.local() : null;
            OnLoop unasked = new OnLoop(loop.random(), known, loop.change(), loop.prober());
            return new Probing(
                    loop.service(),
                    config,
                    local.forLoop(unasked),
                    silence,
                    loop.prober(),
                    loop.random());
        }

        @Override
        public Common next(Succession change) {
            return new Asked(config, local.next(change), silence.next(change));
        }
    }

    private record Hashes(Hashed all, Optional<LoadBound> bound) implements Common {
        static Hashes of(Service service, Optional<LoadBound> bound) {
            return new Hashes(new Hashed(service, spread(service), bound), bound);
        }

        private static Spread spread(Service service) {
            return service.config().balance() instanceof Balance.RingHash
                    ? new Ring(service.endpoints())
                    : new Maglev(service.endpoints());
        }

        @Override
        public Balancer forLoop(OnLoop loop) {
            return all;
        }

        @Override
        public Common next(Succession change) {
            return of(change.after(), bound.map(one -> one.joined(change)));
        }
    }

    private static Common common(Service service, Events events) {
        return switch (service.config().balance()) {
            case Balance.Named named -> common(service, named.policy());
            case Balance.Probed probed ->
                    new Asked(
                            probed,
                            byLoad(service.slots()),
                            new Silence(service, probed.probe(), events));
            case Balance.Hash by -> Hashes.of(service, bound(service, by.boundedLoad()));
            case Balance.RingHash by -> Hashes.of(service, bound(service, by.boundedLoad()));
        };
    }

    private static Common common(Service service, Policy policy) {
        int slots = service.slots();
        return switch (policy) {
            case RANDOM, LEAST_REQUESTS, FIRST -> new Nothing(policy);
            case ROUND_ROBIN -> new Turn(new RoundRobin(service));
            case LEAST_CONNECTIONS -> new Least(new LeastLoaded.Tree(service));
            case PEAK_EWMA -> new Ewma(new PeakLatencies(slots), new Failures(slots));
            case PREQUAL -> byLoad(slots);
        };
    }

    private static ByLoad byLoad(int slots) {
        return new ByLoad(new LatencyByLoad(slots), new Failures(slots));
    }

    private static Optional<LoadBound> bound(Service service, Optional<Percent> percent) {
        return percent.map(ofAverage -> new LoadBound(ofAverage, service.endpoints()));
    }

    /// @param random of the event loop
    public Balancer forLoop(RandomGenerator random) {
        return forLoop(random, Prober.NONE);
    }

    /// @param random of the event loop
    /// @param prober asks endpoints, for a policy that goes by what they tell
    public Balancer forLoop(RandomGenerator random, Prober prober) {
        Succession none = new Succession(service, service);
        return thinned(common.forLoop(new OnLoop(random, null, none, prober)), random);
    }

    /// For a loop that had another list before.
    ///
    /// @param before what it had from the balancers that these were made after
    /// @param change from the service of those to the one of these
    public Balancer forLoop(
            RandomGenerator random, Balancer before, Succession change, Prober prober) {
        Thinning thinned = before instanceof Thinning thinning ? thinning : null;
        Balancer known = thinned == null ? before : thinned.policy();
        Balancer policy = common.forLoop(new OnLoop(random, known, change, prober));
        Balancer next = thinned(policy, random);
        if (thinned != null && next instanceof Thinning following) {
            following.follow(thinned, change);
        }
        return next;
    }

    private Balancer thinned(Balancer policy, RandomGenerator random) {
        boolean zones = service.endpoints().stream().anyMatch(service::away);
        return service.config().slowStart().window().isZero() && !zones
                ? policy
                : new Thinning(service, policy, random);
    }
}
