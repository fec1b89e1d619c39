package dev.weir.route;

import dev.weir.exchange.Priority;
import dev.weir.filter.FilterConfig;
import dev.weir.retry.HedgeConfig;
import dev.weir.retry.MirrorConfig;
import dev.weir.retry.RetryConfig;
import dev.weir.retry.TimeoutConfig;
import dev.weir.schema.OneOf;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
        @Says("How long a request may take; then 504.") TimeoutConfig timeout,
        @Says("Whether and how a failed attempt is repeated.") RetryConfig retry,
        @Says("A second attempt at another endpoint while the first is slow.")
                Optional<HedgeConfig> hedge,
        @Says("A copy of requests to another service.") Optional<MirrorConfig> mirror,
        @Says(
                        "How much its requests matter when there is not room for all; a trusted proxy may say another in X-Weir-Priority.")
                Priority priority,
        @Says(
                        value = "Whole segments taken off the path's front for the endpoint.",
                        example = "/api")
                Optional<String> stripPrefix,
        @Says("Another path or host for the endpoint.") RewriteConfig rewrite,
        @Says(
                        "What a connection may go on with instead of HTTP, where the client asks for it and the endpoint agrees; `[]` for nothing.")
                List<Upgrade> upgrade) {

    public static final RouteConfig DEFAULTS =
            new RouteConfig(
                    Optional.empty(),
                    MatchConfig.DEFAULTS,
                    List.of(),
                    new Action.Respond(404, "", "text/plain; charset=utf-8"),
                    TimeoutConfig.DEFAULTS,
                    RetryConfig.DEFAULTS,
                    Optional.empty(),
                    Optional.empty(),
                    Priority.NORMAL,
                    Optional.empty(),
                    RewriteConfig.DEFAULTS,
                    List.of(Upgrade.WEBSOCKET));

    public RouteConfig {
        filters = List.copyOf(filters);
        upgrade = List.copyOf(upgrade);
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
        return with(draft -> draft.name = Optional.of(name));
    }

    public RouteConfig withMatch(MatchConfig match) {
        return with(draft -> draft.match = match);
    }

    public RouteConfig withPath(String path) {
        return withMatch(match.withPath(PathPattern.parse(path)));
    }

    public RouteConfig withFilters(FilterConfig... filters) {
        return with(draft -> draft.filters = List.of(filters));
    }

    public RouteConfig withAction(Action action) {
        return with(draft -> draft.action = action);
    }

    public RouteConfig withTimeout(Duration timeout) {
        return withTimeout(TimeoutConfig.DEFAULTS.withFirstByte(timeout));
    }

    public RouteConfig withRetry(RetryConfig retry) {
        return with(draft -> draft.retry = retry);
    }

    public RouteConfig withHedge(HedgeConfig hedge) {
        return with(draft -> draft.hedge = Optional.of(hedge));
    }

    public RouteConfig withMirror(MirrorConfig mirror) {
        return with(draft -> draft.mirror = Optional.of(mirror));
    }

    public RouteConfig withTimeout(TimeoutConfig timeout) {
        return with(draft -> draft.timeout = timeout);
    }

    public RouteConfig withPriority(Priority priority) {
        return with(draft -> draft.priority = priority);
    }

    public RouteConfig withStripPrefix(String prefix) {
        return with(draft -> draft.stripPrefix = Optional.of(prefix));
    }

    public RouteConfig withRewrite(RewriteConfig rewrite) {
        return with(draft -> draft.rewrite = rewrite);
    }

    public RouteConfig withUpgrade(Upgrade... upgrade) {
        return with(draft -> draft.upgrade = List.of(upgrade));
    }

    private RouteConfig with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.made();
    }

    /// A copy that can be changed: what stands once here would stand in every `with` method.
    private static final class Draft {
        private Optional<String> name;
        private MatchConfig match;
        private List<FilterConfig> filters;
        private Action action;
        private TimeoutConfig timeout;
        private RetryConfig retry;
        private Optional<HedgeConfig> hedge;
        private Optional<MirrorConfig> mirror;
        private Priority priority;
        private Optional<String> stripPrefix;
        private RewriteConfig rewrite;
        private List<Upgrade> upgrade;

        Draft(RouteConfig from) {
            name = from.name;
            match = from.match;
            filters = from.filters;
            action = from.action;
            timeout = from.timeout;
            retry = from.retry;
            hedge = from.hedge;
            mirror = from.mirror;
            priority = from.priority;
            stripPrefix = from.stripPrefix;
            rewrite = from.rewrite;
            upgrade = from.upgrade;
        }

        RouteConfig made() {
            return new RouteConfig(
                    name,
                    match,
                    filters,
                    action,
                    timeout,
                    retry,
                    hedge,
                    mirror,
                    priority,
                    stripPrefix,
                    rewrite,
                    upgrade);
        }
    }
}
