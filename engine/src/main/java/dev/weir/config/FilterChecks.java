package dev.weir.config;

import dev.weir.exchange.RequestKey;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.concurrency.ConcurrencyLimitConfig;
import dev.weir.filter.cors.CorsConfig;
import dev.weir.filter.headers.HeadersConfig;
import dev.weir.filter.jwt.JwtConfig;
import dev.weir.filter.ratelimit.RateLimitConfig;
import dev.weir.filter.requestid.RequestIdConfig;
import java.util.List;
import java.util.Set;

/// What one step of a chain must fit to: the steps before it, the path's named segments, and HTTP. For one reading;
/// confined to its thread.
///
/// @param at the step's path of keys
/// @param segments that the route's path names
/// @param before the steps that run before it
record FilterChecks(Checks checks, String at, Set<String> segments, List<FilterConfig> before) {

    /// Kinds without a case have nothing that reading has not checked.
    void run(FilterConfig filter) {
        switch (filter) {
            case JwtConfig jwt -> jwt(jwt);
            case RateLimitConfig limit -> keys(limit.key());
            case HeadersConfig headers -> {
                edits(KeyPath.key(at, "request"), headers.request(), true);
                edits(KeyPath.key(at, "response"), headers.response(), false);
            }
            case CorsConfig cors -> cors(cors);
            case ConcurrencyLimitConfig limit -> concurrency(limit);
            case RequestIdConfig id -> {
                String name = KeyPath.key(at, "header");
                if (checks.fieldName(name, id.header())) {
                    checks.ownField(name, id.header());
                }
            }
            default -> {}
        }
    }

    private void jwt(JwtConfig jwt) {
        if (jwt.secret().isPresent() == jwt.keys().isPresent()) {
            checks.wrong(
                    at,
                    jwt.keys().isPresent()
                            ? "secret and keys exclude each other"
                            : "secret or keys is missing",
                    "secret for HS256, HS384 and HS512; keys, a file with public keys, for all others");
            return;
        }
        algorithms(jwt);
        String keys = KeyPath.key(at, "keys");
        if (jwt.keys().filter(name -> name.matches("https?://.*")).isPresent()) {
            checks.wrong(
                    keys,
                    "keys from a URL are not supported yet",
                    "save them as a file and name it, for example keys: keys.json");
        }
        jwt.forward().keySet().forEach(name -> forwarded(KeyPath.key(at, "forward"), name));
        String from = KeyPath.key(at, "from");
        if (!jwt.from().matches("(header|cookie|query)\\..+")) {
            checks.wrong(
                    from,
                    checks.shown(from, jwt.from()) + " is no place in a request",
                    "expected: header.NAME, cookie.NAME or query.NAME, for example header.Authorization");
        } else if (jwt.from().startsWith("header.")) {
            checks.fieldName(from, jwt.from().substring("header.".length()));
        }
    }

    private void algorithms(JwtConfig jwt) {
        for (int i = 0; i < jwt.algorithms().size(); i++) {
            boolean shared = jwt.algorithms().get(i).name().startsWith("HS");
            if (shared != jwt.secret().isPresent()) {
                checks.wrong(
                        KeyPath.numbered(KeyPath.key(at, "algorithms"), i),
                        Names.key(jwt.algorithms().get(i))
                                + (shared
                                        ? " needs a secret, not keys"
                                        : " needs keys, not a secret"),
                        shared
                                ? "with keys: RS256, ES256, EdDSA and their kin"
                                : "with a secret: HS256, HS384 or HS512");
            }
        }
    }

    private void forwarded(String section, String name) {
        String path = KeyPath.key(section, name);
        if (checks.fieldName(path, name) && checks.ownField(path, name)) {
            host(path, name);
        }
    }

    private void host(String path, String name) {
        if (name.equalsIgnoreCase("Host")) {
            checks.wrong(
                    path, "Host cannot be changed here", "use rewrite: { host: … } in the route");
        }
    }

