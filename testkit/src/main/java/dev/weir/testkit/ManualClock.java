package dev.weir.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that stands still until told otherwise. Thread-safe. An engine takes it as
/// `Clock.of(clock::nanos, clock::millis)`.
public final class ManualClock {
    private static final long START_MILLIS = 1_767_225_600_000L; // 2026-01-01T00:00:00Z
    private static final long START_NANOS =
            1_000_000_000_000L; // far from 0, which code may take for "never"

    private final AtomicLong elapsedNanos = new AtomicLong();
    private final long startNanos;

    public ManualClock() {
        this(START_NANOS);
    }

    /// @param startNanos the first reading; near `Long.MAX_VALUE` it shows who compares readings instead of differences
    public ManualClock(long startNanos) {
        this.startNanos = startNanos;
    }

    /// Monotonic nanoseconds; only differences mean anything.
    public long nanos() {
        return startNanos + elapsedNanos.get();
    }

    /// Milliseconds since 1970-01-01 UTC; starts at the beginning of 2026.
    public long millis() {
        return START_MILLIS + elapsedNanos.get() / 1_000_000;
    }

    /// Moves both readings on.
    ///
    /// @throws IllegalArgumentException for a negative step: monotonic time does not go back
    public void advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + step);
        }
        elapsedNanos.addAndGet(step.toNanos());
    }
}
