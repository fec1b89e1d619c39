package dev.weir.simulator.rules;

import dev.weir.balance.Balancer;
import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import dev.weir.simulator.Balancing;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Prequal's pool of probes, as each client of the paper has one (§4): with each request three endpoints are asked for their requests
/// in flight and their latency with so many; the pool holds 16 answers of at most a second, and an answer is used about 1.3 times. A
/// probe is answered at once here. Which answer is best is Prequal's rule or C3's. Confined to one thread.
public final class Probing implements Balancer {
    private static final int POOL = 16;
    private static final int PROBES = 3;
    private static final long AGE_NANOS = 1_000_000_000;

    /// Which answer of the pool is best.
    public enum Rule {
        /// Hot or cold by requests in flight; of the cold ones the lowest latency.
        PREQUAL,
        /// The lowest score of latency and the cube of the queue (Suresh et al., C3, NSDI 2015), from the same probes.
        C3
    }

    /// What an endpoint answered.
    private static final class Probe {
        private final Endpoint endpoint;
        private final long atNanos;
        private final double latency;
        private int inFlight;
        private int uses;

        Probe(Endpoint endpoint, long atNanos, int inFlight, double latency, int uses) {
            this.endpoint = endpoint;
            this.atNanos = atNanos;
            this.inFlight = inFlight;
            this.latency = latency;
            this.uses = uses;
        }
    }

    private static final double QUANTILE = Math.pow(2, -0.25);
    private static final double SMOOTHING = 0.1;

    private final Service service;
    private final Rule rule;
    private final int gateways;
    private final Balancing.Reports reports;
    private final RandomGenerator random;
    private final double reuse;
    private final List<Probe> pool = new ArrayList<>();
    private final double[] response;
    private boolean oldestNext;

    /// @param gateways that balance beside this one
    public Probing(
            Service service,
            Rule rule,
            int gateways,
            Balancing.Reports reports,
            RandomGenerator random) {
        int endpoints = service.endpoints().size();
        this.service = service;
        this.rule = rule;
        this.gateways = gateways;
        this.reports = reports;
        this.random = random;
        this.response = new double[endpoints];
        // §4.2: b = max(1, (1 + δ) / ((1 − m/n) r_probe − r_remove)), δ = 1, r_remove = 1.
        double left = (1 - Math.min(1, (double) POOL / endpoints)) * PROBES - 1;
        this.reuse = left <= 0 ? 2 : Math.max(1, 2 / left);
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        Endpoint[] usable = service.members().usable();
        if (usable.length == 0) {
            return null;
        }
        pool.removeIf(probe -> nowNanos - probe.atNanos > AGE_NANOS);
        Endpoint picked;
        if (pool.size() < 2) {
            picked = usable[random.nextInt(usable.length)];
        } else {
            Probe best = best();
            picked = best.endpoint;
            best.inFlight++;
            best.uses--;
            if (best.uses <= 0) {
                pool.remove(best);
            }
            if (pool.size() > 2) {
                pool.remove(oldestNext ? pool.getFirst() : worst());
                oldestNext = !oldestNext;
            }
        }
        for (int i = 0; i < PROBES; i++) {
            probe(usable[random.nextInt(usable.length)], nowNanos);
        }
        return tried.contains(picked) ? null : picked;
    }

    private void probe(Endpoint endpoint, long nowNanos) {
        int place = endpoint.position();
        int whole = (int) reuse;
        int uses = whole + (random.nextDouble() < reuse - whole ? 1 : 0);
        pool.add(
                new Probe(
                        endpoint,
                        nowNanos,
                        reports.inFlight(place),
                        reports.latencyNanos(place),
                        uses));
        if (pool.size() > POOL) {
            pool.removeFirst();
        }
    }

    private int threshold() {
        int[] all = pool.stream().mapToInt(probe -> probe.inFlight).sorted().toArray();
        return all[(int) Math.min(all.length - 1, Math.floor(QUANTILE * all.length))];
    }

    private Probe best() {
        return extreme(-1);
    }

    private Probe worst() {
        return extreme(1);
    }

    /// @param sign 1 for the worst, -1 for the best
    private Probe extreme(int sign) {
        int hot = threshold();
        Probe found = pool.getFirst();
        for (Probe probe : pool) {
            if (sign * Double.compare(badness(probe, hot), badness(found, hot)) > 0) {
                found = probe;
            }
        }
        return found;
    }

    private double badness(Probe probe, int hot) {
        if (rule == Rule.PREQUAL) {
            // Hot ones are worse than all cold ones, by their requests in flight.
            return probe.inFlight > hot ? 1e15 * probe.inFlight : probe.latency;
        }
        int place = probe.endpoint.position();
        // Every request there is in service at once, so its latency is its time of service.
        double service = probe.latency;
        double queue = 1 + (double) probe.endpoint.state().inFlight() * gateways + probe.inFlight;
        double measured = response[place] == 0 ? probe.latency : response[place];
        return measured - service + queue * queue * queue * service;
    }

    @Override
    public void learn(Attempt attempt) {
        if (attempt.outcome() == Attempt.Outcome.ANSWERED) {
            int place = attempt.endpoint().position();
            double took = attempt.latencyNanos();
            response[place] =
                    response[place] == 0
                            ? took
                            : (1 - SMOOTHING) * response[place] + SMOOTHING * took;
        }
    }
}
