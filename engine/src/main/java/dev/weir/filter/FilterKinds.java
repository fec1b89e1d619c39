package dev.weir.filter;

import dev.weir.filter.bodylimit.BodyLimitConfig;
import dev.weir.filter.concurrency.ConcurrencyLimitConfig;
import dev.weir.filter.cors.CorsConfig;
import dev.weir.filter.headers.HeadersConfig;
import dev.weir.filter.ip.IpAllowConfig;
import dev.weir.filter.ip.IpDenyConfig;
import dev.weir.filter.jwt.JwtConfig;
import dev.weir.filter.ratelimit.RateLimitConfig;
import dev.weir.filter.requestid.RequestIdConfig;
import java.util.List;

/// The filters that a route's `filters:` may name.
public final class FilterKinds {
    public static final List<Class<? extends FilterConfig>> ALL =
            List.of(
                    RateLimitConfig.class,
                    JwtConfig.class,
                    CorsConfig.class,
                    HeadersConfig.class,
                    IpAllowConfig.class,
                    IpDenyConfig.class,
                    BodyLimitConfig.class,
                    ConcurrencyLimitConfig.class,
                    RequestIdConfig.class);

    private FilterKinds() {}
}
