package dev.weir.balance;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Succession;
import dev.weir.service.Tried;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Slow start: lets endpoints that have just become usable warm up, whatever the policy: of the requests that it would give to one of these,
/// a part max(minimum, (t/window)^(1/aggression)) gets there, the others go where the policy sends them next.
///
/// An endpoint warms from the first pick after it has become usable. One that was away for a moment goes on where it was, and where
/// no endpoint was usable before, all are cold and none warms. Those of other zones are warm: gateways there use them.
///
/// Endpoints of other zones get their part of it in the same way, for as long as the own zone can carry more; see
/// [Service.Members#awayPart].
///
/// Confined to one event loop. While nobody is thinned it costs two comparisons; it allocates nothing. Source: Envoy's slow
/// start mode.
final class Thinning implements Balancer {
    /// So often another endpoint is asked for; if all those are warming and have had their part, the first one gets more.
    private static final int MOST_TRIES = 8;

    private static final long COLD = Long.MIN_VALUE;

    private final Service service;
    private final Balancer policy;
    private final SlowStartConfig config;
    private final RandomGenerator random;
    private final Tried others = new Tried();

    /// When each endpoint began to warm.
    private final long[] beganNanos;

    private Endpoint[] usable = {};

    /// When the last one will be warm. Nobody warms if `warming` is false.
    private long untilNanos;

    private boolean warming;

    /// How much of their share endpoints of other zones get, and which these are.
    private double awayPart;

    private boolean leaving;

    private final boolean[] away;

    Thinning(Service service, Balancer policy, RandomGenerator random) {
        this.service = service;
        this.policy = policy;
        this.config = service.config().slowStart();
        this.random = random;
        this.beganNanos = new long[service.slots()];
        Arrays.fill(beganNanos, COLD);
        adopt(service.members());
        this.away = new boolean[service.slots()];
        for (Endpoint endpoint : service.endpoints()) {
            away[endpoint.position()] = service.away(endpoint);
        }
    }

    /// Goes on where another list of endpoints was before: who warms goes on warming, and who joins begins to, with the next pick.
    void follow(Thinning before, Succession change) {
        for (int i = 0; i < before.beganNanos.length; i++) {
            if (change.stays(i)) {
                beganNanos[i] = before.beganNanos[i];
            }
        }
        untilNanos = before.untilNanos;
        warming = before.warming;
        usable =
                Arrays.stream(before.usable)
                        .filter(endpoint -> change.stays(endpoint.position()))
                        .toArray(Endpoint[]::new);
    }

    Balancer policy() {
        return policy;
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        if (service.members().usable() != usable) {
            changed(nowNanos);
        }
        Endpoint picked = policy.pick(key, tried, nowNanos);
        if (!warming && !leaving || picked == null || accepted(picked, nowNanos)) {
            return picked;
        }
        return another(picked, key, tried, nowNanos);
    }

    private boolean accepted(Endpoint endpoint, long nowNanos) {
        if (warming && nowNanos - untilNanos >= 0) {
            warming = false;
        }
        double part = part(endpoint, nowNanos);
        return part >= 1 || random.nextDouble() < part;
    }

    /// The part of its requests that an endpoint gets.
    private double part(Endpoint endpoint, long nowNanos) {
        double part = away[endpoint.position()] ? awayPart : 1;
        long began = beganNanos[endpoint.position()];
        if (warming && began != COLD && nowNanos - began < config.window().toNanos()) {
            part *= config.part(nowNanos - began);
        }
        return part;
    }

    /// What the policy says, less what is kept from endpoints that warm or are far: as if the policy were asked until it names one that
    /// may have the request. Where it insists on one, the rest goes to those that come next.
    @Override
    public Outlook outlook(OptionalLong key, Tried tried, long nowNanos) {
        if (service.members().usable() != usable) {
            return afterwards(nowNanos).outlook(key, tried, nowNanos);
        }
        Outlook asked = policy.outlook(key, tried, nowNanos);
        List<Outlook.Chance> kept = new ArrayList<>();
        double sum = 0;
        for (Outlook.Chance chance : asked.chances()) {
            double part = part(chance.endpoint(), nowNanos);
            sum += chance.probability() * part;
            kept.add(part < 1 ? thinned(chance, part) : chance);
        }
        if (asked.chances().stream().filter(chance -> chance.probability() > 0).count() > 1) {
            double all = sum;
            return new Outlook(asked.rule(), kept.stream().map(one -> one.times(1 / all)).toList());
        }
        if (sum < 1 && !kept.isEmpty()) {
            Tried more = new Tried();
            for (int i = 0; i < tried.count(); i++) {
                more.add(tried.get(i));
            }
            asked.chances().forEach(chance -> more.add(chance.endpoint()));
            double rest = 1 - sum;
            outlook(key, more, nowNanos).chances().forEach(one -> kept.add(one.times(rest)));
        }
        return new Outlook(asked.rule(), kept);
    }

    /// As the next pick would find it. Nobody begins to warm because somebody looks.
    private Thinning afterwards(long nowNanos) {
        Thinning then = new Thinning(service, policy, random);
        then.follow(this, new Succession(service, service));
        then.changed(nowNanos);
        return then;
    }

    private Outlook.Chance thinned(Outlook.Chance chance, double part) {
        String why = away[chance.endpoint().position()] ? "of another zone" : "warming up";
        return new Outlook.Chance(
                chance.endpoint(),
                chance.probability() * part,
                chance.score(),
                "%s; %s: gets %.0f %% of its share".formatted(chance.says(), why, part * 100));
    }

    /// Asks the policy again: as it is, because most answer differently each time, and without those that it insists on.
    private Endpoint another(Endpoint first, long key, Tried tried, long nowNanos) {
        others.clear();
        for (int i = 0; i < tried.count(); i++) {
            others.add(tried.get(i));
        }
        Endpoint before = first;
        for (int i = 0; i < MOST_TRIES; i++) {
            Endpoint next = policy.pick(key, others, nowNanos);
            if (next == null) {
                return first;
            }
            if (next == before) {
                others.add(next);
            } else if (accepted(next, nowNanos)) {
                return next;
            }
            before = next;
        }
        return first;
    }

    private void changed(long nowNanos) {
        Service.Members members = service.members();
        Endpoint[] now = members.usable();
        boolean[] before = new boolean[beganNanos.length];
        for (Endpoint endpoint : usable) {
            before[endpoint.position()] = true;
        }
        boolean anyStays = false;
        for (Endpoint endpoint : now) {
            anyStays |= before[endpoint.position()];
        }
        long window = config.window().toNanos();
        for (Endpoint endpoint : now) {
            int position = endpoint.position();
            // One that comes back because too few others work is meant to carry its whole share.
            boolean joins = !before[position] && !away[position] && !members.panic();
            boolean wasWarming =
                    beganNanos[position] != COLD && nowNanos - beganNanos[position] < window;
            if (joins && anyStays && window > 0 && !wasWarming) {
                beganNanos[position] = nowNanos;
                untilNanos = nowNanos + window;
                warming = true;
            }
        }
        adopt(members);
    }

    private void adopt(Service.Members members) {
        usable = members.usable();
        awayPart = members.awayPart();
        leaving = awayPart > 0 && awayPart < 1;
    }

    @Override
    public void learn(Attempt attempt) {
        policy.learn(attempt);
    }
}
