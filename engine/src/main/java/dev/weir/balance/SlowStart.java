package dev.weir.balance;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Lets endpoints that have just become usable warm up, whatever the policy: of the requests that it would give to one of these,
/// a part max(minimum, (t/window)^(1/aggression)) gets there, the others go where the policy sends them next.
///
/// An endpoint warms from the first pick after it has become usable. One that was away for a moment goes on where it was, and where
/// no endpoint was usable before, all are cold and none warms.
///
/// Confined to one event loop. While nobody warms it costs two comparisons; it allocates nothing. Source: Envoy's slow
/// start mode.
final class SlowStart implements Balancer {
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

    private Endpoint[] usable;

    /// When the last one will be warm. Nobody warms if `warming` is false.
    private long untilNanos;

    private boolean warming;

    SlowStart(Service service, Balancer policy, RandomGenerator random) {
        this.service = service;
        this.policy = policy;
        this.config = service.config().slowStart();
        this.random = random;
        this.beganNanos = new long[service.endpoints().size()];
        Arrays.fill(beganNanos, COLD);
        this.usable = service.members().usable();
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        if (service.members().usable() != usable) {
            changed(nowNanos);
        }
        Endpoint picked = policy.pick(key, tried, nowNanos);
        if (!warming || picked == null || accepted(picked, nowNanos)) {
            return picked;
        }
        return another(picked, key, tried, nowNanos);
    }

    private boolean accepted(Endpoint endpoint, long nowNanos) {
        if (nowNanos - untilNanos >= 0) {
            warming = false;
            return true;
        }
        long began = beganNanos[endpoint.position()];
        if (began == COLD || nowNanos - began >= config.window().toNanos()) {
            return true;
        }
        return random.nextDouble() < config.part(nowNanos - began);
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
        Endpoint[] now = service.members().usable();
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
            boolean joins = !before[position];
            boolean wasWarming =
                    beganNanos[position] != COLD && nowNanos - beganNanos[position] < window;
            if (joins && anyStays && !wasWarming) {
                beganNanos[position] = nowNanos;
                untilNanos = nowNanos + window;
                warming = true;
            }
        }
        usable = now;
    }

    @Override
    public void learn(Attempt attempt) {
        policy.learn(attempt);
    }
}
