package dev.weir.filter.ratelimit;

import dev.weir.exchange.RequestKey;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterSite;
import dev.weir.schema.Key;
import dev.weir.schema.Rate;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.util.List;
import java.util.Optional;

/// Requests per key and time. Immutable.
@Key("rate-limit")
@Says("Lets so many requests pass per key and time; others are answered 429 with Retry-After.")
public record RateLimitConfig(
        @Says("What is counted apart.") List<RequestKey> key,
        @Required @Says(value = "Requests per time.", example = "100/s") Rate rate,
        @Says("How many may come at once; left out, as many as the rate's number.")
                @Within(min = "1", max = "1000000000")
                Optional<Long> burst,
        @Says(
                        "Only count whom it would refuse, in the log (`would_be_limited`) and a metric; let all pass.")
                boolean dryRun)
        implements FilterConfig {

    public static final RateLimitConfig DEFAULTS =
            new RateLimitConfig(
                    List.of(RequestKey.CLIENT_IP), Rate.perSecond(1), Optional.empty(), false);

    public RateLimitConfig {
        key = List.copyOf(key);
    }

    @Short("a rate")
    public static RateLimitConfig of(Rate rate) {
        return new RateLimitConfig(DEFAULTS.key, rate, DEFAULTS.burst, DEFAULTS.dryRun);
    }

    @Override
    public Filter build(FilterSite site) {
        return RateLimit.of(this, site);
    }
}
