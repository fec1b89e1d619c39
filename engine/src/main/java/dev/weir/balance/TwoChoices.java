package dev.weir.balance;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Of two endpoints drawn at random the less loaded one, of equally loaded ones the first drawn: in constant time nearly as even
/// as looking at all, and without the rush of all loops on the one that looks best (M. Mitzenmacher, The Power of Two Choices in
/// Randomized Load Balancing, 1996).
///
/// With equal weights the two are distinct. With unequal ones they are drawn by weight, independently: of two distinct ones the
/// lightest of a pair would be looked at as often as the heaviest, and get half of all requests while these are few.
///
/// Confined to one event loop; does not allocate unless the usable endpoints have changed.
public final class TwoChoices implements Balancer {
    private final Service service;
    private final Metric metric;
    private final RandomGenerator random;
    private WeightedDraw draw;

    public TwoChoices(Service service, Metric metric, RandomGenerator random) {
        this.service = service;
        this.metric = metric;
        this.random = random;
        this.draw = new WeightedDraw(service.members().usable());
    }

    Metric metric() {
        return metric;
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        Endpoint picked = choose(tried, nowNanos);
        if (picked != null) {
            metric.picked(picked, nowNanos);
        }
        return picked;
    }

    @Override
    public void learn(Attempt attempt) {
        metric.learn(attempt);
    }

    private @Nullable Endpoint choose(Tried tried, long nowNanos) {
        Endpoint[] usable = service.members().usable();
        if (!draw.among(usable)) {
            draw = new WeightedDraw(usable);
        }
        if (tried.count() > 0) {
            Endpoint first = draw.drawUntried(random, tried);
            Endpoint second = draw.drawUntried(random, tried);
            return first == null || second == null ? first : better(first, second, nowNanos);
        }
        if (usable.length <= 1) {
            return usable.length == 0 ? null : usable[0];
        }
        int first = draw.draw(random);
        return better(usable[first], usable[second(first, usable.length)], nowNanos);
    }

    private int second(int first, int count) {
        if (!draw.equalWeights()) {
            return draw.draw(random);
        }
        int other = random.nextInt(count - 1);
        return other < first ? other : other + 1;
    }

    private Endpoint better(Endpoint first, Endpoint second, long nowNanos) {
        return metric.load(second, nowNanos) < metric.load(first, nowNanos) ? second : first;
    }

    @Override
    public Outlook outlook(OptionalLong key, Tried tried, long nowNanos) {
        List<Endpoint> left = Outlook.untried(service.members().usable(), tried);
        boolean even =
                tried.count() == 0
                        && left.stream().mapToInt(Endpoint::weight).distinct().count() <= 1;
        List<Outlook.Drawn> drawn =
                left.stream()
                        .map(endpoint -> metric.drawn(endpoint, endpoint.weight(), nowNanos))
                        .toList();
        String rule = "of two drawn at random, the one with " + metric.rule();
        return even ? Outlook.betterOfTwo(rule, drawn) : Outlook.bestOf(2, rule, drawn);
    }
}
