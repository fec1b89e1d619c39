package dev.weir.retry;

import dev.weir.schema.Percent;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Whether and how a failed attempt is repeated. Immutable.
@Says(
        "Whether and how a failed attempt is repeated; never after a byte of the answer has gone to the client.")
public record RetryConfig(
        @Says(
                        "Most times the request is sent, the first included; up to two endpoints more are asked where one cannot be connected to.")
                @Within(min = "1", max = "10")
                int attempts,
        @Says(
                        value =
                                "What is repeated. All but `connect-failed` and `status-425` for idempotent methods only.",
                        example = "[connect-failed, status-503]")
                List<RetryCause> when,
        @Says(
                        "Most retries, as a share of the service's requests of the last 10 s; three at a time are always allowed, up to three a second.")
                @Within(min = "0%", max = "100%")
                Percent budget,
        @Says("Time for one attempt, from choosing the endpoint to the head of its answer.")
                @Within(min = "1ms", max = "24h")
                Optional<Duration> perTryTimeout,
        @Says(
                        "Longest wait before the first retry; doubles up to ten times itself. The wait is random up to this.")
                @Within(min = "0ms", max = "10s")
                Duration backoff,
        @Says("Whether a request with an `Idempotency-Key` counts as idempotent.")
                boolean idempotencyKey) {

    /// What may be repeated by default: all that docs/explain/retries.md lists.
    public static final RetryConfig DEFAULTS =
            new RetryConfig(
                    2,
                    RetryCause.ALL,
                    Percent.of(20),
                    Optional.empty(),
                    Duration.ofMillis(25),
                    false);

    /// Nothing is repeated.
    public static final RetryConfig OFF =
            new RetryConfig(1, List.of(), Percent.NONE, Optional.empty(), DEFAULTS.backoff, false);

    public RetryConfig {
        when = List.copyOf(when);
        Set<RetryCause> seen = new HashSet<>();
        for (RetryCause cause : when) {
            if (!seen.add(cause)) {
                throw new IllegalArgumentException(cause + " stands twice");
            }
        }
    }

    @Short("`off`")
    public static RetryConfig of(String off) {
        if (!off.equals("off")) {
            throw new IllegalArgumentException(
                    "expected: off, or settings such as { attempts: 2 }");
        }
        return OFF;
    }

    /// Whether anything is repeated at all.
    public boolean on() {
        return !when.isEmpty();
    }

    public RetryConfig withAttempts(int attempts) {
        return new RetryConfig(attempts, when, budget, perTryTimeout, backoff, idempotencyKey);
    }

    public RetryConfig withWhen(RetryCause... when) {
        return new RetryConfig(
                attempts, List.of(when), budget, perTryTimeout, backoff, idempotencyKey);
    }

    public RetryConfig withBudget(Percent budget) {
        return new RetryConfig(attempts, when, budget, perTryTimeout, backoff, idempotencyKey);
    }

    public RetryConfig withPerTryTimeout(Duration perTryTimeout) {
        return new RetryConfig(
                attempts, when, budget, Optional.of(perTryTimeout), backoff, idempotencyKey);
    }

    public RetryConfig withBackoff(Duration backoff) {
        return new RetryConfig(attempts, when, budget, perTryTimeout, backoff, idempotencyKey);
    }

    public RetryConfig withIdempotencyKey(boolean idempotencyKey) {
        return new RetryConfig(attempts, when, budget, perTryTimeout, backoff, idempotencyKey);
    }
}
