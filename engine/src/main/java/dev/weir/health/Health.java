package dev.weir.health;

import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Succession;
import dev.weir.service.Watch;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// The health of all services from [#start] to [#close], active and passive: [HealthChecks] for those that have checks,
/// [Outliers] for those where traffic ejects endpoints, and a thread that lets time pass for these. The two meet in
/// [dev.weir.service.Standing].
///
/// Thread-safe. What [Watch] offers is called on event loops and does not wait for anything.
public final class Health implements AutoCloseable, Watch {
    private final Map<String, ServiceHealth> services;
    private final Clock clock;
    private final HealthChecks checks;

    /// By the name of the service, which does not change with its list of endpoints.
    private final Map<String, Outliers> outliers;

    private final ScheduledExecutorService time;

    private Health(
            List<ServiceHealth> services,
            HealthChecks checks,
            Map<String, Outliers> outliers,
            Clock clock) {
        this.services =
                services.stream().collect(Collectors.toMap(ServiceHealth::name, each -> each));
        this.clock = clock;
        this.checks = checks;
        this.outliers = outliers;
        this.time =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("passive health").factory());
    }

    /// Starts; the first checks run at once.
    ///
    /// @param clock the one that attempts are timed by
    /// @param random for the jitter of checks; nobody else's
    public static Health start(
            Collection<Service> services, Events events, Clock clock, RandomGenerator random) {
        List<ServiceHealth> all =
                services.stream().map(service -> new ServiceHealth(service, events)).toList();
        Map<String, Outliers> outliers = new HashMap<>();
        for (ServiceHealth each : all) {
            if (each.service().config().outliers().on()) {
                outliers.put(each.name(), new Outliers(each, clock.nanos()));
            }
        }
        Health health = new Health(all, HealthChecks.start(all, clock, random), outliers, clock);
        outliers.values().forEach(each -> health.tick(each, events));
        return health;
    }

    private void tick(Outliers each, Events events) {
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
        var _ = time.scheduleWithFixedDelay(tick, every, every, TimeUnit.NANOSECONDS);
    }

    /// Goes on with another list of a service's endpoints: before any loop does, so that nobody tells of an endpoint that is not known
    /// here. Called on one thread at a time.
    public void adopt(Service next) {
        ServiceHealth health = services.get(next.name());
        if (health == null) {
            return;
        }
        Succession change = new Succession(health.service(), next);
        Outliers found = outliers.get(next.name());
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
        ServiceHealth health = services.get(service.name());
        if (health != null) {
            health.ordered(line, clock.nanos());
        }
    }

    /// What checks know of an endpoint; empty if it is not checked.
    public Optional<EndpointHealth> checked(Endpoint endpoint) {
        return checks.of(endpoint);
    }

    /// As [HealthChecks#awaitFirstResults].
    public boolean awaitFirstResults(Duration atMost) throws InterruptedException {
        return checks.awaitFirstResults(atMost);
    }

    @Override
    public void tries(Service service, Endpoint endpoint, long nowNanos) {
        Outliers found = outliers.get(service.name());
        if (found != null) {
            found.tries(endpoint, nowNanos);
        }
    }

    @Override
    public void learn(Service service, Attempt attempt) {
        Outliers found = outliers.get(service.name());
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
