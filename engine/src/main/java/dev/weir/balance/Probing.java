package dev.weir.balance;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.BitSet;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Prequal for several gateways: with each request it has a few endpoints asked for their requests in flight and their latency at so
/// many, and sends the request where the best of five of the answers that it has comes from, by [Prequal]'s rule. It never waits for an answer: each one serves the
/// requests after it.
///
/// Where there are no answers to choose from, or none of five that is not hot, [Prequal] decides by what this gateway knows: the paper takes the least loaded of its answers
/// then, but where they are too few for the requests all of these are hot because of what was just sent there. An endpoint that is [Silence]d takes part with
/// what this gateway knows of it. Of the requests in flight that an endpoint tells, those that were sent from here are known at every moment, so only the
/// others age with the answer; the paper's clients count one more for each use instead. No answer makes an endpoint look better than this gateway
/// knows it to be: it has at least the requests that were sent from here, its latency is multiplied by the attempts that a success costs, and an attempt
/// that fails takes its answer out of the pool.
///
/// How often an answer is used and how many are taken out follows §4 of the paper, from how many answers there are for a request: fewer
/// than asked for, when probes are bounded or lost.
///
/// Confined to one event loop; what loops share is passed in. Allocates nothing but the answers. Source: Wydrowski, Kleinberg,
/// Rumble, Archer, Load is not what you should balance: Introducing Prequal, NSDI 2024, §4.
final class Probing implements Balancer, Prober.Answers {
    /// δ of the paper: by so much more than needed the pool is filled.
    private static final double SPARE = 1;

    /// Of so many answers that come one is taken out unused, as in the paper.
    private static final int ONE_REMOVED_OF = 3;

    /// Answers for a request are counted over so many requests.
    private static final int COUNTED = 64;

    private static final int FEWEST = 2;

    private final Service service;
    private final Prequal local;
    private final Silence silence;
    private final Prober prober;
    private final RandomGenerator random;
    private final int perRequest;
    private final ProbePool pool;
    private final RecentQuantile loads = new RecentQuantile(Prequal.QUANTILE);
    private final long apartNanos;
    private Choice choice;

    /// When the next probe would be due if they came evenly.
    private long dueNanos;

    private boolean asked;

    /// Answers for a request of late, and what comes in while the next are counted.
    private double answersPerRequest;

    private int requests;
    private int answers;

    /// Those of which none was taken out yet.
    private int fresh;

    /// The usable endpoints, and what follows from who they are.
    ///
    /// @param byWeight by whom to draw from the pool; null if it holds those that were asked by weight, or all weigh the same
    /// @param positions of all of them
    private record Choice(
            Endpoint[] usable,
            WeightedDraw draw,
            @Nullable WeightedDraw byWeight,
            BitSet positions) {
        static Choice among(Endpoint[] usable) {
            WeightedDraw draw = new WeightedDraw(usable);
            boolean byWeight = usable.length <= ProbePool.SIZE && !draw.equalWeights();
            BitSet positions = new BitSet();
            for (Endpoint endpoint : usable) {
                positions.set(endpoint.position());
            }
            return new Choice(usable, draw, byWeight ? draw : null, positions);
        }

        /// Whether the pool has room for an answer of each.
        boolean fits() {
            return usable.length <= ProbePool.SIZE;
        }
    }

    Probing(
            Service service,
            Balance.Probed config,
            Prequal local,
            Silence silence,
            Prober prober,
            RandomGenerator random) {
        this.service = service;
        this.local = local;
        this.silence = silence;
        this.prober = prober;
        this.random = random;
        this.perRequest = config.perRequest();
        this.answersPerRequest = perRequest;
        this.apartNanos = Math.max(1, config.most().per().toNanos() / config.most().amount());
        this.pool = new ProbePool(service.slots());
        this.choice = Choice.among(service.members().usable());
    }

    /// What it knows without asking.
    Prequal local() {
        return local;
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        Endpoint[] usable = service.members().usable();
        if (choice.usable != usable) {
            choice = Choice.among(usable);
            pool.retain(choice.positions);
        }
        if (usable.length < FEWEST) {
            return local.pick(key, tried, nowNanos);
        }
        pool.removeOld(nowNanos);
        Endpoint picked = best(tried, nowNanos);
        if (picked == null) {
            picked = local.pick(key, tried, nowNanos);
        }
        if (tried.count() == 0) {
            count();
            remove();
            ask(nowNanos);
        }
        return picked;
    }

