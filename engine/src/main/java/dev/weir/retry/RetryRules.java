package dev.weir.retry;

import dev.weir.service.Attempt;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/// A route's [RetryConfig] made ready for requests: whether what an attempt ended with may be repeated. Immutable; does not
/// allocate.
public final class RetryRules {
    /// An attempt that found no connection or was refused cost no endpoint anything, so that more of them are free; but
    /// a request does not go round for ever.
    private static final int MOST_UNSENT = 3;

    private static final int DOUBLINGS = 10;

    private final int attempts;
    private final boolean connectFailed;
    private final boolean reset;
    private final boolean timeout;
    private final BitSet statuses = new BitSet();
    private final double budget;
    private final long perTryNanos;
    private final long backoffNanos;
    private final boolean idempotencyKey;

    public RetryRules(RetryConfig config) {
        attempts = config.attempts();
        Set<RetryCause.Kind> kinds = EnumSet.noneOf(RetryCause.Kind.class);
        for (RetryCause cause : config.when()) {
            kinds.add(cause.kind());
            if (cause.kind() == RetryCause.Kind.STATUS) {
                statuses.set(cause.status());
            }
        }
        connectFailed = kinds.contains(RetryCause.Kind.CONNECT_FAILED);
        reset = kinds.contains(RetryCause.Kind.RESET);
        timeout = kinds.contains(RetryCause.Kind.TIMEOUT);
        budget = config.budget().fraction();
        perTryNanos = config.perTryTimeout().map(time -> time.toNanos()).orElse(0L);
        backoffNanos = config.backoff().toNanos();
        idempotencyKey = config.idempotencyKey();
    }

    /// Whether an attempt that ended so may be repeated, as far as the rules go; endpoints, budget and deadline have a word too.
    ///
    /// @param ended the last attempt
    /// @param idempotent whether doing it twice is as good as once
    /// @param sent how often the request was sent, that attempt included if it was
    /// @param unsent how many attempts found no connection, or were refused before anything was done
    public boolean repeats(Attempt ended, boolean idempotent, int sent, int unsent) {
        return switch (ended.outcome()) {
            case CONNECT_FAILED, REFUSED, LACKED ->
                    connectFailed && unsent < MOST_UNSENT && sent < attempts;
            case RESET -> reset && idempotent && sent < attempts;
            case TIMED_OUT -> timeout && idempotent && sent < attempts;
            // 425 says that nothing was done (RFC 8470 §5.2).
            case ANSWERED ->
                    statuses.get(ended.status())
                            && (idempotent || ended.status() == 425)
                            && sent < attempts;
            case OPEN, CUT, BAD_ANSWER, CANCELLED -> false;
        };
    }

    /// Whether an attempt that ended so was no work for any endpoint: then another one is no additional work.
    public static boolean free(Attempt ended) {
        return switch (ended.outcome()) {
            case CONNECT_FAILED, REFUSED, LACKED -> true;
            case OPEN, ANSWERED, CUT, RESET, BAD_ANSWER, TIMED_OUT, CANCELLED -> false;
        };
    }

    /// Whether an answer with this status may be repeated at all.
    public boolean repeatsStatus(int status) {
        return statuses.get(status);
    }

    /// The wait before a retry: random up to a bound that doubles with each ("full jitter": M. Brooker, Exponential Backoff And
    /// Jitter, 2015).
    ///
    /// @param retry from 0
    public long backoffNanos(int retry, RandomGenerator random) {
        if (backoffNanos == 0) {
            return 0;
        }
        long bound = Math.min(backoffNanos << Math.min(retry, DOUBLINGS), backoffNanos * DOUBLINGS);
        return random.nextLong(bound + 1);
    }

    /// Most retries as a share of the service's requests.
    public double budget() {
        return budget;
    }

    /// Time for one attempt, or 0 for any.
    public long perTryNanos() {
        return perTryNanos;
    }

    /// Whether a request with an `Idempotency-Key` counts as idempotent.
    public boolean trustsIdempotencyKey() {
        return idempotencyKey;
    }
}
