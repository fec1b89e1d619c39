package dev.weir.balance;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Prequal's rule among four candidates drawn by weight, or all if there are no more: an endpoint is *hot* if it has
/// more requests in flight for its weight than the 2^−0.25 (0.84) quantile of what candidates had lately. Of those that are not
/// hot the one with the lowest latency; if all are hot, the one with the fewest requests in flight.
///
/// A single gateway has sent all requests itself, so it knows what the paper's clients must probe for: the requests in flight, and
/// the latencies by these ([LatencyByLoad]). Latencies are multiplied by the attempts that a success costs
/// ([Failures]) and fade while nobody asks ([Neglect]). An endpoint of which nothing is known comes first while it is idle, so
/// that one request finds out, and counts as one of 30 ms until then.
///
/// Confined to one event loop; what loops share is passed in. Allocates nothing unless the usable endpoints have
/// changed. Source: Wydrowski, Kleinberg, Rumble, Archer, Load is not what you should balance: Introducing Prequal,
/// NSDI 2024, §4.
final class Prequal implements Balancer {
    private static final int CANDIDATES = 4;
    private static final double QUANTILE = Math.pow(2, -0.25);

    private final Service service;
    private final LatencyByLoad latencies;
    private final Failures failures;
    private final Neglect neglect;
    private final RandomGenerator random;
    private final RecentQuantile loads = new RecentQuantile(QUANTILE);
    private final float[] scratch = new float[LatencyByLoad.RECENT];
    private WeightedDraw draw;

    /// The best candidate so far: whether it is hot, and its latency, or its load if it is.
    private @Nullable Endpoint best;

    private boolean bestHot;
    private double bestScore;
    private int equalWeights;

    Prequal(Service service, LatencyByLoad latencies, Failures failures, RandomGenerator random) {
        this.service = service;
        this.latencies = latencies;
        this.failures = failures;
        this.neglect = new Neglect(service.endpoints().size());
        this.random = random;
        this.draw = new WeightedDraw(service.members().usable());
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        Endpoint[] usable = service.members().usable();
        if (!draw.among(usable)) {
            draw = new WeightedDraw(usable);
        }
        best = null;
        bestHot = true;
        bestScore = Double.POSITIVE_INFINITY;
        if (usable.length <= CANDIDATES) {
            for (Endpoint endpoint : usable) {
                if (!tried.contains(endpoint)) {
                    consider(endpoint, true, nowNanos);
                }
            }
        } else if (tried.count() == 0) {
            for (int i = 0; i < CANDIDATES; i++) {
                consider(usable[draw.draw(random)], false, nowNanos);
            }
        } else {
            for (int i = 0; i < CANDIDATES; i++) {
                Endpoint drawn = draw.drawUntried(random, tried);
                if (drawn != null) {
                    consider(drawn, false, nowNanos);
                }
            }
        }
        Endpoint picked = best;
        if (picked != null) {
            neglect.asked(picked.position(), nowNanos);
        }
        return picked;
    }

    /// @param all whether every endpoint is a candidate, so that equals must be told apart by weight here; candidates that were drawn
    ///     by weight need the first one
    private void consider(Endpoint endpoint, boolean all, long nowNanos) {
        int inFlight = endpoint.state().inFlight();
        double load = (double) inFlight / endpoint.weight();
        loads.add(load);
        boolean hot = load > loads.value();
        if (hot && !bestHot) {
            return;
        }
        double score = hot ? load : latency(endpoint, inFlight, nowNanos);
        boolean better = hot != bestHot || score < bestScore;
        if (better) {
            equalWeights = endpoint.weight();
        } else if (score == bestScore && all) {
            equalWeights += endpoint.weight();
            better = random.nextInt(equalWeights) < endpoint.weight();
        }
        if (better || best == null) {
            best = endpoint;
            bestHot = hot;
            bestScore = score;
        }
    }

    private double latency(Endpoint endpoint, int inFlight, long nowNanos) {
        int position = endpoint.position();
        long known = latencies.known(position, inFlight, nowNanos);
        boolean nothing = known == Stamped.NOTHING;
        if (nothing && inFlight <= 0) {
            return 0;
        }
        return (nothing ? PeakEwma.UNKNOWN_NANOS : Stamped.value(known))
                * neglect.left(
                        position, nothing ? Long.MAX_VALUE : Stamped.age(known, nowNanos), nowNanos)
                * failures.factor(position, nowNanos);
    }

    /// A failure or a cancelled attempt never makes an endpoint look fast, but one that took long is known to be slow.
    @Override
    public void learn(Attempt attempt) {
        failures.learn(attempt);
        boolean good = attempt.outcome() == Attempt.Outcome.ANSWERED && attempt.status() < 500;
        switch (attempt.outcome()) {
            case ANSWERED, CONNECT_FAILED, RESET, BAD_ANSWER, TIMED_OUT, CANCELLED -> {
                int position = attempt.endpoint().position();
                long now = attempt.judgedNanos();
                int others = attempt.othersInFlight();
                long known = latencies.known(position, others, now);
                float least =
                        known == Stamped.NOTHING ? PeakEwma.UNKNOWN_NANOS : Stamped.value(known);
                long latency = attempt.latencyNanos();
                if (good || latency > least || known == Stamped.NOTHING) {
                    long counted = good ? latency : Math.max(latency, (long) least);
                    latencies.sample(position, others, counted, now, scratch);
                }
            }
            case OPEN, CUT, LACKED -> {}
        }
    }
}
