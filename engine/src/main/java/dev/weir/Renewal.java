package dev.weir;

import dev.weir.forward.ServiceOnLoop;
import dev.weir.health.Health;
import dev.weir.listen.Worker;
import dev.weir.observe.Events;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Listing;
import dev.weir.service.Orders;
import dev.weir.service.Service;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Puts another list of endpoints in the place of the one before, in all of the running process: what is made from the list is made
/// anew on the calling thread, then health takes it over, then each loop, as a task of its own. Endpoints that stay keep their
/// state, their connections and what is known of them. Those that leave get no request once each loop has taken the new list over,
/// which takes a turn of it; requests under way to them end as if nothing had happened.
///
/// Thread-safe; may take milliseconds, and is called on no loop that serves requests.
final class Renewal {
    /// Of more at once, a line only counts them.
    private static final int MOST_NAMED = 4;

    /// A loop that takes longer for a turn has more trouble than this.
    private static final Duration LOOPS_WITHIN = Duration.ofSeconds(2);

    private final Map<EventLoop, Worker> workers;
    private final Health health;
    private final Events events;

    /// What is in force of each service, and of those that are about to be, by what they have in common with those before them.
    private final Map<Object, Current> current = new HashMap<>();

    /// A service as it is now.
    ///
    /// @param shared what all loops have of it together
    record Current(Service service, ServiceOnLoop.Shared shared) {}

    Renewal(Map<EventLoop, Worker> workers, Health health, Events events) {
        this.workers = workers;
        this.health = health;
        this.events = events;
    }

    /// Says what a service began with.
    synchronized void began(Service service, ServiceOnLoop.Shared shared) {
        current.put(service.line(), new Current(service, shared));
    }

    /// A service is not to be changed any more.
    synchronized void forget(Service service) {
        current.remove(service.line());
    }

    /// What is in force of a service, or of the one that took its place.
    synchronized Current now(Service service) {
        return now(service.line());
    }

    /// As [#now], for those who look at a service that may be gone: null then.
    synchronized @Nullable Current find(Service service) {
        return current.get(service.line());
    }

    private Current now(Object line) {
        Current found = current.get(line);
        if (found == null) {
            throw new IllegalArgumentException("no such service");
        }
        return found;
    }

    /// Puts a list in the place of the one before, unless it says the same, or the service is there no more.
    ///
    /// @param line of the service
    /// @param how what says so, in one word
    synchronized void renew(Object line, String how, List<Listing> listings) {
        Current before = current.get(line);
        if (before != null) {
            take(how, before, before.service.with(listings));
        }
    }

    /// Puts a service in the place of the one that it continues, unless it says the same.
    ///
    /// @param how what says so, in one word
    synchronized void renew(String how, Service next) {
        take(how, now(next), next);
    }

    private void take(String how, Current before, Service next) {
        if (next.endpoints().equals(before.service.endpoints())) {
            return;
        }
        String name = next.name();
        ServiceOnLoop.Shared shared = before.shared.with(next);
        current.put(next.line(), new Current(next, shared));
        joined(name, how, before.service, next);
        health.adopt(next);
        AtomicInteger left = new AtomicInteger(workers.size());
        workers.forEach(
                (loop, worker) ->
                        on(
                                loop,
                                () -> {
                                    worker.adopt(next, shared);
                                    if (left.decrementAndGet() == 0) {
                                        left(name, how, before.service, next);
                                    }
                                }));
    }

    private static void on(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException _) {
            // The loop has ended, and serves nobody any more.
        }
    }

    // ---- what the operator says ----

    /// The operator's word on an endpoint.
    ///
    /// @param mode empty to leave it as it is
    /// @param weight 0 to leave it as it is
    /// @param by who says so
    record Order(Optional<Orders.Mode> mode, int weight, long atMillis, String by) {}

    /// Takes the operator's word on an endpoint, and waits until each loop knows it.
    ///
    /// @return false if the endpoint has left
    boolean order(Service of, Endpoint endpoint, Order order) {
        Current before;
        synchronized (this) {
            before = find(of);
            if (before == null || !before.service.holds(endpoint)) {
                return false;
            }
            order.mode.ifPresent(mode -> mode(before.service, endpoint, mode, order));
            if (order.weight > 0) {
                weight(before.service, endpoint, order);
            }
        }
        boolean close = order.mode.equals(Optional.of(Orders.Mode.DOWN));
        CountDownLatch known = new CountDownLatch(workers.size());
        workers.forEach(
                (loop, worker) ->
                        on(
                                loop,
                                () -> {
                                    if (close) {
                                        worker.closeIdle(before.service, endpoint);
                                    }
                                    known.countDown();
                                }));
        try {
            // A loop that has ended tells nobody, and sends no requests either.
            var _ = known.await(LOOPS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    private void mode(Service service, Endpoint endpoint, Orders.Mode mode, Order order) {
        EndpointState state = endpoint.state();
        Orders before = state.orders();
        if (before.mode() == mode) {
            return;
        }
        state.orders(before.with(mode, order.atMillis));
        String word = mode.name().toLowerCase(Locale.ROOT);
        String finish = mode == Orders.Mode.READY ? "" : finish(state.inFlight());
        health.ordered(
                service,
                "%s  %s  %s (by %s)%s"
                        .formatted(service.name(), endpoint.name(), word, order.by, finish));
    }

    private void weight(Service service, Endpoint endpoint, Order order) {
        EndpointState state = endpoint.state();
        int listed = Listing.listed(endpoint).weight();
        List<Listing> listings = service.endpoints().stream().map(Listing::listed).toList();
        if (endpoint.weight() != order.weight) {
            state.orders(state.orders().withWeight(order.weight, listed));
            renew(service.line(), "weight", listings);
            events.say(
                    "%s  %s  weight %d instead of %d (by %s)"
                            .formatted(
                                    service.name(),
                                    endpoint.name(),
                                    order.weight,
                                    endpoint.weight(),
                                    order.by));
        }
    }

    // ---- what is said of it ----

    private void joined(String name, String how, Service before, Service next) {
        List<Endpoint> joined = not(next, before);
        if (joined.size() > MOST_NAMED) {
            events.say(
                    "%s  %d endpoints joined (%s), %d in all"
                            .formatted(name, joined.size(), how, next.endpoints().size()));
            return;
        }
        joined.forEach(one -> events.say("%s  %s  joined (%s)".formatted(name, one.name(), how)));
    }

    private void left(String name, String how, Service before, Service next) {
        List<Endpoint> left = not(before, next);
        if (left.size() > MOST_NAMED) {
            int inFlight = left.stream().mapToInt(one -> one.state().inFlight()).sum();
            events.say(
                    "%s  %d endpoints left (%s)%s, %d in all"
                            .formatted(
                                    name,
                                    left.size(),
                                    how,
                                    finish(inFlight),
                                    next.endpoints().size()));
            return;
        }
        for (Endpoint one : left) {
            events.say(
                    "%s  %s  left (%s)%s"
                            .formatted(name, one.name(), how, finish(one.state().inFlight())));
        }
    }

    private static String finish(int inFlight) {
        return switch (inFlight) {
            case 0 -> "";
            case 1 -> ", 1 request finishes";
            default -> ", " + inFlight + " requests finish";
        };
    }

    /// The endpoints of one that the other has not.
    private static List<Endpoint> not(Service of, Service in) {
        List<Endpoint> found = new ArrayList<>();
        for (Endpoint endpoint : of.endpoints()) {
            if (!in.holds(endpoint)) {
                found.add(endpoint);
            }
        }
        return found;
    }
}
