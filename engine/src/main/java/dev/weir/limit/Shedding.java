package dev.weir.limit;

import dev.weir.exchange.Priority;
import java.util.concurrent.atomic.AtomicLongArray;

/// Keeps room for what matters before a limit that knows no priorities: a tenth of the limit for each more important priority of which there
/// was a request within the last second. So when requests come near the limit the least important ones are turned away first, and
/// the more important ones find room; and as long as all are equally important, the limit is all theirs.
///
/// Thread-safe, without a lock; a request writes only if its priority was not seen for a tenth of a second.
///
/// Source: trunk reservation in telephone networks, which keeps the last few circuits for the calls that matter (F. P. Kelly, Loss Networks,
/// Annals of Applied Probability 1, 1991).
public final class Shedding {
    private static final long REMEMBERED_NANOS = 1_000_000_000;
    private static final long FRESH_NANOS = 100_000_000;
    private static final int PART = 10;
    private static final Priority[] PRIORITIES = Priority.values();

    /// When a request of each priority was last seen.
    private final AtomicLongArray seenNanos = new AtomicLongArray(PRIORITIES.length);

    /// @param nowNanos at the beginning: nothing has been seen for long
    public Shedding(long nowNanos) {
        for (int rank = 0; rank < PRIORITIES.length; rank++) {
            seenNanos.set(rank, nowNanos - REMEMBERED_NANOS);
        }
    }

    /// With how many under way a request of this priority may still pass: the limit, less what is kept for others.
    public int room(Priority priority, int limit, long nowNanos) {
        int own = priority.ordinal();
        if (nowNanos - seenNanos.get(own) > FRESH_NANOS) {
            seenNanos.set(own, nowNanos);
        }
        return look(priority, limit, nowNanos);
    }

    /// The same of a request that does not come.
    int look(Priority priority, int limit, long nowNanos) {
        int room = limit;
        for (int rank = 0; rank < priority.ordinal(); rank++) {
            if (nowNanos - seenNanos.get(rank) < REMEMBERED_NANOS) {
                room -= Math.max(1, limit / PART);
            }
        }
        return Math.max(1, room);
    }
}