    private void keys(List<RequestKey> keys) {
        for (int i = 0; i < keys.size(); i++) {
            String path = KeyPath.numbered(KeyPath.key(at, "key"), i);
            RequestKey key = keys.get(i);
            switch (key.source()) {
                case JWT -> {
                    if (before.stream().noneMatch(JwtConfig.class::isInstance)) {
                        checks.wrong(
                                path,
                                checks.shown(path, key.toString())
                                        + " is not known here: no jwt filter stands before",
                                "put - jwt: … before - rate-limit: …");
                    }
                }
                case PATH -> {
                    if (!segments.contains(key.name())) {
                        checks.wrong(
                                path,
                                checks.shown(path, key.toString())
                                        + " is not known here"
                                        + Nearest.didYouMean(key.name(), segments),
                                "name the segment in match.path, as in /users/{id}");
                    }
                }
                case HEADER -> checks.fieldName(path, key.name());
                case CLIENT_IP, COOKIE, QUERY, ROUTE -> {}
            }
        }
    }

    private void edits(String section, HeadersConfig.Edits edits, boolean request) {
        edits.set()
                .forEach((name, value) -> edit(KeyPath.key(section, "set"), name, value, request));
        edits.add()
                .forEach((name, value) -> edit(KeyPath.key(section, "add"), name, value, request));
        for (int i = 0; i < edits.remove().size(); i++) {
            String path = KeyPath.numbered(KeyPath.key(section, "remove"), i);
            String name = edits.remove().get(i);
            if (checks.fieldName(path, name) && checks.ownField(path, name) && request) {
                host(path, name);
            }
        }
    }

    private void edit(String section, String name, String value, boolean request) {
        checks.field(section, name, value);
        if (request) {
            host(KeyPath.key(section, name), name);
        }
    }

    private void concurrency(ConcurrencyLimitConfig limit) {
        if (limit.requests().isPresent() == limit.gradient()) {
            checks.wrong(
                    limit.gradient() ? KeyPath.key(at, "requests") : at,
                    limit.gradient()
                            ? "requests and gradient exclude each other"
                            : "requests or gradient is missing",
                    "requests: 100 for a fixed number, gradient: true to have it found");
            return;
        }
        ConcurrencyLimitConfig usual = ConcurrencyLimitConfig.DEFAULTS;
        if (!limit.gradient() && limit.min() != usual.min()) {
            checks.wrong(KeyPath.key(at, "min"), "a fixed number has no min", "leave it out");
        }
        if (!limit.gradient() && limit.max() != usual.max()) {
            checks.wrong(KeyPath.key(at, "max"), "a fixed number has no max", "leave it out");
        }
        if (limit.gradient() && limit.min() > limit.max()) {
            String path = KeyPath.key(at, checks.says(KeyPath.key(at, "min")) ? "min" : "max");
            checks.wrong(
                    path,
                    "min is larger than max: " + limit.min() + " and " + limit.max(),
                    "without them min is 20 and max is 1000");
        }
    }

    private void cors(CorsConfig cors) {
        for (int i = 0; i < cors.origins().size(); i++) {
            String path = KeyPath.numbered(KeyPath.key(at, "origins"), i);
            String origin = cors.origins().get(i);
            if (!origin.matches("\\*|[A-Za-z][A-Za-z0-9+.-]*://[^/\\s?#]+")) {
                checks.wrong(
                        path,
                        checks.shown(path, origin) + " is not an origin",
                        "expected: scheme and host without a path, for example https://shop.example.com");
            }
        }
        for (int i = 0; i < cors.methods().size(); i++) {
            checks.method(KeyPath.numbered(KeyPath.key(at, "methods"), i), cors.methods().get(i));
        }
        names(KeyPath.key(at, "headers"), cors.headers());
        names(KeyPath.key(at, "expose"), cors.expose());
    }

    private void names(String section, List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            checks.fieldName(KeyPath.numbered(section, i), names.get(i));
        }
    }
}
