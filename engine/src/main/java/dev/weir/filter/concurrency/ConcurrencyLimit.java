package dev.weir.filter.concurrency;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterSite;
import dev.weir.filter.Verdict;
import dev.weir.http.ResponseHead;
import dev.weir.limit.GradientLimit;
import dev.weir.limit.Shedding;
import dev.weir.limit.Tally;
import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Lets a number of requests be under way at once, from passing here to their end; less important ones make room for others
/// first. What is refused waits for nothing, and the person who runs Weir hears of it as seldom as a [Tally] says.
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

    private final int fixed;
    private final @Nullable GradientLimit gradient;
    private final Clock clock;
    private final Shedding shedding;
    private final String route;
    private final Events events;
    private final Tally refusals = new Tally();
    private final AtomicInteger inFlight = new AtomicInteger();

    ConcurrencyLimit(ConcurrencyLimitConfig config, int first, FilterSite site) {
        this.fixed = config.requests().orElse(0);
        this.gradient =
                config.gradient() ? new GradientLimit(config.min(), config.max(), first) : null;
        this.route = site.route();
        this.events = site.events();
        this.clock = site.clock();
        this.shedding = new Shedding(clock.nanos());
    }

    private static Verdict refusal(Failure failure) {
        return new Verdict.Answer(Reply.of(failure).with("Retry-After", RETRY_AFTER_SECONDS));
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        GradientLimit finding = gradient;
        int limit = finding == null ? fixed : finding.limit();
        long now = clock.nanos();
        int room = shedding.room(exchange.priority(), limit, now);
        while (true) {
            int others = inFlight.get();
            if (others >= room) {
                return refused(others, limit, room, now);
            }
            if (inFlight.compareAndSet(others, others + 1)) {
                // A note of 0 would mean that it is not under way.
                exchange.filterNote(now == 0 ? 1 : now);
                return Verdict.PASS;
            }
        }
    }

    private Verdict refused(int others, int limit, int room, long nowNanos) {
        boolean full = others >= limit;
        Tally.Due due = refusals.count(nowNanos);
        if (due != null) {
            events.say(
                    "route %s  overloaded  %s: %d of %d under way%s%s"
                            .formatted(
                                    route,
                                    due.refusals(full ? Failure.CONCURRENCY_LIMIT : Failure.SHED),
                                    others,
                                    limit,
                                    gradient == null ? "" : " (gradient)",
                                    full
                                            ? ""
                                            : ", %d kept for more important ones"
                                                    .formatted(limit - room)));
        }
        return full ? FULL : SHED;
    }

    /// What an endpoint fails at once says nothing of how long answers take; what it does not answer in time does.
    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        GradientLimit finding = gradient;
        long since = exchange.filterNote();
        if (finding != null
                && since != 0
                && (head.status() < 500 || head.status() == Failure.ANSWER_TIMEOUT.status())) {
            long now = clock.nanos();
            finding.sample(now - since, inFlight.get(), now);
        }
    }

    @Override
    public void onEnd(Exchange exchange) {
        if (exchange.filterNote() != 0) {
            exchange.filterNote(0);
            inFlight.decrementAndGet();
        }
    }

    /// How many are under way.
    int inFlight() {
        return inFlight.get();
    }
}
