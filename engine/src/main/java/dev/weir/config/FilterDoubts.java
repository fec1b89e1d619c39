package dev.weir.config;

import dev.weir.exchange.RequestKey;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.cors.CorsConfig;
import dev.weir.filter.ip.IpAllowConfig;
import dev.weir.filter.jwt.JwtConfig;
import dev.weir.filter.ratelimit.RateLimitConfig;
import dev.weir.route.RouteConfig;
import java.util.List;
import java.util.Set;

/// What of a step of a chain works, but hardly as it was meant. For one reading; confined to its thread.
///
/// @param at the step's path of keys
/// @param step its place in the chain
record FilterDoubts(Checks checks, String at, RouteConfig route, int step) {
    /// What a client may write as it likes, and what Weir therefore replaces.
    private static final Set<String> CLAIMS =
            Set.of("x-forwarded-for", "x-real-ip", "forwarded", "x-client-ip", "true-client-ip");

    void run(FilterConfig filter) {
        switch (filter) {
            case CorsConfig _ -> cors();
            case RateLimitConfig limit -> keys(limit.key());
            case JwtConfig jwt -> token(jwt);
            case IpAllowConfig _ -> again(IpAllowConfig.class);
            default -> {}
        }
    }

    /// A preflight is a request of its own, an OPTIONS without a token (Fetch §4.8).
    private void cors() {
        for (FilterConfig before : route.filters().subList(0, step)) {
            if (before instanceof JwtConfig) {
                checks.warn(
                        at,
                        "preflights carry no token, and the jwt filter before refuses them; put cors first");
            }
        }
        List<String> methods = route.match().methods();
        if (!methods.isEmpty() && !methods.contains("OPTIONS")) {
            checks.warn(
                    at,
                    "preflights are OPTIONS requests, which match.methods of this route does not take; add OPTIONS");
        }
    }

    private void keys(List<RequestKey> keys) {
        for (int i = 0; i < keys.size(); i++) {
            RequestKey key = keys.get(i);
            String path = KeyPath.numbered(KeyPath.key(at, "key"), i);
            if (key.source() == RequestKey.Source.HEADER
                    && CLAIMS.contains(key.name().toLowerCase(java.util.Locale.ROOT))) {
                checks.warn(
                        path,
                        "a chain of addresses, part of which the client may choose; client.ip is the address that can be believed");
            }
        }
    }

    private void token(JwtConfig jwt) {
        if (jwt.from().startsWith("query.")) {
            checks.warn(
                    KeyPath.key(at, "from"),
                    "a token in the URL stands in histories and logs of others; header.Authorization or a cookie does not");
        }
    }

    /// Of two lists, only what is in both may pass.
    private void again(Class<? extends FilterConfig> kind) {
        if (route.filters().subList(0, step).stream().anyMatch(kind::isInstance)) {
            checks.warn(at, "stands twice: only clients in both lists pass; write one list");
        }
    }
}
