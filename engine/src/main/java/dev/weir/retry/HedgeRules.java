package dev.weir.retry;

import dev.weir.http.Method;
import org.jspecify.annotations.Nullable;

/// A route's [HedgeConfig] made ready for requests. Immutable; does not allocate.
public final class HedgeRules {
    private final double fraction;
    private final long nanos;
    private final double budget;

    public HedgeRules(HedgeConfig config) {
        fraction = config.after().percentile().fraction();
        nanos = config.after().time().toNanos();
        budget = config.budget().fraction();
    }

    /// Whether a request by this method may be doubled: only a safe one (RFC 9110 §9.2.1). An idempotent one such as
    /// PUT is as good twice as once, but not twice at once.
    public static boolean applies(@Nullable Method method) {
        return method == Method.GET || method == Method.HEAD || method == Method.OPTIONS;
    }

    /// From sending the request to a second attempt; [Long#MAX_VALUE] for none.
    public long delayNanos(Latencies latencies) {
        return nanos > 0 ? nanos : latencies.quantile(fraction);
    }

    /// Most second attempts as a share of the service's requests.
    public double budget() {
        return budget;
    }
}
