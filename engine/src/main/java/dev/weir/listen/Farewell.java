package dev.weir.listen;

import java.time.Duration;

/// Whether a connection whose time is up may be closed. It does not count while the client is still reading what was written:
/// then it begins when all is read. A client that reads nothing for long is cut all the same. Confined to one event loop.
final class Farewell {
    /// How long a client may take nothing of what was written after its exchange is over.
    private static final long STALL_NANOS = Duration.ofMinutes(1).toNanos();

    /// How often a client that reads is looked at.
    private static final long LOOK_NANOS = Duration.ofSeconds(2).toNanos();

    static final long CLOSE = -1;
    static final long RESET = -2;

    private long heldBefore;
    private long movedNanos;

    /// A time begins in which the connection has nothing to do.
    void begin() {
        heldBefore = 0;
    }

    /// The time is up.
    ///
    /// @param held bytes that are written and not sent
    /// @param nanos the time that was up
    /// @return [#CLOSE], [#RESET], or when to look again
    long ends(long now, long held, long nanos) {
        if (held == 0 && heldBefore == 0) {
            return CLOSE;
        }
        if (held == heldBefore && now - movedNanos > STALL_NANOS) {
            return RESET;
        }
        if (held == 0) {
            heldBefore = 0;
            return now + nanos;
        }
        if (held != heldBefore) {
            heldBefore = held;
            movedNanos = now;
        }
        return now + Math.min(nanos, LOOK_NANOS);
    }
}
