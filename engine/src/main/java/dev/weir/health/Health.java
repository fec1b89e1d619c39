package dev.weir.health;

import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Succession;
import dev.weir.service.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// The health of all services from [#start] to [#close], active and passive: [HealthChecks] for those that have checks,
/// [Outliers] for those where traffic ejects endpoints, and a thread that lets time pass for these. The two meet in
/// [dev.weir.service.Standing].
///
/// Thread-safe. What [Watch] offers is called on event loops and does not wait for anything.
public final class Health implements AutoCloseable, Watch {
    /// By [Service#line], as all that is kept of a service.
    private final Map<Object, ServiceHealth> services = new ConcurrentHashMap<>();

    private final Events events;
    private final Clock clock;
    private final HealthChecks checks;

    private final Map<Object, Outliers> outliers = new ConcurrentHashMap<>();
    private final Map<Object, Future<?>> ticks = new HashMap<>();

    private final ScheduledExecutorService time;

    private Health(HealthChecks checks, Events events, Clock clock) {
        this.events = events;
        this.clock = clock;
        this.checks = checks;
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("passive health").factory());
        executor.setRemoveOnCancelPolicy(true);
        this.time = executor;
    }

    /// Starts; the first checks run at once.
    ///
    /// @param clock the one that attempts are timed by
    /// @param random for the jitter of checks; nobody else's
    public static Health start(
            Collection<Service> services, Events events, Clock clock, RandomGenerator random) {
        Health health = new Health(HealthChecks.start(List.of(), clock, random), events, clock);
        health.begin(services);
        return health;
    }

    /// Looks after more services from now on; their first checks run at once.
    public synchronized void begin(Collection<Service> more) {
        List<ServiceHealth> begun = new ArrayList<>();
        for (Service service : more) {
            ServiceHealth health = new ServiceHealth(service, events);
            services.put(service.line(), health);
            begun.add(health);
            if (service.config().outliers().on()) {
                Outliers passive = new Outliers(health, clock.nanos());
                outliers.put(service.line(), passive);
                ticks.put(service.line(), tick(passive));
            }
        }
        checks.begin(begun);
    }

    /// Looks after a service no more: its checks end, and no line is said of it.
    public synchronized void forget(Service service) {
        ServiceHealth health = services.remove(service.line());
        if (health == null) {
            return;
        }
        outliers.remove(service.line());
        Future<?> tick = ticks.remove(service.line());
        if (tick != null) {
            tick.cancel(false);
        }
        health.close();
        checks.forget(health);
    }

    private Future<?> tick(Outliers each) {
        Runnable tick =
                () -> {
                    try {
                        each.tick(clock.nanos());
                    } catch (RuntimeException bug) {
                        // The executor would end these calls in silence, and no endpoint would
                        // return.
                        events.say("internal error in passive health: " + bug);
                    }
                };
        long every = each.everyNanos();
        return time.scheduleWithFixedDelay(tick, every, every, TimeUnit.NANOSECONDS);
    }

    /// Goes on with another list of a service's endpoints: before any loop does, so that nobody tells of an endpoint that is not known
    /// here.
    public synchronized void adopt(Service next) {
        ServiceHealth health = services.get(next.line());
        if (health == null) {
            return;
        }
        Succession change = new Succession(health.service(), next);
        Outliers found = outliers.get(next.line());
        if (found != null) {
            found.adopt(next);
        }
        health.adopt(next, clock.nanos());
        checks.adopt(health, change);
    }

    /// The operator has said something of an endpoint, which its state holds already.
    ///
    /// @param line for people
    public void ordered(Service service, String line) {
        ServiceHealth health = services.get(service.line());
        if (health != null) {
            health.ordered(line, clock.nanos());
        }
    }

    /// What checks know of an endpoint; empty if it is not checked.
    public Optional<EndpointHealth> checked(Endpoint endpoint) {
        return checks.of(endpoint);
    }

    /// How often traffic has ejected endpoints of a service; empty if it cannot.
    public Map<Ejection, Long> ejections(Service service) {
        ServiceHealth found = services.get(service.line());
        if (found == null || !outliers.containsKey(service.line())) {
            return Map.of();
        }
        Map<Ejection, Long> counts = new EnumMap<>(Ejection.class);
        for (Ejection reason : Ejection.values()) {
            counts.put(reason, found.ejections(reason));
        }
        return counts;
    }

    /// As [HealthChecks#awaitFirstResults], of these services or those in their places.
    public boolean awaitFirstResults(Collection<Service> of, Duration atMost)
            throws InterruptedException {
        return checks.awaitFirstResults(
                of.stream()
                        .map(each -> services.get(each.line()))
                        .filter(Objects::nonNull)
                        .toList(),
                atMost);
    }

    @Override
    public void tries(Service service, Endpoint endpoint, long nowNanos) {
        Outliers found = outliers.get(service.line());
        if (found != null) {
            found.tries(endpoint, nowNanos);
        }
    }

    @Override
    public void learn(Service service, Attempt attempt) {
        Outliers found = outliers.get(service.line());
        if (found != null) {
            found.learn(attempt);
        }
        if (attempt.outcome() == Attempt.Outcome.CONNECT_FAILED) {
            checks.connectFailed(attempt.endpoint());
        }
    }

    @Override
    public Duration nextCheck(Service service) {
        return checks.nextCheck(service);
    }

    /// Ends everything. From then on no state changes and no line is said.
    @Override
    public void close() {
        services.values().forEach(ServiceHealth::close);
        time.shutdownNow();
        checks.close();
    }
}
