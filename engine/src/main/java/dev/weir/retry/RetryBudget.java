package dev.weir.retry;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// How many requests of a service may be repeated: a share of those of the last ten seconds. So that a quiet service may repeat as well, up to thirty
/// in that time, three a second, are allowed beyond its share, three at a time; of a busy one's share that is nothing. Repeating without a bound keeps an endpoint overloaded that was so for a moment only (N. Bronson et
/// al., Metastable Failures in Distributed Systems, 2021).
///
/// One per service and process. Thread-safe: counting a request costs one addition to a striped counter.
public final class RetryBudget {
    private static final long SLOT_NANOS = 1_000_000_000;

    /// Ten seconds, and the one that is not over.
    private static final int SLOTS = 11;

    /// In ten seconds so many are allowed whatever the share is, but only so many at a time.
    private static final int ALWAYS = 30;

    private static final int AT_A_TIME = 3;

    private final LongAdder[] requests = new LongAdder[SLOTS];
    private final long[] retries = new long[SLOTS];
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile long slot = Long.MIN_VALUE;

    public RetryBudget() {
        Arrays.setAll(requests, _ -> new LongAdder());
    }

    /// A request of a client begins.
    public void request(long nowNanos) {
        long now = Math.floorDiv(nowNanos, SLOT_NANOS);
        if (now != slot) {
            turn(now);
        }
        requests[Math.floorMod(now, SLOTS)].increment();
    }

    /// Asks for one retry. If it is allowed, [#over] is to be called when it is over.
    ///
    /// @param share of the requests that may be repeated, 0.2 for a fifth
    /// @return false if the budget is spent
    public synchronized boolean withdraw(double share, long nowNanos) {
        long now = Math.floorDiv(nowNanos, SLOT_NANOS);
        turn(now);
        long asked = Arrays.stream(requests).mapToLong(LongAdder::sum).sum();
        long spent = Arrays.stream(retries).sum();
        boolean quiet = spent < ALWAYS && underWay.get() < AT_A_TIME;
        if (spent >= (long) (asked * share) && !quiet) {
            return false;
        }
        underWay.incrementAndGet();
        retries[Math.floorMod(now, SLOTS)]++;
        return true;
    }

    /// A retry that was allowed is over.
    public void over() {
        underWay.decrementAndGet();
    }

    /// Forgets what is too old. A request that is counted meanwhile may be forgotten with it.
    private synchronized void turn(long now) {
        long last = slot;
        if (now <= last) {
            return;
        }
        long first = last == Long.MIN_VALUE ? now - SLOTS + 1 : Math.max(last + 1, now - SLOTS + 1);
        for (long each = first; each <= now; each++) {
            int place = Math.floorMod(each, SLOTS);
            requests[place].reset();
            retries[place] = 0;
        }
        slot = now;
    }
}
