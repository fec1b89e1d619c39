package dev.weir.runtime;

import java.time.Instant;
import java.util.function.LongSupplier;

/// Time, passed in, so that tests and the simulator run the same code on time of their own. Thread-safe.
public interface Clock {
    /// Monotonic nanoseconds from an arbitrary origin; only differences mean anything.
    long nanos();

    /// Milliseconds since 1970-01-01 UTC. May jump.
    long millis();

    default Instant now() {
        return Instant.ofEpochMilli(millis());
    }

    static Clock system() {
        return of(System::nanoTime, System::currentTimeMillis);
    }

    static Clock of(LongSupplier nanos, LongSupplier millis) {
        return new Clock() {
            @Override
            public long nanos() {
                return nanos.getAsLong();
            }

            @Override
            public long millis() {
                return millis.getAsLong();
            }
        };
    }
}
