package dev.weir.health;

import dev.weir.observe.Events;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Service;
import dev.weir.service.Standing;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Where the checks of one service and its traffic meet: takes over what they find, and says the lines about it, in the
/// order in which it happened. Thread-safe: the virtual threads of the endpoints' checks, event loops and the thread of
/// passive health call it under one lock, which also makes sure that nothing changes and no line is said once it is
/// closed. Times are nanoseconds of the clock.
final class ServiceHealth {
    private volatile Service service;
    private final Events events;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition allDecided = lock.newCondition();
    private final LineLimiter panicLines = new LineLimiter();

    /// Those that are checked and have had no result yet.
    private final Set<EndpointState> undecided = new HashSet<>();

    private final AtomicLongArray ejections = new AtomicLongArray(Ejection.values().length);
    private boolean summedUp;
    private boolean panic;
    private boolean noneSaid;
    private boolean closed;

    ServiceHealth(Service service, Events events) {
        this.service = service;
        this.events = events;
        expect(service);
    }

    Service service() {
        return service;
    }

    String name() {
        return service.name();
    }

    /// One more endpoint was thrown out.
    void ejected(Ejection reason) {
        ejections.incrementAndGet(reason.ordinal());
    }

    /// How many have been.
    long ejections(Ejection reason) {
        return ejections.get(reason.ordinal());
    }

    private void expect(Service next) {
        if (next.config().health().isPresent()) {
            for (Endpoint endpoint : next.endpoints()) {
                if (endpoint.state().standing() == Standing.UNKNOWN) {
                    undecided.add(endpoint.state());
                }
            }
        }
    }

    /// Waits until each endpoint that is checked has had a first result.
    ///
    /// @return false if the time was over before
    boolean awaitFirstResults(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lock();
        try {
            while (!undecided.isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                left = allDecided.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Goes on with another list of endpoints. What comes later of those that have left is not taken.
    void adopt(Service next, long nowNanos) {
        lock.lock();
        try {
            service = next;
            Set<EndpointState> here = new HashSet<>();
            next.endpoints().forEach(endpoint -> here.add(endpoint.state()));
            undecided.retainAll(here);
            expect(next);
            decidedAll();
            // A state may have changed since the service was made.
            changed(nowNanos);
        } finally {
            lock.unlock();
        }
    }

    private void decidedAll() {
        if (undecided.isEmpty()) {
            allDecided.signalAll();
        }
    }

    /// Takes whether an endpoint answered at all.
    void heard(Endpoint endpoint, boolean answered, long nowNanos) {
        lock.lock();
        try {
            if (listens(endpoint) && endpoint.state().silent() == answered) {
                endpoint.state().silent(!answered);
                if (!endpoint.state().standing().usable()) {
                    changed(nowNanos);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes the first result of an endpoint's checks; the last of the first results sums up.
    ///
    /// @param why in words
    /// @param line null if nobody wants to read it
    void decided(Endpoint endpoint, boolean up, String why, @Nullable String line, long nowNanos) {
        lock.lock();
        try {
            if (!listens(endpoint)) {
                return;
            }
            undecided.remove(endpoint.state());
            adopt(endpoint, checked(up), why, line, nowNanos);
            if (undecided.isEmpty() && !noneSaid && !summedUp) {
                summedUp = true;
                events.say(
                        "%s  %d of %d endpoints up"
                                .formatted(name(), working(), service.endpoints().size()));
            }
            decidedAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean listens(Endpoint endpoint) {
        return !closed && service.holds(endpoint);
    }

    static Standing.Event checked(boolean up) {
        return up ? Standing.Event.CHECKED_UP : Standing.Event.CHECKED_DOWN;
    }

    /// Takes what has happened to an endpoint.
    ///
    /// @param why in words
    /// @param line null while the log is spared an endpoint that flaps
    void happened(
            Endpoint endpoint,
            Standing.Event event,
            String why,
            @Nullable String line,
            long nowNanos) {
        lock.lock();
        try {
            if (listens(endpoint)) {
                adopt(endpoint, event, why, line, nowNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /// The operator has said something of an endpoint.
    void ordered(String line, long nowNanos) {
        lock.lock();
        try {
            if (!closed) {
                changed(nowNanos);
                noneSaid &= usable() == 0;
                sayAndSumUp(line);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Says the line of a change that had to wait.
    void say(String line) {
        lock.lock();
        try {
            if (!closed) {
                sayAndSumUp(line);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Says what had to wait about the service.
    void tick(long nowNanos) {
        lock.lock();
        try {
            String due = closed ? null : panicLines.due(nowNanos);
            if (due != null) {
                events.say(due);
            }
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private void adopt(
            Endpoint endpoint,
            Standing.Event event,
            String why,
            @Nullable String line,
            long nowNanos) {
        Standing before = endpoint.state().happened(event);
        Standing now = endpoint.state().standing();
        if (now != before) {
            endpoint.state().turned(new EndpointState.Turn(now, nowNanos, why));
        }
        service.membersChanged();
        if (usable() > 0) {
            noneSaid = false;
        }
        if (line != null) {
            sayAndSumUp(line);
        }
        panics(nowNanos);
    }

    private void changed(long nowNanos) {
        service.membersChanged();
        panics(nowNanos);
    }

    private void panics(long nowNanos) {
        boolean now = service.members().panic();
        if (now != panic) {
            panic = now;
            String line = panicLines.offer(now ? panicBegins() : panicEnds(), nowNanos);
            if (line != null) {
                events.say(line);
            }
        }
    }

    private String panicBegins() {
        return "%s  panic: %d of %d endpoints work, less than %s: all %d that answer get requests"
                .formatted(
                        name(),
                        working(),
                        service.endpoints().size(),
                        service.config().panic(),
                        usable());
    }

    private String panicEnds() {
        return "%s  panic is over: %d of %d endpoints work"
                .formatted(name(), working(), service.endpoints().size());
    }

    /// The warning goes with a line about an endpoint, so it is said no more often than these are.
    private void sayAndSumUp(String line) {
        events.say(line);
        if (usable() == 0 && !noneSaid) {
            noneSaid = true;
            events.say(name() + "  no endpoint is up: requests get 503");
        }
    }

    private int usable() {
        return service.members().usable().length;
    }

    /// How many work by what is known of each.
    private long working() {
        return service.endpoints().stream().filter(e -> e.state().usable()).count();
    }
}
