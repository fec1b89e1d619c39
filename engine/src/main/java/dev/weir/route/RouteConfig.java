package dev.weir.route;

import dev.weir.exchange.Priority;
import dev.weir.filter.FilterConfig;
import dev.weir.schema.OneOf;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Which requests, what happens to them on the way, and where they go. Immutable.
@Says("Which requests, what happens to them on the way, and where they go.")
public record RouteConfig(
        @Says(
                        value = "Name in logs and metrics; left out, `route-` and its number.",
                        example = "orders")
                Optional<String> name,
        @Says("What must hold; left out, all requests match.") MatchConfig match,
        @Says("Steps on the way, in order.") List<FilterConfig> filters,
        @Says("Where requests go.") @OneOf @Required Action action,
        @Says("Time to the head of the answer, and without progress after it; then 504.")
                @Within(min = "1ms", max = "24h")
                Duration timeout,
        @Says(
                        "How much its requests matter when there is not room for all; a trusted proxy may say another in X-Weir-Priority.")
                Priority priority,
        @Says(
                        value = "Whole segments taken off the path's front for the endpoint.",
                        example = "/api")
                Optional<String> stripPrefix,
        @Says("Another path or host for the endpoint.") RewriteConfig rewrite) {

    public static final RouteConfig DEFAULTS =
            new RouteConfig(
                    Optional.empty(),
                    MatchConfig.DEFAULTS,
                    List.of(),
                    new Action.Respond(404, "", "text/plain; charset=utf-8"),
                    Duration.ofSeconds(30),
                    Priority.NORMAL,
                    Optional.empty(),
                    RewriteConfig.DEFAULTS);

    public RouteConfig {
        filters = List.copyOf(filters);
        stripPrefix.ifPresent(
                prefix -> {
                    if (!prefix.startsWith("/") || prefix.length() > 1 && prefix.endsWith("/")) {
                        throw new IllegalArgumentException(
                                "strip-prefix begins with a slash and does not end with one: /api");
                    }
                });
        if (stripPrefix.isPresent() && rewrite.path().isPresent()) {
            throw new IllegalArgumentException(
                    "strip-prefix and rewrite.path both say what the path becomes; keep one");
        }
    }

    public static RouteConfig to(String service) {
        return DEFAULTS.withAction(Action.To.of(service));
    }

    public RouteConfig withName(String name) {
        return new RouteConfig(
                Optional.of(name), match, filters, action, timeout, priority, stripPrefix, rewrite);
    }

    public RouteConfig withMatch(MatchConfig match) {
        return new RouteConfig(
                name, match, filters, action, timeout, priority, stripPrefix, rewrite);
    }

    public RouteConfig withPath(String path) {
        return withMatch(match.withPath(PathPattern.parse(path)));
    }

    public RouteConfig withFilters(FilterConfig... filters) {
        return new RouteConfig(
                name, match, List.of(filters), action, timeout, priority, stripPrefix, rewrite);
    }

    public RouteConfig withAction(Action action) {
        return new RouteConfig(
                name, match, filters, action, timeout, priority, stripPrefix, rewrite);
    }

    public RouteConfig withTimeout(Duration timeout) {
        return new RouteConfig(
                name, match, filters, action, timeout, priority, stripPrefix, rewrite);
    }

    public RouteConfig withPriority(Priority priority) {
        return new RouteConfig(
                name, match, filters, action, timeout, priority, stripPrefix, rewrite);
    }

    public RouteConfig withStripPrefix(String prefix) {
        return new RouteConfig(
                name, match, filters, action, timeout, priority, Optional.of(prefix), rewrite);
    }

    public RouteConfig withRewrite(RewriteConfig rewrite) {
        return new RouteConfig(
                name, match, filters, action, timeout, priority, stripPrefix, rewrite);
    }
}
