package dev.weir.health;

import dev.weir.observe.Events;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Where the checks of one service meet: takes over what they find and says the lines about it, in the order in
/// which it happened. Thread-safe: the virtual threads of the endpoints' checks call it under one lock, which
/// also makes sure that nothing changes and no line is said once it is closed.
final class ServiceHealth {
    private final Service service;
    private final Events events;
    private final CountDownLatch firstResults;
    private final ReentrantLock lock = new ReentrantLock();
    private int undecided;
    private boolean noneSaid;
    private boolean closed;

    /// @param firstResults counted down once for each endpoint
    ServiceHealth(Service service, Events events, CountDownLatch firstResults) {
        this.service = service;
        this.events = events;
        this.firstResults = firstResults;
        this.undecided = service.endpoints().size();
    }

    Service service() {
        return service;
    }

    String name() {
        return service.name();
    }

    /// Takes whether an endpoint answered at all.
    void heard(Endpoint endpoint, boolean answered) {
        lock.lock();
        try {
            if (!closed && endpoint.state().silent() == answered) {
                endpoint.state().silent(!answered);
                service.membersChanged();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes the first result of an endpoint; the last of the first results sums up.
    void decided(Endpoint endpoint, boolean up, @Nullable String line) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            undecided--;
            adopt(endpoint, up, line);
            if (undecided == 0 && !noneSaid) {
                events.say(
                        "%s  %d of %d endpoints up"
                                .formatted(name(), up(), service.endpoints().size()));
            }
            firstResults.countDown();
        } finally {
            lock.unlock();
        }
    }

    /// Takes a change of an endpoint's state.
    ///
    /// @param line null while the log is spared an endpoint that flaps
    void changed(Endpoint endpoint, boolean up, @Nullable String line) {
        lock.lock();
        try {
            if (!closed) {
                adopt(endpoint, up, line);
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

    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private void adopt(Endpoint endpoint, boolean up, @Nullable String line) {
        endpoint.state().up(up);
        service.membersChanged();
        if (up() > 0) {
            noneSaid = false;
        }
        if (line != null) {
            sayAndSumUp(line);
        }
    }

    /// The warning goes with a line about an endpoint, so it is said no more often than these are.
    private void sayAndSumUp(String line) {
        events.say(line);
        if (up() == 0 && !noneSaid) {
            noneSaid = true;
            events.say(name() + "  no endpoint is up: requests get 503");
        }
    }

    private int up() {
        return service.members().usable().length;
    }
}
