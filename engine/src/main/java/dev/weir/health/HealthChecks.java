package dev.weir.health;

import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Service;
import dev.weir.service.Succession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.random.RandomGenerator;

/// The active checks of all endpoints whose service has a [HealthConfig], from [#start] to [#close]. What they
/// find they write to the endpoints' states and tell the services; every change of a state is one line:
///
/// ```
/// users  127.0.0.1:8081  down  connect refused (3 of 3)
/// ```
///
/// Every endpoint has a virtual thread, so all are checked in parallel and a slow one delays only itself. An
/// endpoint counts as up until its first result, which decides at once (see [RiseAndFall]); who would rather wait
/// before taking requests calls [#awaitFirstResults].
///
/// Thread-safe. [#connectFailed], [#nextCheck] and [#of] do not block and may be called on event loops.
public final class HealthChecks implements AutoCloseable {
    /// The first checks of many endpoints are spread so that they do not fall on one instant: one every 0.1 ms,
    /// together no more than a tenth of a second, which nobody notices at a start.
    private static final long SPREAD_NANOS_EACH = 100_000;

    private static final long SPREAD_NANOS_AT_MOST = 100_000_000;

    /// An interrupted check ends at once, unless the system is looking up a name.
    private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(2);

    private final Clock clock;
    private final ScheduledExecutorService deadlines;
    private final Set<ServiceHealth> services = ConcurrentHashMap.newKeySet();
    private final RandomGenerator random;
    private final Map<EndpointState, EndpointChecks> checks = new ConcurrentHashMap<>();
    private boolean closed;

    private HealthChecks(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.deadlines = deadlines();
        this.random = random;
    }

    /// Starts the checks; the first ones run at once.
    ///
    /// @param services those without a [HealthConfig] are left alone
    /// @param clock measures and stamps; the waiting itself takes real time, as the endpoints do
    /// @param random for the jitter; nobody else's
    public static HealthChecks start(
            Collection<Service> services, Events events, Clock clock, RandomGenerator random) {
        return start(
                services.stream().map(service -> new ServiceHealth(service, events)).toList(),
                clock,
                random);
    }

    static HealthChecks start(
            Collection<ServiceHealth> services, Clock clock, RandomGenerator random) {
        HealthChecks all = new HealthChecks(clock, random);
        all.begin(services);
        return all;
    }

    /// Checks the endpoints of more services from now on, of those that are to be checked; the first ones at once.
    synchronized void begin(Collection<ServiceHealth> more) {
        List<ServiceHealth> checked =
                more.stream().filter(s -> s.service().config().health().isPresent()).toList();
        services.addAll(checked);
        long count = checked.stream().mapToLong(s -> s.service().endpoints().size()).sum();
        List<EndpointChecks> made = new ArrayList<>();
        for (ServiceHealth service : checked) {
            for (Endpoint endpoint : service.service().endpoints()) {
                made.add(check(service, endpoint, spread(count)));
            }
        }
        made.forEach(endpoint -> endpoint.thread().start());
    }

    /// Checks the endpoints of a service no more. Does not wait.
    synchronized void forget(ServiceHealth service) {
        if (services.remove(service)) {
            service.service().endpoints().forEach(this::end);
        }
    }

    private void end(Endpoint endpoint) {
        EndpointChecks left = checks.remove(endpoint.state());
        if (left != null) {
            left.thread().interrupt();
        }
    }

    private static long spread(long count) {
        return Math.min(count * SPREAD_NANOS_EACH, SPREAD_NANOS_AT_MOST);
    }

