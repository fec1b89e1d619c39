package dev.weir.service;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/// What is known of an endpoint by the whole process, kept by address across configurations. Thread-safe.
public final class EndpointState {
    /// No object of its own: among many endpoints every step to another one is a miss of the cache, and picks read this most.
    private static final AtomicIntegerFieldUpdater<EndpointState> IN_FLIGHT =
            AtomicIntegerFieldUpdater.newUpdater(EndpointState.class, "inFlight");

    private volatile int inFlight;
    private volatile Standing standing = Standing.UNKNOWN;
    private volatile boolean silent;
    private volatile boolean waiting;
    private volatile Orders orders = Orders.NONE;
    private volatile @Nullable Turn turn;
    private volatile @Nullable LoadListener listener;

    /// How it came to stand where it stands. Immutable.
    ///
    /// @param why in words, with figures
    public record Turn(Standing to, long atNanos, String why) {}

    /// Requests sent to it that are not over.
    public int inFlight() {
        return inFlight;
    }

    /// @return how many were in flight before
    public int begin() {
        int before = IN_FLIGHT.getAndIncrement(this);
        tell(1);
        return before;
    }

    public void end() {
        IN_FLIGHT.getAndDecrement(this);
        tell(-1);
    }

    private void tell(int change) {
        LoadListener hears = listener;
        if (hears != null) {
            hears.changed(change);
        }
    }

    /// Lets a balancing policy hear of every request from now on, instead of the one before. Called when a service is made.
    public void listener(@Nullable LoadListener hears) {
        listener = hears;
    }

    public Standing standing() {
        return standing;
    }

    /// Takes what has happened; who calls it then tells the service, see [Service#membersChanged].
    ///
    /// @return where it stood before
    public synchronized Standing happened(Standing.Event event) {
        Standing before = standing;
        standing = before.after(event);
        return before;
    }

    /// Whether no check says that it does not work.
    public boolean up() {
        return !standing.down();
    }

    /// Takes what active checks found; see [#happened].
    public void up(boolean up) {
        happened(up ? Standing.Event.CHECKED_UP : Standing.Event.CHECKED_DOWN);
    }

    /// Whether nothing answered there when it was last tried: its port refused, or a check was not answered at all.
    public boolean silent() {
        return silent;
    }

    public void silent(boolean silent) {
        this.silent = silent;
    }

    /// Whether it returns, and all requests that try it are on their way: it gets no more until these have shown
    /// something.
    public boolean waiting() {
        return waiting;
    }

    public void waiting(boolean waiting) {
        this.waiting = waiting;
    }

    /// What the operator says of it.
    public Orders orders() {
        return orders;
    }

    /// Takes the operator's word; who calls it then tells the service, see [Service#membersChanged].
    public void orders(Orders said) {
        orders = said;
    }

    /// How it came to stand where it stands; null as long as nothing has been found.
    public @Nullable Turn turn() {
        return turn;
    }

    public void turned(Turn last) {
        turn = last;
    }

    /// Whether it may get requests while nothing forces Weir to try others: what is known of it and the operator agree.
    public boolean usable() {
        return orders.mode() == Orders.Mode.READY && standing.usable();
    }
}
