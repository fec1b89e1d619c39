package dev.weir.balance;

import dev.weir.service.Succession;
import java.util.concurrent.atomic.AtomicLongArray;

/// The peak-sensitive moving average of each endpoint's latency: a slower answer counts at once, faster ones bring it down with
/// a time constant of 10 s. So on a sample r, Δt after the last one:
/// if r > cost then cost = r, else cost = cost·e^(−Δt/τ) + r·(1−e^(−Δt/τ)).
///
/// Thread-safe and lock-free; one per service, because what a single loop hears of an endpoint may be too little. Loops
/// that race lose no sample. Source: Finagle, `PeakEwma`; the estimate of an endpoint that nobody asked fades
/// as [Neglect] says.
final class PeakLatencies {
    private static final double TAU_NANOS = 10e9;

    /// Up to so many endpoints each has a cache line of its own.
    private static final int MOST_SPACED = 256;

    private final AtomicLongArray costs;
    private final int shift;

    PeakLatencies(int endpoints) {
        shift = endpoints <= MOST_SPACED ? 3 : 0;
        costs = new AtomicLongArray(endpoints << shift);
    }

    /// What is known of the endpoints that go on.
    PeakLatencies next(Succession change) {
        PeakLatencies next = new PeakLatencies(change.after().slots());
        for (int i = 0; i < costs.length() >> shift; i++) {
            if (change.stays(i)) {
                next.costs.set(i << next.shift, known(i));
            }
        }
        return next;
    }

    /// The cost in nanoseconds as [Stamped]; 0 if nothing is known.
    long known(int position) {
        return costs.get(position << shift);
    }

    /// @param lowers whether this may make the endpoint look faster
    void sample(int position, long latencyNanos, boolean lowers, long nowNanos) {
        float sample = Math.max(1, latencyNanos);
        while (true) {
            long before = known(position);
            long after;
            if (before == Stamped.NOTHING) {
                float first = lowers ? sample : Math.max(sample, PeakEwma.UNKNOWN_NANOS);
                after = Stamped.of(first, nowNanos);
            } else {
                if (!lowers && sample <= Stamped.value(before)) {
                    return;
                }
                long age = Stamped.age(before, nowNanos);
                double cost = Stamped.value(before) * Neglect.fade(age);
                double kept = Math.exp(-age / TAU_NANOS);
                double next = sample > cost ? sample : cost * kept + sample * (1 - kept);
                after = Stamped.of((float) next, nowNanos);
            }
            if (costs.compareAndSet(position << shift, before, after)) {
                return;
            }
        }
    }
}
