package dev.weir.health;

import org.jspecify.annotations.Nullable;

/// Lets at most one line a second pass about one endpoint, so that one that flaps does not flood the log. A
/// line that comes too soon is held, and replaced by the next; the last one passes when the second is over, so
/// the log always ends on the truth, and says how many were left out. Times are a clock's nanoseconds. Confined to
/// one thread.
final class LineLimiter {
    private static final long APART_NANOS = 1_000_000_000L;

    private boolean passedOnce;
    private long passedAt;
    private @Nullable String held;
    private int dropped;

    /// @return the line to say now, or null if it has to wait
    @Nullable String offer(String line, long nowNanos) {
        if (held != null) {
            dropped++;
        }
        held = line;
        return due(nowNanos);
    }

    /// @return the held line if its time has come
    @Nullable String due(long nowNanos) {
        if (held == null || waitNanos(nowNanos) > 0) {
            return null;
        }
        String line = held + notShown();
        held = null;
        dropped = 0;
        passedOnce = true;
        passedAt = nowNanos;
        return line;
    }

    /// How long until a held line is due; [Long#MAX_VALUE] if none is held.
    long waitNanos(long nowNanos) {
        if (held == null) {
            return Long.MAX_VALUE;
        }
        return passedOnce ? Math.max(0, passedAt + APART_NANOS - nowNanos) : 0;
    }

    private String notShown() {
        return switch (dropped) {
            case 0 -> "";
            case 1 -> "  1 change not shown";
            default -> "  " + dropped + " changes not shown";
        };
    }
}
