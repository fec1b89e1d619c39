package dev.weir.health;

import dev.weir.health.CheckResult.Finding;
import dev.weir.health.EndpointHealth.State;
import dev.weir.health.RiseAndFall.Effect;
import dev.weir.runtime.Clock;
import dev.weir.service.Endpoint;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// The checks of one endpoint, one after the other, on a virtual thread of their own, until it is interrupted:
/// whatever this endpoint does, it delays nobody else's checks. Confined to that thread, but for [#doubt],
/// [#health] and [#untilNextNanos], which any thread may call and which never block.
final class EndpointChecks {
    /// A check that traffic asks for comes no sooner than this after the last: a quarter of the pace in doubt. The
    /// usual three bad results then take half a second at least, enough for a listener to be bound anew.
    private static final long EARLY_NANOS = Duration.ofMillis(250).toNanos();

    private final Plan plan;
    private final ServiceHealth service;
    private final Clock clock;
    private final LineLimiter lines = new LineLimiter();
    private final Thread thread;
    private long earliestAt;
    private volatile long nextAt;
    private volatile EndpointHealth health;
    private volatile boolean doubted;

    /// What to check, and when.
    ///
    /// @param firstDelayNanos from the start to the first check
    record Plan(
            Endpoint endpoint,
            Probe probe,
            RiseAndFall riseAndFall,
            Pace pace,
            long firstDelayNanos) {}

    EndpointChecks(Plan plan, ServiceHealth service, Clock clock) {
        this.plan = plan;
        this.service = service;
        this.clock = clock;
        this.earliestAt = clock.nanos();
        this.nextAt = earliestAt + plan.firstDelayNanos;
        this.health = EndpointHealth.unknown(clock.now());
        this.thread =
                Thread.ofVirtual()
                        .name("health " + service.name() + " " + plan.endpoint.name())
                        .unstarted(this::checkAgainAndAgain);
    }

    /// The virtual thread, for its owner to start, interrupt and join.
    Thread thread() {
        return thread;
    }

    EndpointHealth health() {
        return health;
    }

    /// Time until the next check, as far as it is known; 0 while one runs.
    long untilNextNanos(long nowNanos) {
        return Math.max(0, nextAt - nowNanos);
    }

    /// Asks for a check soon, because traffic met a closed door. Does nothing if the endpoint is known to be down.
    void doubt() {
        if (plan.endpoint.state().up() && !doubted) {
            doubted = true;
            LockSupport.unpark(thread);
        }
    }

    private void checkAgainAndAgain() {
        while (waitForNext()) {
            doubted = false;
            long begun = clock.nanos();
            CheckResult result = check();
            if (thread.isInterrupted()) {
                // The interrupt ended the check, so its result says nothing about the endpoint.
                return;
            }
            take(result, clock.nanos() - begun);
            earliestAt = begun + EARLY_NANOS;
            nextAt = begun + plan.pace.nextNanos(plan.riseAndFall.inDoubt());
        }
    }

    private CheckResult check() {
        try {
            return plan.probe.run();
        } catch (RuntimeException bug) {
            // Checks that stop in silence would leave the last state standing for ever.
            return CheckResult.bad("check failed: " + bug);
        }
    }

    private void take(CheckResult result, long tookNanos) {
        if (result.finding() == Finding.NOTHING) {
            health = health.notChecked(result);
            return;
        }
        long now = clock.nanos();
        service.heard(plan.endpoint, result.finding() != Finding.SILENT, now);
        Effect effect = plan.riseAndFall.add(result.good());
        boolean up = plan.riseAndFall.up();
        health = health.with(up, clock.now(), result, Duration.ofNanos(tookNanos));
        switch (effect) {
            case NONE -> {}
            case DECIDED -> {
                String line = up ? null : lines.offer(line(result, "first check"), now);
                service.decided(plan.endpoint, up, result.text(), line, now);
            }
            case CHANGED -> {
                int needed = plan.riseAndFall.threshold(up);
                String count = needed + " of " + needed;
                service.happened(
                        plan.endpoint,
                        ServiceHealth.checked(up),
                        result.text() + " (" + count + ")",
                        lines.offer(line(result, count), now),
                        now);
            }
        }
    }

    private String line(CheckResult result, String count) {
        State state = health.state();
        return "%s  %s  %s  %s (%s)"
                .formatted(
                        service.name(),
                        plan.endpoint.name(),
                        state == State.UP ? "up" : "down",
                        result.text(),
                        count);
    }

    /// @return false when it is time to stop
    private boolean waitForNext() {
        while (!thread.isInterrupted()) {
            long now = clock.nanos();
            String held = lines.due(now);
            if (held != null) {
                service.say(held);
            }
            long left = nextAt - now;
            if (doubted) {
                left = Math.min(left, earliestAt - now);
            }
            if (left <= 0) {
                return true;
            }
            LockSupport.parkNanos(this, Math.min(left, lines.waitNanos(now)));
        }
        return false;
    }
}
