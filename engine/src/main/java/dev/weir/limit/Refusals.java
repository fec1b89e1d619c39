package dev.weir.limit;

import dev.weir.exchange.Failure;
import dev.weir.observe.Events;
import java.util.concurrent.atomic.AtomicLong;

/// Counts the requests for which a service had no place, and says so to the person who runs Weir: the first at once, then at most one line in
/// ten seconds for as long as it goes on.
///
/// ```
/// orders  overloaded  503 queue-full for 1 request: 200 of 200 places taken, 1024 waiting
/// orders  overloaded  503 for 61033 more requests, the newest queue-timeout: 200 of 200 places taken, 57 waiting
/// ```
///
/// Thread-safe.
public final class Refusals {
    private static final long APART_NANOS = 10_000_000_000L;

    private final String service;
    private final int max;
    private final Events events;
    private final AtomicLong unsaid = new AtomicLong();

    /// When the last line was said; 0 = never.
    private final AtomicLong saidNanos = new AtomicLong();

    public Refusals(String service, int max, Events events) {
        this.service = service;
        this.max = max;
        this.events = events;
    }

    /// One more was refused.
    void count(Failure why, int taken, int waiting, long nowNanos) {
        long count = unsaid.incrementAndGet();
        long said = saidNanos.get();
        if (said != 0 && nowNanos - said < APART_NANOS
                || !saidNanos.compareAndSet(said, nowNanos == 0 ? 1 : nowNanos)) {
            return;
        }
        unsaid.addAndGet(-count);
        String what =
                said == 0
                        ? "503 %s for 1 request".formatted(why.reason())
                        : "503 for %d more requests, the newest %s".formatted(count, why.reason());
        events.say(
                "%s  overloaded  %s: %d of %d places taken, %d waiting"
                        .formatted(service, what, taken, max, waiting));
    }
}
