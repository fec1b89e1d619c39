package dev.weir.filter.concurrency;

import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterSite;
import dev.weir.limit.GradientLimit;
import dev.weir.limit.InFlightLimit;
import dev.weir.schema.Key;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.util.Optional;

/// Requests under way at once on a route. Immutable.
@Key("concurrency-limit")
@Says("Lets so many requests of the route be under way at once; others are answered 503 at once.")
public record ConcurrencyLimitConfig(
        @Says(value = "A fixed number of requests.", example = "100")
                @Within(min = "1", max = "1000000")
                Optional<Integer> requests,
        @Says("Finds the number: as many as are answered hardly slower than usual.")
                boolean gradient,
        @Says("With `gradient`, the smallest number.") @Within(min = "1", max = "1000000") int min,
        @Says("With `gradient`, the largest number.") @Within(min = "1", max = "1000000") int max)
        implements FilterConfig {

    public static final ConcurrencyLimitConfig DEFAULTS =
            new ConcurrencyLimitConfig(Optional.empty(), false, 20, 1000);

    /// Where a gradient begins, if `min` and `max` allow it: enough for most, and not so much that it matters before the first
    /// second is over.
    private static final int FIRST = 100;

    @Short("a number of requests, or `gradient`")
    public static ConcurrencyLimitConfig of(String text) {
        if (text.equals("gradient")) {
            return gradient(DEFAULTS.min, DEFAULTS.max);
        }
        if (!text.matches("[1-9][0-9]{0,5}")) {
            throw new IllegalArgumentException(
                    "expected: a number from 1 to 999999, or gradient, for example 100");
        }
        return fixed(Integer.parseInt(text));
    }

    public static ConcurrencyLimitConfig fixed(int requests) {
        return new ConcurrencyLimitConfig(Optional.of(requests), false, DEFAULTS.min, DEFAULTS.max);
    }

    public static ConcurrencyLimitConfig gradient(int min, int max) {
        return new ConcurrencyLimitConfig(Optional.empty(), true, min, max);
    }

    /// A limit with nothing under way.
    ///
    /// @throws IllegalArgumentException if it is neither a number nor a gradient, or both
    public InFlightLimit limit(long nowNanos) {
        if (requests.isPresent() == gradient) {
            throw new IllegalArgumentException(
                    "concurrency-limit: needs requests or gradient, and not both");
        }
        if (requests.isPresent()) {
            return InFlightLimit.fixed(requests.get(), nowNanos);
        }
        int first = Math.clamp(FIRST, min, Math.max(min, max));
        return InFlightLimit.finding(new GradientLimit(min, max, first), nowNanos);
    }

    @Override
    public Filter build(FilterSite site) {
        return new ConcurrencyLimit(limit(site.clock().nanos()), site);
    }
}
