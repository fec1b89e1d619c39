package dev.weir.service;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What is known of an endpoint by the whole process, kept by address across configurations. Thread-safe.
public final class EndpointState {
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean up = true;
    private volatile @Nullable LoadListener listener;

    /// Requests sent to it that are not over.
    public int inFlight() {
        return inFlight.get();
    }

    /// @return how many were in flight before
    public int begin() {
        int before = inFlight.getAndIncrement();
        tell(1);
        return before;
    }

    public void end() {
        inFlight.getAndDecrement();
        tell(-1);
    }

    private void tell(int change) {
        LoadListener hears = listener;
        if (hears != null) {
            hears.changed(change);
        }
    }

    /// Lets a balancing policy hear of every request from now on, instead of the one before. Called when a service is made.
    public void listener(LoadListener hears) {
        listener = hears;
    }

    public boolean up() {
        return up;
    }

    /// Called by health checks only, which then tell the service; see [Service#membersChanged].
    public void up(boolean up) {
        this.up = up;
    }
}
