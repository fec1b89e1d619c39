package dev.weir.cli.admin;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// What verbs say of requests that are under way, and how they wait for their end.
final class Requests {
    private Requests() {}

    static String count(int inFlight) {
        return switch (inFlight) {
            case 0 -> "no request under way";
            case 1 -> "1 request under way";
            default -> inFlight + " requests under way";
        };
    }

    /// Waits; false if somebody wants this process to end.
    static boolean pause(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
