package dev.weir.health;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait from the begin of one check to the begin of the next: the configured interval while the
/// state is clear, a second at most while it is in doubt, both ±20 % so that the checks of many endpoints and of
/// many instances of Weir do not fall into step. Confined to one thread.
public final class Pace {
    /// While in doubt: with the usual three bad results an endpoint is down two seconds after the first of them.
    private static final Duration IN_DOUBT = Duration.ofSeconds(1);

    private static final double JITTER = 0.2;

    private final long everyNanos;
    private final long inDoubtNanos;
    private final RandomGenerator random;

    public Pace(Duration every, RandomGenerator random) {
        this.everyNanos = every.toNanos();
        this.inDoubtNanos = Math.min(everyNanos, IN_DOUBT.toNanos());
        this.random = random;
    }

    public long nextNanos(boolean inDoubt) {
        long nanos = inDoubt ? inDoubtNanos : everyNanos;
        return (long) (nanos * random.nextDouble(1 - JITTER, 1 + JITTER));
    }
}
