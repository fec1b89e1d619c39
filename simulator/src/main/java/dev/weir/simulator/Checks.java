package dev.weir.simulator;

import dev.weir.health.HealthConfig;
import dev.weir.health.RiseAndFall;
import dev.weir.service.ServiceConfig;
import java.util.random.RandomGenerator;

/// The gateways' active checks, if the service has any: when they come is simulated, what results do is the engine's code. A check
/// fails while connections are refused or nothing is answered; an endpoint that is slow or answers errors passes it, as
/// real ones do. Confined to one thread.
final class Checks {
    private static final long IN_DOUBT_NANOS = 1_000_000_000;
    private static final double SPREAD = 0.2;

    private final ServiceConfig service;
    private final Gateway[] gateways;
    private final Condition[] conditions;
    private final EventQueue events;
    private final RandomGenerator random;
    private final RiseAndFall[] states;
    private final boolean[] results;

    Checks(
            ServiceConfig service,
            Gateway[] gateways,
            Condition[] conditions,
            EventQueue events,
            RandomGenerator random) {
        this.service = service;
        this.gateways = gateways;
        this.conditions = conditions;
        this.events = events;
        this.random = random;
        int all = service.health().isPresent() ? gateways.length * conditions.length : 0;
        this.states = new RiseAndFall[all];
        this.results = new boolean[all];
        for (int i = 0; i < all; i++) {
            HealthConfig health = service.health().get();
            states[i] = new RiseAndFall(health.upAfter(), health.downAfter());
        }
    }

    void begin() {
        for (int i = 0; i < states.length; i++) {
            events.add(0, Happening.CHECK.of(i));
        }
    }

    /// A check begins.
    void check(int which, long nowNanos) {
        Condition condition = conditions[which % conditions.length];
        results[which] = !condition.refuses && !condition.hangs;
        long takes = condition.hangs ? service.health().orElseThrow().timeout().toNanos() : 0;
        events.add(nowNanos + takes, Happening.CHECKED.of(which));
    }

    /// Its result is known.
    void checked(int which, long nowNanos) {
        HealthConfig health = service.health().orElseThrow();
        RiseAndFall state = states[which];
        boolean before = state.up();
        state.add(results[which]);
        if (before != state.up()) {
            gateways[which / conditions.length].up(which % conditions.length, state.up());
        }
        long every = health.every().toNanos();
        if (state.inDoubt()) {
            every = Math.min(every, IN_DOUBT_NANOS);
        }
        double spread = 1 - SPREAD + 2 * SPREAD * random.nextDouble();
        events.add(nowNanos + (long) (every * spread), Happening.CHECK.of(which));
    }
}
