package dev.weir.limit;

import dev.weir.exchange.Failure;
import dev.weir.exchange.Priority;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Lets a number of requests be under way at once, one that is said or one that is found from how long they take; less important ones make
/// room for others first. What is refused waits for nothing.
///
/// Thread-safe, without a lock; allocates nothing. Knows no clock: time comes in nanoseconds of any one origin.
public final class InFlightLimit {
    private final int fixed;
    private final @Nullable GradientLimit gradient;
    private final Shedding shedding;
    private final AtomicInteger inFlight = new AtomicInteger();

    private InFlightLimit(int fixed, @Nullable GradientLimit gradient, long nowNanos) {
        this.fixed = fixed;
        this.gradient = gradient;
        this.shedding = new Shedding(nowNanos);
    }

    /// Always the same number.
    public static InFlightLimit fixed(int requests, long nowNanos) {
        return new InFlightLimit(requests, null, nowNanos);
    }

    /// As many as are answered hardly slower than usual.
    public static InFlightLimit finding(GradientLimit gradient, long nowNanos) {
        return new InFlightLimit(0, gradient, nowNanos);
    }

    /// Lets a request pass, to be counted until [#leave], or says why not.
    public @Nullable Failure enter(Priority priority, long nowNanos) {
        int limit = most();
        int room = room(priority, nowNanos);
        while (true) {
            int others = inFlight.get();
            Failure why = refusal(others, limit, room);
            if (why != null) {
                GradientLimit finding = gradient;
                if (finding != null) {
                    finding.refused();
                }
                return why;
            }
            if (inFlight.compareAndSet(others, others + 1)) {
                return null;
            }
        }
    }

    /// Why a request would not pass now, or null; lets none pass.
    public @Nullable Failure refusal(Priority priority, long nowNanos) {
        return refusal(inFlight.get(), most(), shedding.look(priority, most(), nowNanos));
    }

    private static @Nullable Failure refusal(int others, int limit, int room) {
        return others < room ? null : others >= limit ? Failure.CONCURRENCY_LIMIT : Failure.SHED;
    }

    /// How many may be under way at once now.
    public int most() {
        GradientLimit finding = gradient;
        return finding == null ? fixed : finding.limit();
    }

    /// Whether that number is found rather than said.
    public boolean found() {
        return gradient != null;
    }

    /// How many may be under way before requests of this priority are refused.
    public int room(Priority priority, long nowNanos) {
        return shedding.room(priority, most(), nowNanos);
    }

    /// The head of an answer has come for a request that is under way. What an endpoint fails at once says nothing of how long
    /// answers take; what it does not answer in time does.
    public void answered(int status, long latencyNanos, long nowNanos) {
        GradientLimit finding = gradient;
        if (finding != null && (status < 500 || status == Failure.ANSWER_TIMEOUT.status())) {
            finding.sample(latencyNanos, inFlight.get(), nowNanos);
        }
    }

    /// A request that had passed is over.
    public void leave() {
        inFlight.decrementAndGet();
    }

    /// How many are under way.
    public int inFlight() {
        return inFlight.get();
    }
}
