package dev.weir.limit;

import dev.weir.exchange.Priority;
import org.jspecify.annotations.Nullable;

/// Who is next among requests that wait, and who has waited too long: more important ones first, and within a priority
///
/// * first come, first served while the line empties now and then: a burst, which everybody gets through;
/// * newest first when it has not been empty for longer than `wait`: a line that stands, in which more come than can be served. Then nobody
///   waits longer than a twentieth of `wait`, because who has waited long is likely to be gone and would make those behind him late as well.
///
/// The one who would be next is spared the twentieth, so that a place never finds the line empty just because everybody was sent away.
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
    private int size;
    private long filledNanos;

    /// @param waitNanos how long the line may stand, and so the longest wait
    public WaitingLine(long waitNanos) {
        this.waitNanos = waitNanos;
    }

    public int size() {
        return size;
    }

    /// Whether it has not been empty for too long.
    public boolean standing(long nowNanos) {
        return size > 0 && nowNanos - filledNanos >= waitNanos;
    }

    /// Takes one in.
    public void add(Waiter waiter, long nowNanos) {
        if (size++ == 0) {
            filledNanos = nowNanos;
        }
        int rank = waiter.priority.ordinal();
        Waiter last = newest[rank];
        waiter.sinceNanos = nowNanos;
        waiter.inLine = true;
        waiter.older = last;
        newest[rank] = waiter;
        if (last == null) {
            oldest[rank] = waiter;
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
        boolean standing = standing(nowNanos);
        for (int rank = PRIORITIES - 1; rank >= 0; rank--) {
            Waiter waiter = oldest[rank];
            if (waiter != null
                    && nowNanos - waiter.sinceNanos >= patience(waiter, spared, standing)) {
                remove(waiter);
                return waiter;
            }
        }
        return null;
    }

    /// When somebody will have waited too long if nothing happens until then; [#NEVER] if nobody waits.
    public long dueNanos(long nowNanos) {
        Waiter spared = peek(nowNanos);
        if (spared == null) {
            return NEVER;
        }
        boolean standing = standing(nowNanos);
        long due = standing ? NEVER : filledNanos + waitNanos;
        for (Waiter waiter : oldest) {
            if (waiter != null) {
                due = Math.min(due, waiter.sinceNanos + patience(waiter, spared, standing));
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
        @Nullable Waiter[] end = standing(nowNanos) ? newest : oldest;
        for (Waiter waiter : end) {
            if (waiter != null) {
                return waiter;
            }
        }
        return null;
    }

    private long patience(Waiter waiter, @Nullable Waiter spared, boolean standing) {
        return standing && waiter != spared ? waitNanos / PATIENCE_PART : waitNanos;
    }
}
