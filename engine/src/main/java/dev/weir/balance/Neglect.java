package dev.weir.balance;

import dev.weir.service.Succession;
import java.util.Arrays;

/// How long nothing has been asked of an endpoint, and how much of what was known of it still counts. Without this a policy that
/// goes by latency would never ask a slow endpoint again, and never learn that it has recovered (Traefik #12306).
///
/// Knowledge fades by e every 2.5 s after a grace of 1 s, so that a latency of 2 s has faded to 1 ms after 20 s. An endpoint
/// that is asked rarely gets one request each time, because asking ends the neglect: also one that never answers.
///
/// Confined to one event loop; does not allocate.
final class Neglect {
    static final long GRACE_NANOS = 1_000_000_000L;
    private static final double FADE_NANOS = 2.5e9;

    /// When each endpoint was asked last from this loop, or first looked at.
    private final long[] askedNanos;

    Neglect(int endpoints) {
        askedNanos = new long[endpoints];
        Arrays.fill(askedNanos, Long.MIN_VALUE);
    }

    /// What is known of the endpoints that go on.
    Neglect next(Succession change) {
        Neglect next = new Neglect(change.after().slots());
        for (int i = 0; i < askedNanos.length; i++) {
            if (change.stays(i)) {
                next.askedNanos[i] = askedNanos[i];
            }
        }
        return next;
    }

    void asked(int position, long nowNanos) {
        askedNanos[position] = nowNanos;
    }

    /// What is left of an estimate: 1 unless neither this loop has asked nor any loop has heard of the endpoint lately.
    ///
    /// @param silentNanos since any loop heard of it
    double left(int position, long silentNanos, long nowNanos) {
        if (silentNanos <= GRACE_NANOS) {
            return 1;
        }
        long asked = askedNanos[position];
        if (asked == Long.MIN_VALUE) {
            askedNanos[position] = nowNanos;
            return 1;
        }
        long idle = Math.min(silentNanos, nowNanos - asked);
        return idle <= GRACE_NANOS ? 1 : fade(idle);
    }

    static double fade(long idleNanos) {
        return Math.exp(-Math.max(0, idleNanos - GRACE_NANOS) / FADE_NANOS);
    }
}
