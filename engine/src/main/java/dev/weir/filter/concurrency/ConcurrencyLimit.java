package dev.weir.filter.concurrency;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Priority;
import dev.weir.exchange.Reply;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterSite;
import dev.weir.filter.Foresight;
import dev.weir.filter.Verdict;
import dev.weir.http.ResponseHead;
import dev.weir.limit.InFlightLimit;
import dev.weir.limit.Tally;
import dev.weir.observe.Events;
import dev.weir.runtime.Clock;

/// Lets a number of requests be under way at once, from passing here to their end; see [InFlightLimit], which
/// decides. What is refused waits for nothing, and the person who runs Weir hears of it as seldom as a [Tally] says.
///
/// ```
/// route orders  overloaded  503 concurrency-limit for 1 request: 100 of 100 under way
/// route orders  overloaded  503 for 812 more requests, the newest shed: 85 of 100 under way, 20 kept for more important ones
/// ```
///
/// Thread-safe, without a lock.
final class ConcurrencyLimit implements Filter {
    private static final String RETRY_AFTER_SECONDS = "1";
    private static final Verdict FULL = refusal(Failure.CONCURRENCY_LIMIT);
    private static final Verdict SHED = refusal(Failure.SHED);

    private final InFlightLimit limit;
    private final Clock clock;
    private final String route;
    private final Events events;
    private final Tally refusals = new Tally();

    ConcurrencyLimit(InFlightLimit limit, FilterSite site) {
        this.limit = limit;
        this.route = site.route();
        this.events = site.events();
        this.clock = site.clock();
    }

    private static Verdict refusal(Failure failure) {
        return new Verdict.Answer(Reply.of(failure).with("Retry-After", RETRY_AFTER_SECONDS));
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        long now = clock.nanos();
        Failure why = limit.enter(exchange.priority(), now);
        if (why != null) {
            say(why, exchange.priority(), now);
            return why == Failure.SHED ? SHED : FULL;
        }
        // A note of 0 would mean that it is not under way.
        exchange.filterNote(now == 0 ? 1 : now);
        return Verdict.PASS;
    }

    @Override
    public Foresight foresee(Exchange exchange) {
        long now = clock.nanos();
        Failure why = limit.refusal(exchange.priority(), now);
        String level =
                "%d of %d under way%s"
                        .formatted(
                                limit.inFlight(),
                                limit.most(),
                                limit.found() ? ", a number found by gradient" : "");
        return Foresight.of(why == null ? Verdict.PASS : why == Failure.SHED ? SHED : FULL, level);
    }

    private void say(Failure why, Priority priority, long nowNanos) {
        Tally.Due due = refusals.count(nowNanos);
        if (due != null) {
            int most = limit.most();
            String kept =
                    why == Failure.SHED
                            ? ", %d kept for more important ones"
                                    .formatted(most - limit.room(priority, nowNanos))
                            : "";
            events.say(
                    "route %s  overloaded  %s: %d of %d under way%s%s"
                            .formatted(
                                    route,
                                    due.refusals(why),
                                    limit.inFlight(),
                                    most,
                                    limit.found() ? " (gradient)" : "",
                                    kept));
        }
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
