package dev.weir.balance;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Prequal's rule among three candidates drawn by weight, or all if there are no more: an endpoint is *hot* if it has
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
    private static final int CANDIDATES = 3;
    static final double QUANTILE = Math.pow(2, -0.25);

    /// A rank says whether the candidate is hot, then the bits of its load or latency as a float, then which candidate it is.
    private static final int HOT_SHIFT = 40;

    private static final int SCORE_SHIFT = 2;
    private static final int NUMBER = 3;

    /// More than any latency, for ranks as numbers.
    private static final double HOT = 1e18;

    private final Service service;
    private final LatencyByLoad latencies;
    private final Failures failures;
    private final Neglect neglect;
    private final RandomGenerator random;
    private final RecentQuantile loads = new RecentQuantile(QUANTILE);
    private final float[] scratch = new float[LatencyByLoad.RECENT];
    private Choice choice;

    /// The usable endpoints, how they are drawn, and what is read of each candidate, side by side: of many endpoints the objects are not in the
    /// processor's cache.
    ///
    /// @param facts position and weight of each in one number, so that reading both is one miss
    private record Choice(
            Endpoint[] usable, WeightedDraw draw, EndpointState[] states, long[] facts) {
        static Choice among(Endpoint[] usable) {
            return new Choice(
                    usable,
                    new WeightedDraw(usable),
                    Arrays.stream(usable).map(Endpoint::state).toArray(EndpointState[]::new),
                    Arrays.stream(usable)
                            .mapToLong(each -> (long) each.position() << 32 | each.weight())
                            .toArray());
        }

        int position(int place) {
            return (int) (facts[place] >>> 32);
        }

        int weight(int place) {
            return (int) facts[place];
        }
    }

    /// The candidates' places among the usable endpoints, and their requests in flight. All are read before any is judged, so that
    /// the processor fetches them at the same time.
    private final int[] places = new int[CANDIDATES];

    private final int[] inFlight = new int[CANDIDATES];

    /// What is compared with the quantile, and what of several hot ones.
    private final float[] load = new float[CANDIDATES];

    /// The latencies to be expected, as they are compared while nobody is hot.
    private final float[] cold = new float[CANDIDATES];

    /// Which candidate's load counts for the quantile next, and whether one does in this pick: every second time is recent enough.
    private int turn;

    private boolean counts;

    /// Means nothing: something that was read early has to be used, or it would not be read.
    private long fetched;

    Prequal(
            Service service,
            LatencyByLoad latencies,
            Failures failures,
            Neglect neglect,
            RandomGenerator random) {
        this.service = service;
        this.latencies = latencies;
        this.failures = failures;
        this.neglect = neglect;
        this.random = random;
        this.choice = Choice.among(service.members().usable());
    }

    Neglect neglect() {
        return neglect;
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        Endpoint[] usable = service.members().usable();
        if (choice.usable != usable) {
            choice = Choice.among(usable);
        }
        Choice now = choice;
        int count = usable.length <= CANDIDATES ? all(usable, tried) : some(now.draw, tried);
        if (count == 0) {
            return null;
        }
        long early = 0;
        for (int i = 0; i < count; i++) {
            int place = places[i];
            early ^= latencies.fetch(now.position(place));
            inFlight[i] = Math.max(0, now.states[place].inFlight());
            load[i] = (float) inFlight[i] / now.weight(place);
        }
        fetched = early;
        // Before the quantile moves: its branches cannot be foreseen, and what follows them would
        // be fetched only when these are known.
        for (int i = 0; i < count; i++) {
            cold[i] = (float) latency(now.position(places[i]), inFlight[i], nowNanos);
        }
        turn = turn + 1 < count ? turn + 1 : 0;
        counts = !counts;
        if (counts) {
            loads.add(RecentQuantile.step(load[turn]));
        }
        int picked = places[best(count)];
        neglect.asked(now.position(picked), nowNanos);
        return usable[picked];
    }

    /// All that were not tried, in an order drawn by weight: of equals the first one is picked.
    private int all(Endpoint[] usable, Tried tried) {
        int count = 0;
        int left = 0;
        for (int place = 0; place < usable.length; place++) {
            if (!tried.contains(usable[place])) {
                places[count++] = place;
                left += usable[place].weight();
            }
        }
        for (int i = 0; i < count - 1; i++) {
            int drawn = i;
            int toss = random.nextInt(left) - usable[places[i]].weight();
            while (toss >= 0) {
                toss -= usable[places[++drawn]].weight();
            }
            int place = places[drawn];
            places[drawn] = places[i];
            places[i] = place;
            left -= usable[place].weight();
        }
        return count;
    }

    private int some(WeightedDraw draw, Tried tried) {
        boolean first = tried.count() == 0;
        for (int i = 0; i < CANDIDATES; i++) {
            int place = first ? draw.draw(random) : draw.placeUntried(random, tried);
            if (place < 0) {
                return 0;
            }
            places[i] = place;
        }
        return CANDIDATES;
    }

    /// Which candidate has the lowest rank; of equal ones the first. The bits of floats from 0 up are in the same order as these, so that the
    /// least is found without a branch: the processor could foresee it no better than we can.
    private int best(int count) {
        int hotFrom = loads.bitsAbove();
        long best = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            int loaded = Float.floatToRawIntBits(load[i]);
            long hot = loaded >= hotFrom ? 1 : 0;
            long score = hot != 0 ? loaded : Float.floatToRawIntBits(cold[i]);
            best = Math.min(best, hot << HOT_SHIFT | score << SCORE_SHIFT | i);
        }
        return (int) best & NUMBER;
    }

    /// Nanoseconds to be expected of an endpoint with so many requests in flight; 0 where one request is to find out.
    double latency(int position, int inFlight, long nowNanos) {
        long known = latencies.known(position, inFlight, nowNanos);
        boolean nothing = known == Stamped.NOTHING;
        double attempts = failures.factor(position, nowNanos);
        if (nothing && inFlight <= 0 && attempts <= 1) {
            return 0;
        }
        return (nothing ? PeakEwma.UNKNOWN_NANOS : Stamped.value(known))
                * neglect.left(
                        position, nothing ? Long.MAX_VALUE : Stamped.age(known, nowNanos), nowNanos)
                * attempts;
    }

    /// What is to be reckoned with in place of a latency that an endpoint has told of itself.
    ///
    /// @param idle whether nobody asks it anything, so that the latency may be out of date
    double latency(int position, double toldNanos, boolean idle, long nowNanos) {
        return toldNanos
                * (idle ? neglect.left(position, Long.MAX_VALUE, nowNanos) : 1)
                * failures.factor(position, nowNanos);
    }

    @Override
    public Outlook outlook(OptionalLong key, Tried tried, long nowNanos) {
        List<Outlook.Drawn> drawn = new ArrayList<>();
        List<Endpoint> left = Outlook.untried(service.members().usable(), tried);
        for (Endpoint endpoint : left) {
            int inFlight = Math.max(0, endpoint.state().inFlight());
            float load = (float) inFlight / endpoint.weight();
            double latency = latency(endpoint.position(), inFlight, nowNanos);
            drawn.add(drawn(endpoint, endpoint.weight(), loads.bitsAbove(), load, (float) latency));
        }
        return service.members().usable().length <= CANDIDATES
                ? Outlook.best("the fastest that is not hot; of several, any by weight", drawn)
                : Outlook.bestOf(
                        CANDIDATES, "of three drawn by weight, the fastest that is not hot", drawn);
    }

    /// An endpoint as it is compared with others: first whether it is hot.
    static Outlook.Drawn drawn(
            Endpoint endpoint, double weight, int hotFrom, float load, float latency) {
        boolean hot = Float.floatToRawIntBits(load) >= hotFrom;
        String known = "load %.2f, latency %s".formatted(load, Outlook.millis(latency));
        // Above any latency.
        return hot
                ? new Outlook.Drawn(
                        endpoint, weight, HOT + load, "hot %.2f".formatted(load), "hot: " + known)
                : new Outlook.Drawn(endpoint, weight, latency, Outlook.millis(latency), known);
    }

    /// An endpoint gets a request without having been picked here.
    void asked(int position, long nowNanos) {
        neglect.asked(position, nowNanos);
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
            case OPEN, CUT, REFUSED, LACKED -> {}
        }
    }
}
