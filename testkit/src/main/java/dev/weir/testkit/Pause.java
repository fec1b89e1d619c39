package dev.weir.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// A rest between two writes, when the rest itself is what is tested. Ends early if the thread is interrupted.
final class Pause {
    private Pause() {}

    static void of(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        for (long left = end - System.nanoTime();
                left > 0 && !Thread.currentThread().isInterrupted();
                left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
