package dev.weir.bench.soak;

import java.io.IOException;
import java.io.InterruptedIOException;

/// Waiting on the thread that calls, as part of I/O: an interrupt ends it as it ends a read.
final class Pauses {
    private Pauses() {}

    static void of(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
