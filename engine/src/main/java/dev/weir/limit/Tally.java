package dev.weir.limit;

import dev.weir.exchange.Failure;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Counts what may happen very often, so that the person who runs Weir hears of it seldom: of the first at once, then at most once in ten
/// seconds for as long as it goes on. Thread-safe, without a lock; allocates only when there is something to say.
public final class Tally {
    private static final long APART_NANOS = 10_000_000_000L;

    private final AtomicLong unsaid = new AtomicLong();

    /// When it was last spoken of; 0 = never.
    private final AtomicLong saidNanos = new AtomicLong();

    /// What is to be said now.
    ///
    /// @param requests since the last time
    /// @param first whether there was no time before
    public record Due(long requests, boolean first) {
        /// `1 request` or `61033 more requests`.
        public String howMany() {
            return requests + (first ? " request" : " more request") + (requests == 1 ? "" : "s");
        }

        /// `503 queue-full for 1 request` or `503 for 61033 more requests, the newest queue-timeout`.
        ///
        /// @param newest why the newest one was refused
        public String refusals(Failure newest) {
            return first
                    ? "503 %s for %s".formatted(newest.reason(), howMany())
                    : "503 for %s, the newest %s".formatted(howMany(), newest.reason());
        }
    }

    /// It has happened once more.
    ///
    /// @return null if it is not yet time to speak of it
    public @Nullable Due count(long nowNanos) {
        long count = unsaid.incrementAndGet();
        long said = saidNanos.get();
        if (said != 0 && nowNanos - said < APART_NANOS
                || !saidNanos.compareAndSet(said, nowNanos == 0 ? 1 : nowNanos)) {
            return null;
        }
        unsaid.addAndGet(-count);
        return new Due(count, said == 0);
    }
}
