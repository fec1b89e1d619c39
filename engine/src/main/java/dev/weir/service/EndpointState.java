package dev.weir.service;

import java.util.concurrent.atomic.AtomicInteger;

/// What is known of an endpoint by the whole process, kept by address across configurations. Thread-safe.
public final class EndpointState {
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean up = true;

    /// Requests sent to it that are not over.
    public int inFlight() {
        return inFlight.get();
    }

    /// @return how many were in flight before
    public int begin() {
        return inFlight.getAndIncrement();
    }

    public void end() {
        inFlight.getAndDecrement();
    }

    public boolean up() {
        return up;
    }

    /// Called by health checks only, which then tell the service; see [Service#membersChanged].
    public void up(boolean up) {
        this.up = up;
    }
}
