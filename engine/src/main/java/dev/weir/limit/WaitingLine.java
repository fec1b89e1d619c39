package dev.weir.limit;

import dev.weir.exchange.Priority;
import org.jspecify.annotations.Nullable;

/// Who is next among requests that wait: the more important ones, and within a priority
///
/// * first come, first served while its line empties now and then: a burst, which everybody gets through;
/// * newest first when it has not been empty for longer than `max-wait`: a line that stands, in which more come than can be served. Then nobody
///   waits longer than a twentieth of `max-wait`, because who has waited long is likely to be gone and would make those behind him late as well.
///
/// Each priority is a line of its own in this: that the less important ones stand is no reason to hurry the more important ones. The one who would be
/// next is spared the twentieth, so that a place never finds the line empty just because everybody was sent away.
///
/// Confined to whoever guards it. Source: B. Maurer, Fail at Scale, ACM Queue 13 (2015): controlled delay (5 ms of 100 ms) and adaptive
/// LIFO; K. Nichols, V. Jacobson, Controlling Queue Delay, ACM Queue 10 (2012): target 5 % of the interval.
public final class WaitingLine {
    /// Says that nobody waits; see [#dueNanos].
    public static final long NEVER = Long.MAX_VALUE;

    private static final int PATIENCE_PART = 20;
    private static final int PRIORITIES = Priority.values().length;

    private final long waitNanos;
    private final @Nullable Waiter[] oldest = new Waiter[PRIORITIES];
    private final @Nullable Waiter[] newest = new Waiter[PRIORITIES];

    /// Since when somebody of each priority waits.
    private final long[] filledNanos = new long[PRIORITIES];

    private int size;

    /// @param waitNanos how long a line may stand, and so the longest wait
    public WaitingLine(long waitNanos) {
        this.waitNanos = waitNanos;
    }

    public int size() {
        return size;
    }

    /// Whether somebody of this priority has been waiting for too long without a break.
    public boolean standing(Priority priority, long nowNanos) {
        return standing(priority.ordinal(), nowNanos);
    }

    private boolean standing(int rank, long nowNanos) {
        return oldest[rank] != null && nowNanos - filledNanos[rank] >= waitNanos;
    }

    /// Takes one in.
    public void add(Waiter waiter, long nowNanos) {
        size++;
        int rank = waiter.priority.ordinal();
        Waiter last = newest[rank];
        waiter.sinceNanos = nowNanos;
        waiter.inLine = true;
        waiter.older = last;
        newest[rank] = waiter;
        if (last == null) {
            oldest[rank] = waiter;
            filledNanos[rank] = nowNanos;
        } else {
            last.newer = waiter;
        }
    }

    /// Takes one out, wherever it stands. Returns false if it is no longer here.
    public boolean remove(Waiter waiter) {
        if (!waiter.inLine) {
            return false;
        }
        int rank = waiter.priority.ordinal();
        Waiter older = waiter.older;
        Waiter newer = waiter.newer;
        if (older == null) {
            oldest[rank] = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            newest[rank] = older;
        } else {
            newer.older = older;
        }
        waiter.older = waiter.newer = null;
        waiter.inLine = false;
        size--;
        return true;
    }

    /// Takes out whose turn it is, or returns null. Ask [#overdue] first.
    public @Nullable Waiter next(long nowNanos) {
        Waiter next = peek(nowNanos);
        if (next != null) {
            remove(next);
        }
        return next;
    }

    /// Takes out one who has waited too long, the least important and oldest first; null when there is none left.
    public @Nullable Waiter overdue(long nowNanos) {
        Waiter spared = peek(nowNanos);
        for (int rank = PRIORITIES - 1; rank >= 0; rank--) {
            Waiter waiter = oldest[rank];
            if (waiter != null
                    && nowNanos - waiter.sinceNanos >= patience(waiter, spared, nowNanos)) {
                remove(waiter);
                return waiter;
            }
        }
        return null;
    }

    /// When somebody will have waited too long if nothing happens until then; [#NEVER] if nobody waits.
    public long dueNanos(long nowNanos) {
        Waiter spared = peek(nowNanos);
        long due = NEVER;
        for (int rank = 0; rank < PRIORITIES; rank++) {
            Waiter waiter = oldest[rank];
            if (waiter != null) {
                due =
                        Math.min(
                                due,
                                standing(rank, nowNanos)
                                        ? waiter.sinceNanos + patience(waiter, spared, nowNanos)
                                        : filledNanos[rank] + waitNanos);
            }
        }
        return due;
    }

    /// The one to be sent away for somebody more important: of the least important the newest, who has waited least in vain.
    public @Nullable Waiter worst() {
        for (int rank = PRIORITIES - 1; rank >= 0; rank--) {
            if (newest[rank] != null) {
                return newest[rank];
            }
        }
        return null;
    }

    private @Nullable Waiter peek(long nowNanos) {
        for (int rank = 0; rank < PRIORITIES; rank++) {
            if (oldest[rank] != null) {
                return standing(rank, nowNanos) ? newest[rank] : oldest[rank];
            }
        }
        return null;
    }

    private long patience(Waiter waiter, @Nullable Waiter spared, long nowNanos) {
        return waiter != spared && standing(waiter.priority.ordinal(), nowNanos)
                ? waitNanos / PATIENCE_PART
                : waitNanos;
    }
}