    private @Nullable Endpoint best(Tried tried, long nowNanos) {
        if (pool.toldCount() == 0 || pool.count() < FEWEST) {
            return null;
        }
        int hotFrom = loads.bitsAbove();
        int best = pool.best(hotFrom, tried, choice.byWeight, random);
        if (best < 0 || pool.hot(best, hotFrom)) {
            return null;
        }
        Endpoint picked = pool.use(best);
        local.asked(picked.position(), nowNanos);
        return picked;
    }

    private void count() {
        if (++requests == COUNTED) {
            answersPerRequest = (double) answers / COUNTED;
            requests = 0;
            answers = 0;
        }
    }

    /// Where the pool has room for all endpoints, each answer makes way for the next one of the same endpoint.
    private void remove() {
        if (choice.fits()) {
            fresh = 0;
            return;
        }
        for (; fresh >= ONE_REMOVED_OF; fresh -= ONE_REMOVED_OF) {
            if (pool.count() > FEWEST) {
                pool.removeOne(loads.bitsAbove());
            }
        }
    }

    private void ask(long nowNanos) {
        if (!silence.any() && !mayAsk(nowNanos)) {
            return;
        }
        Choice now = choice;
        for (int i = 0; i < perRequest; i++) {
            Endpoint endpoint = now.usable[now.draw.draw(random)];
            if (endpoint.state().standing().down()) {
                continue;
            }
            boolean may = mayAsk(nowNanos);
            if (silence.silent(endpoint) && !(may && silence.asksAgain(endpoint, nowNanos))) {
                assume(endpoint, nowNanos);
            } else if (may && prober.ask(endpoint, this, nowNanos)) {
                dueNanos += apartNanos;
            }
        }
    }

    /// At most so many in a time, and as many at once as one request wants (GCRA).
    private boolean mayAsk(long nowNanos) {
        if (!asked || dueNanos - nowNanos < 0) {
            asked = true;
            dueNanos = nowNanos;
        }
        return dueNanos - nowNanos < perRequest * apartNanos;
    }

    @Override
    public Outlook outlook(OptionalLong key, Tried tried, long nowNanos) {
        if (choice.usable == service.members().usable()
                && pool.toldCount() > 0
                && pool.count() >= FEWEST
                && pool.anyNotHot(loads.bitsAbove())) {
            return pool.outlook(loads.bitsAbove(), tried, choice.byWeight != null);
        }
        return local.outlook(key, tried, nowNanos);
    }

    @Override
    public void answered(Endpoint endpoint, ProbeAnswer answer, long nowNanos) {
        silence.answered(endpoint, nowNanos);
        answers++;
        int position = endpoint.position();
        if (!choice.positions.get(position)) {
            return; // It may not be picked any more since it was asked.
        }
        fresh++;
        int sent = Math.max(0, endpoint.state().inFlight());
        int others = Math.max(0, answer.inFlight() - sent);
        double latency =
                answer.latencyNanos() == ProbeAnswer.UNKNOWN
                        ? local.latency(position, sent, nowNanos)
                        : local.latency(
                                position, answer.latencyNanos(), sent + others == 0, nowNanos);
        loads.add(RecentQuantile.step((float) (sent + others) / endpoint.weight()));
        pool.add(endpoint, new ProbePool.Known(true, others, (float) latency), uses(), nowNanos);
    }

    @Override
    public void unanswered(Endpoint endpoint, String why, long nowNanos) {
        silence.unanswered(endpoint, why, nowNanos);
        pool.remove(endpoint.position());
    }

    /// For an endpoint that does not tell.
    private void assume(Endpoint endpoint, long nowNanos) {
        answers++;
        fresh++;
        int sent = Math.max(0, endpoint.state().inFlight());
        double latency = local.latency(endpoint.position(), sent, nowNanos);
        loads.add(RecentQuantile.step((float) sent / endpoint.weight()));
        pool.add(endpoint, new ProbePool.Known(false, 0, (float) latency), uses(), nowNanos);
    }

    /// §4: max(1, (1 + δ) / ((1 − m/n) · r_probe − r_remove)), tossed up or down to whole numbers. Where the pool has room for most endpoints
    /// an answer is followed by the next one, and need not be spared.
    private int uses() {
        double outside = choice.fits() ? 0 : 1 - (double) ProbePool.SIZE / choice.usable.length;
        double left = answersPerRequest * (outside - 1.0 / ONE_REMOVED_OF);
        double uses = Math.max(1, (1 + SPARE) / left);
        if (left <= 0 || uses > Integer.MAX_VALUE) {
            return Integer.MAX_VALUE;
        }
        int whole = (int) uses;
        return whole + (random.nextDouble() < uses - whole ? 1 : 0);
    }

    @Override
    public void learn(Attempt attempt) {
        local.learn(attempt);
        if (Failures.failed(attempt)) {
            pool.remove(attempt.endpoint().position());
        }
    }
}