    private EndpointChecks check(ServiceHealth service, Endpoint endpoint, long spread) {
        HealthConfig config = service.service().config().health().orElseThrow();
        EndpointChecks.Plan plan =
                new EndpointChecks.Plan(
                        endpoint,
                        Probe.of(
                                endpoint.address(),
                                service.service().tls(),
                                config,
                                service.service().config().proxyProtocol(),
                                service.service().config().protocol(),
                                deadlines),
                        new RiseAndFall(config.upAfter(), config.downAfter()),
                        // A generator of its own, because not every kind can be shared.
                        new Pace(config.every(), new SplittableRandom(random.nextLong())),
                        random.nextLong(spread));
        EndpointChecks made = new EndpointChecks(plan, service, clock);
        checks.put(endpoint.state(), made);
        return made;
    }

    /// Checks those that have joined, and no longer those that have left. Does not wait.
    synchronized void adopt(ServiceHealth service, Succession change) {
        if (closed || !services.contains(service)) {
            return;
        }
        for (Endpoint endpoint : change.before().endpoints()) {
            if (!change.after().holds(endpoint)) {
                end(endpoint);
            }
        }
        long spread = spread(change.after().endpoints().size());
        for (Endpoint endpoint : change.after().endpoints()) {
            if (!checks.containsKey(endpoint.state())) {
                check(service, endpoint, spread).thread().start();
            }
        }
    }

    /// Waits until every endpoint has had its first result. The timeout of the slowest check is a good limit, as
    /// no first result takes longer but by a moment.
    ///
    /// @return false if the time was over before
    public boolean awaitFirstResults(Duration atMost) throws InterruptedException {
        return awaitFirstResults(services, atMost);
    }

    /// As [#awaitFirstResults(Duration)], of these services only.
    boolean awaitFirstResults(Collection<ServiceHealth> of, Duration atMost)
            throws InterruptedException {
        long end = clock.nanos() + atMost.toNanos();
        for (ServiceHealth service : of) {
            long left = Math.max(0, end - clock.nanos());
            if (!service.awaitFirstResults(left)) {
                return false;
            }
        }
        return true;
    }

    /// What is known of an endpoint; empty if it is not checked.
    public Optional<EndpointHealth> of(Endpoint endpoint) {
        EndpointChecks found = checks.get(endpoint.state());
        return found == null ? Optional.empty() : Optional.of(found.health());
    }

    /// The time until an endpoint of a service is checked next, the earliest of all; zero if a check runs or is
    /// due now, or if the service is not checked.
    public Duration nextCheck(Service service) {
        long now = clock.nanos();
        long least = Long.MAX_VALUE;
        List<Endpoint> endpoints = service.endpoints();
        for (int i = 0; i < endpoints.size(); i++) {
            EndpointChecks found = checks.get(endpoints.get(i).state());
            if (found != null) {
                least = Math.min(least, found.untilNextNanos(now));
            }
        }
        return least == Long.MAX_VALUE ? Duration.ZERO : Duration.ofNanos(least);
    }

    /// Says that a request could not connect to an endpoint. It is checked at once if its last check is not just
    /// over; it still takes as many bad results as ever to take it down.
    void connectFailed(Endpoint endpoint) {
        EndpointChecks found = checks.get(endpoint.state());
        if (found != null) {
            found.doubt();
        }
    }

    /// Ends all checks, those that are running too. From then on no state changes and no line is said.
    @Override
    public void close() {
        // First, so that no thread is interrupted while it says a line: an interrupt would close
        // the file
        // channel that it may be written to.
        services.forEach(ServiceHealth::close);
        synchronized (this) {
            closed = true;
        }
        List<Thread> threads = new ArrayList<>();
        checks.values().forEach(endpoint -> threads.add(endpoint.thread()));
        threads.forEach(Thread::interrupt);
        try {
            long end = clock.nanos() + CLOSE_AT_MOST.toNanos();
            for (Thread thread : threads) {
                thread.join(Duration.ofNanos(Math.max(1, end - clock.nanos())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        deadlines.shutdownNow();
    }

    /// One thread that closes the sockets of checks whose time is over; it never blocks.
    private static ScheduledExecutorService deadlines() {
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("health deadlines").factory());
        // Most checks are over long before their time: their deadlines shall not pile up.
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }
}
