package dev.weir.balance;

import dev.weir.service.Attempt;
import dev.weir.service.Succession;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/// Which share of the attempts at each endpoint fails. Policies that go by latency multiply it by [#factor], the number of
/// attempts that one success costs: else an endpoint that fails at once would look like the fastest and draw all
/// requests (a sinkhole).
///
/// The share moves by an eighth with every attempt and fades by e every 10 s. While no endpoint fails, all cost one read of the same
/// number.
/// Thread-safe and lock-free; one per service, used by all loops, with a number for each position of an endpoint.
final class Failures {
    /// The share is taken to be at most so much, so that the factor is at most 1,000.
    private static final float MOST = 0.999f;

    private static final float LEAST = 0.001f;
    private static final float STEP = 1 / 8f;
    private static final double FADE_NANOS = 10e9;

    private final AtomicLongArray shares;

    /// How many shares there are that are not 0, or a few more: who counts down does so last.
    private final AtomicInteger failing = new AtomicInteger();

    Failures(int endpoints) {
        shares = new AtomicLongArray(endpoints);
    }

    /// What is known of the endpoints that go on.
    Failures next(Succession change) {
        Failures next = new Failures(change.after().slots());
        for (int i = 0; i < shares.length(); i++) {
            long known = shares.get(i);
            if (known != Stamped.NOTHING && change.stays(i)) {
                next.shares.set(i, known);
                next.failing.getAndIncrement();
            }
        }
        return next;
    }

    /// Whether an attempt shows that its endpoint does not work. An answer 5xx does, whoever is to blame for it: it says nothing
    /// of how long a good answer takes.
    static boolean failed(Attempt attempt) {
        return switch (attempt.outcome()) {
            case ANSWERED -> attempt.status() >= 500;
            case CONNECT_FAILED, REFUSED, RESET, BAD_ANSWER, TIMED_OUT, CUT -> true;
            case OPEN, CANCELLED, LACKED -> false;
        };
    }

    void learn(Attempt attempt) {
        boolean good = attempt.outcome() == Attempt.Outcome.ANSWERED && attempt.status() < 500;
        boolean failed = failed(attempt);
        int position = attempt.endpoint().position();
        long now = attempt.judgedNanos();
        while (good || failed) {
            long before = shares.get(position);
            if (good && before == Stamped.NOTHING) {
                return;
            }
            float share = share(before, now);
            float moved = share + STEP * ((failed ? 1 : 0) - share);
            long after = moved < LEAST ? Stamped.NOTHING : Stamped.of(Math.min(moved, MOST), now);
            if (before == Stamped.NOTHING && after != Stamped.NOTHING) {
                failing.getAndIncrement();
            }
            if (shares.compareAndSet(position, before, after)) {
                if (before != Stamped.NOTHING && after == Stamped.NOTHING) {
                    failing.getAndDecrement();
                }
                return;
            }
            if (before == Stamped.NOTHING && after != Stamped.NOTHING) {
                failing.getAndDecrement();
            }
        }
    }

    /// Attempts per success, from 1 to 1,000.
    double factor(int position, long nowNanos) {
        if (failing.get() == 0) {
            return 1;
        }
        long known = shares.get(position);
        return known == Stamped.NOTHING ? 1 : 1 / (1.0 - share(known, nowNanos));
    }

    private static float share(long known, long nowNanos) {
        return known == Stamped.NOTHING
                ? 0
                : (float)
                        (Stamped.value(known)
                                * Math.exp(-Stamped.age(known, nowNanos) / FADE_NANOS));
    }
}
