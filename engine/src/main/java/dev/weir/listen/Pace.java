package dev.weir.listen;

import dev.weir.http.LimitsConfig;

/// How fast a request's body must come: a byte in each `limits.body-idle`, and 4 KiB in each two of them, else a byte now and then
/// would hold an endpoint's connection for ever. With the default of 30 s these are 68 B/s; Apache's mod_reqtimeout asks for
/// 500, Kestrel for 240. Confined to one event loop.
final class Pace {
    private static final int LEAST_BYTES = 4 << 10;

    private final long idleNanos;
    private long countedBytes;
    private long countedUntil;

    Pace(LimitsConfig limits) {
        idleNanos = limits.bodyIdle().toNanos();
    }

    /// When more of the body must have come.
    ///
    /// @param came bytes of it that are there
    /// @param anew whether the client could not send until now
    long deadline(long now, long came, boolean anew) {
        if (anew || came - countedBytes >= LEAST_BYTES) {
            countedBytes = came;
            countedUntil = now + 2 * idleNanos;
        }
        return Math.min(now + idleNanos, countedUntil);
    }
}
