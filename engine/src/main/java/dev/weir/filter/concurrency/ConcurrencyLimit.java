package dev.weir.filter.concurrency;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.filter.Filter;
import dev.weir.filter.Verdict;
import dev.weir.http.ResponseHead;
import dev.weir.limit.InFlightLimit;
import dev.weir.runtime.Clock;

/// Lets a number of requests be under way at once, from passing here to their end; see [InFlightLimit], which decides. Thread-safe, without a
/// lock.
final class ConcurrencyLimit implements Filter {
    private static final String RETRY_AFTER_SECONDS = "1";
    private static final Verdict FULL = refusal(Failure.CONCURRENCY_LIMIT);
    private static final Verdict SHED = refusal(Failure.SHED);

    private final InFlightLimit limit;
    private final Clock clock;

    ConcurrencyLimit(InFlightLimit limit, Clock clock) {
        this.limit = limit;
        this.clock = clock;
    }

    private static Verdict refusal(Failure failure) {
        return new Verdict.Answer(Reply.of(failure).with("Retry-After", RETRY_AFTER_SECONDS));
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        long now = clock.nanos();
        Failure why = limit.enter(exchange.priority(), now);
        if (why != null) {
            return why == Failure.SHED ? SHED : FULL;
        }
        // A note of 0 would mean that it is not under way.
        exchange.filterNote(now == 0 ? 1 : now);
        return Verdict.PASS;
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        long since = exchange.filterNote();
        if (since != 0) {
            long now = clock.nanos();
            limit.answered(head.status(), now - since, now);
        }
    }

    @Override
    public void onEnd(Exchange exchange) {
        if (exchange.filterNote() != 0) {
            exchange.filterNote(0);
            limit.leave();
        }
    }

    /// How many are under way.
    int inFlight() {
        return limit.inFlight();
    }
}
