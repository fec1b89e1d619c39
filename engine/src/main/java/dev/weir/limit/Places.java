package dev.weir.limit;

import dev.weir.exchange.Failure;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The places that a service has for requests under way, and the line of those that wait for one: `connections.max` and
/// `connections.pending`, for the whole process.
///
/// Places taken and requests waiting are one number, so that taking a place and giving it back are one atomic step each as long as nobody
/// waits. Once somebody does, a place is never given back but handed on, under a lock that also guards the line; so no place is free while
/// somebody waits, and nobody who comes later gets it first. A thread that gives a place back and one that begins to wait change the same number:
/// one of them sees what the other did.
///
/// Thread-safe; does not block but for the few steps under the lock. An owner is told without the lock.
public final class Places {
    /// What came of asking for a place.
    public enum Entry {
        /// There was one after all.
        ADMITTED,
        /// The owner will hear.
        WAITING,
        /// No place, and no room in the line.
        FULL
    }

    private static final long WAITING_ONE = 1L << 32;
    private static final int NOBODY = -1;

    private final int max;
    private final int pending;
    private final WaitingLine line;
    private final Refusals refusals;

    /// Upper half: how many wait. Lower half: how many places are taken.
    private final AtomicLong state = new AtomicLong();

    private final ReentrantLock lock = new ReentrantLock();

    /// The rank of the least important request that waits.
    private volatile int worstRank = NOBODY;

    /// @param max places, at least 1
    /// @param pending how many may wait
    /// @param waitNanos the longest wait; see [WaitingLine]
    /// @param refusals counts and says who got none
    public Places(int max, int pending, long waitNanos, Refusals refusals) {
        this.max = max;
        this.pending = pending;
        this.line = new WaitingLine(waitNanos);
        this.refusals = refusals;
    }

    /// Takes a place if one is free and nobody waits.
    public boolean tryEnter() {
        while (true) {
            long seen = state.get();
            // Somebody waiting makes the number larger than any count of places.
            if (seen >= max) {
                return false;
            }
            if (state.compareAndSet(seen, seen + 1)) {
                return true;
            }
        }
    }

    /// Asks for a place again, and waits for one if there is none. In a full line, one who is less important makes room.
    public Entry await(Waiter waiter, long nowNanos) {
        Entry entry = Entry.FULL;
        Waiter displaced = null;
        // Most who find the line full need no lock to know.
        if (waiting() < pending || waiter.priority.ordinal() < worstRank) {
            lock.lock();
            try {
                while (true) {
                    long seen = state.get();
                    if (seen < max) {
                        if (state.compareAndSet(seen, seen + 1)) {
                            return Entry.ADMITTED;
                        }
                    } else if (seen >>> 32 >= pending) {
                        displaced = displace(waiter, nowNanos);
                        entry = displaced == null ? Entry.FULL : Entry.WAITING;
                        break;
                    } else if (state.compareAndSet(seen, seen + WAITING_ONE)) {
                        line.add(waiter, nowNanos);
                        entry = Entry.WAITING;
                        break;
                    }
                }
                lookAtWorst();
            } finally {
                lock.unlock();
            }
        }
        if (displaced != null) {
            refuse(displaced, Failure.SHED, nowNanos);
        } else if (entry == Entry.FULL) {
            refusals.count(Failure.QUEUE_FULL, taken(), waiting(), nowNanos);
        }
        return entry;
    }

    private @Nullable Waiter displace(Waiter waiter, long nowNanos) {
        Waiter worst = line.worst();
        if (worst == null || !waiter.priority.before(worst.priority)) {
            return null;
        }
        line.remove(worst);
        line.add(waiter, nowNanos);
        return worst;
    }

    /// Gives a place back, or to who is next.
    public void leave(long nowNanos) {
        while (true) {
            long seen = state.get();
            if (seen >= WAITING_ONE) {
                handOn(nowNanos);
                return;
            }
            if (state.compareAndSet(seen, seen - 1)) {
                return;
            }
        }
    }

    private void handOn(long nowNanos) {
        Waiter late;
        Waiter next;
        lock.lock();
        try {
            late = takeOverdue(nowNanos);
            next = line.next(nowNanos);
            // With the place comes the turn; without anybody to come, the place is free.
            state.addAndGet(next == null ? -1 : -WAITING_ONE);
            lookAtWorst();
        } finally {
            lock.unlock();
        }
        if (next != null) {
            next.owner.admitted();
        }
        refuseAll(late, nowNanos);
    }

    /// The owner does not want a place any more. If it has been told of one meanwhile, or is being told, the place is still to be given
    /// back.
    public void cancel(Waiter waiter) {
        lock.lock();
        try {
            if (line.remove(waiter)) {
                state.addAndGet(-WAITING_ONE);
                lookAtWorst();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Refuses those who have waited too long.
    ///
    /// @return when to look again; [WaitingLine#NEVER] if nobody waits
    public long expire(long nowNanos) {
        if (waiting() == 0) {
            return WaitingLine.NEVER;
        }
        Waiter late;
        long due;
        lock.lock();
        try {
            late = takeOverdue(nowNanos);
            due = line.dueNanos(nowNanos);
            lookAtWorst();
        } finally {
            lock.unlock();
        }
        refuseAll(late, nowNanos);
        return due;
    }

    /// Takes all who are overdue out of the line, and returns them as a chain.
    private @Nullable Waiter takeOverdue(long nowNanos) {
        Waiter chain = null;
        for (Waiter late = line.overdue(nowNanos); late != null; late = line.overdue(nowNanos)) {
            state.addAndGet(-WAITING_ONE);
            late.newer = chain;
            chain = late;
        }
        return chain;
    }

    private void refuseAll(@Nullable Waiter chain, long nowNanos) {
        for (Waiter late = chain; late != null; ) {
            Waiter following = late.newer;
            late.newer = null;
            refuse(late, Failure.QUEUE_TIMEOUT, nowNanos);
            late = following;
        }
    }

    private void refuse(Waiter waiter, Failure why, long nowNanos) {
        refusals.count(why, taken(), waiting(), nowNanos);
        waiter.owner.refused(why);
    }

    private void lookAtWorst() {
        Waiter worst = line.worst();
        worstRank = worst == null ? NOBODY : worst.priority.ordinal();
    }

    /// How many places are taken.
    public int taken() {
        return (int) state.get();
    }

    /// How many wait.
    public int waiting() {
        return (int) (state.get() >>> 32);
    }
}
