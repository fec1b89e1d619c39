package dev.weir.runtime;

import org.jspecify.annotations.Nullable;

/// Deadlines of one event loop: a hashed wheel of intrusive nodes. Setting a deadline later costs one field write, so that
/// a connection can move its deadline with every request; a node whose slot comes up early is filed again.
///
/// Deadlines strike up to one tick late, never early. Confined to one event loop. Source: Varghese and Lauck, Hashed and
/// Hierarchical Timing Wheels (1987), scheme 6.
public final class Timers {
    /// Length of a tick in nanoseconds: 10 ms.
    public static final long TICK_NANOS = 10_000_000;

    private static final int SLOTS = 512;
    private static final long NEVER = Long.MAX_VALUE;

    private final Clock clock;
    private final long origin;
    private final Timer[] slots = new Timer[SLOTS];
    private final Waker waker;
    private long tick;
    private long wakeTick = NEVER;
    private Wake wake = () -> {};
    private int filed;

    /// Who calls [#run] after a time.
    public interface Waker {
        Wake wakeIn(long nanos);
    }

    /// That [#run] will be called.
    public interface Wake {
        /// Has it not called. Does nothing if it was.
        void cancel();
    }

    /// What happens when a deadline strikes.
    public interface Expiry {
        /// Called on the event loop.
        void expired();
    }

    public Timers(Clock clock, Waker waker) {
        this.clock = clock;
        this.origin = clock.nanos();
        this.waker = waker;
    }

    /// A deadline that can be set again and again.
    public final class Timer {
        private final Expiry expiry;
        private @Nullable Timer previous;
        private @Nullable Timer next;
        private int slot = -1;
        private long filedFor;
        private long deadline = NEVER;

        private Timer(Expiry expiry) {
            this.expiry = expiry;
        }

        /// Sets the deadline, in nanoseconds of the loop's clock.
        public void at(long nanos) {
            deadline = nanos;
            if (slot < 0) {
                file(this);
            } else if (tickOf(nanos) < filedFor) {
                unlink(this);
                file(this);
            }
        }

        /// Sets no deadline; cheap, and the right thing where another one follows soon.
        public void clear() {
            deadline = NEVER;
        }

        public boolean isSet() {
            return deadline != NEVER;
        }

        /// Forgets the timer, so that the wheel no longer holds on to its owner.
        public void drop() {
            deadline = NEVER;
            if (slot >= 0) {
                unlink(this);
            }
        }
    }

    public Timer timer(Expiry expiry) {
        return new Timer(expiry);
    }

    /// Strikes all deadlines that have passed.
    public void run() {
        long now = clock.nanos();
        long nowTick = (now - origin) / TICK_NANOS;
        wake.cancel();
        wakeTick = NEVER;
        while (tick < nowTick) {
            int slot = (int) (++tick & SLOTS - 1);
            // What is filed meanwhile never goes into this slot: it is the one no future tick
            // shares.
            for (Timer timer = slots[slot]; timer != null; timer = slots[slot]) {
                unlink(timer);
                strike(timer, now);
            }
        }
        wakeForNext();
    }

    private void strike(Timer timer, long now) {
        if (timer.deadline == NEVER) {
            return;
        }
        if (timer.deadline <= now) {
            timer.deadline = NEVER;
            timer.expiry.expired();
        } else {
            file(timer);
        }
    }

    private long tickOf(long nanos) {
        return Math.max((nanos - origin + TICK_NANOS - 1) / TICK_NANOS, tick + 1);
    }

    private void file(Timer timer) {
        if (filed++ == 0) {
            // Nothing was waited for: the wheel need not turn through the time since.
            tick = Math.max(tick, (clock.nanos() - origin) / TICK_NANOS);
        }
        timer.filedFor = Math.min(tickOf(timer.deadline), tick + SLOTS - 1);
        int slot = (int) (timer.filedFor & SLOTS - 1);
        timer.slot = slot;
        timer.next = slots[slot];
        if (timer.next != null) {
            timer.next.previous = timer;
        }
        slots[slot] = timer;
        if (timer.filedFor < wakeTick) {
            wakeAt(timer.filedFor);
        }
    }

    private void unlink(Timer timer) {
        filed--;
        Timer previous = timer.previous;
        Timer next = timer.next;
        if (previous != null) {
            previous.next = next;
        } else {
            slots[timer.slot] = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        timer.previous = timer.next = null;
        timer.slot = -1;
    }

    private void wakeForNext() {
        for (long at = tick + 1; at < tick + SLOTS; at++) {
            if (slots[(int) (at & SLOTS - 1)] != null) {
                if (at < wakeTick) {
                    wakeAt(at);
                }
                return;
            }
        }
    }

    /// Instead of whenever it was to be called: each call asks for another one, so a second one would never end.
    private void wakeAt(long at) {
        wake.cancel();
        wakeTick = at;
        wake = waker.wakeIn(Math.max(0, origin + at * TICK_NANOS - clock.nanos()));
    }
}
