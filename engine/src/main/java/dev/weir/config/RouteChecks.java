package dev.weir.config;

import dev.weir.WeirConfig;
import dev.weir.http.Headers;
import dev.weir.listen.ListenerConfig;
import dev.weir.route.Action;
import dev.weir.route.MatchConfig;
import dev.weir.route.PathPattern;
import dev.weir.route.RouteConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What one route must fit to: the names it uses, and the named segments of its own path. For one reading; confined to
/// its thread.
final class RouteChecks {
    private static final List<String> FILLED_IN = List.of("host", "path", "query");

    private final Checks checks;
    private final WeirConfig config;
    private final String path;
    private final RouteConfig route;
    private final Set<String> segments = new HashSet<>();

    RouteChecks(Checks checks, WeirConfig config, String path, RouteConfig route) {
        this.checks = checks;
        this.config = config;
        this.path = path;
        this.route = route;
        route.match()
                .path()
                .ifPresent(
                        pattern -> {
                            for (PathPattern.Segment segment : pattern.segments()) {
                                if (segment instanceof PathPattern.Segment.Any any
                                        && !any.name().isEmpty()) {
                                    segments.add(any.name());
                                }
                            }
                        });
    }

    void run() {
        match(KeyPath.key(path, "match"), route.match());
        switch (route.action()) {
            case Action.To to -> to(KeyPath.key(path, "to"), to);
            case Action.Redirect redirect -> redirect(redirect);
            case Action.Respond respond -> {
                if (!Headers.fits(respond.contentType())) {
                    checks.wrong(
                            KeyPath.key(KeyPath.key(path, "respond"), "content-type"),
                            "the value cannot stand in a header",
                            "for example text/plain");
                }
            }
        }
        rewrite(KeyPath.key(path, "rewrite"));
        new AttemptChecks(checks, config, path, route).run();
        for (int i = 0; i < route.filters().size(); i++) {
            String at = KeyPath.filter(path, i, route.filters().get(i));
            new FilterChecks(checks, at, segments, route.filters().subList(0, i))
                    .run(route.filters().get(i));
            new FilterDoubts(checks, at, route, i).run(route.filters().get(i));
        }
    }

    private void match(String at, MatchConfig match) {
        for (int i = 0; i < match.methods().size(); i++) {
            checks.method(KeyPath.numbered(KeyPath.key(at, "methods"), i), match.methods().get(i));
        }
        for (String name : match.headers().keySet()) {
            checks.fieldName(KeyPath.key(KeyPath.key(at, "headers"), name), name);
        }
        match.listener().ifPresent(name -> listener(KeyPath.key(at, "listener"), name));
        if (route.action() instanceof Action.To) {
            match.path().ifPresent(pattern -> pathAlone(KeyPath.key(at, "path"), pattern));
        }
    }

    private void listener(String at, String name) {
        checks.requestListenerNamed(at, name);
        ListenerConfig listener = config.listeners().get(name);
        if (listener != null && listener.redirect().isPresent()) {
            checks.warn(
                    at,
                    "no request reaches this route: the listener "
                            + name
                            + " sends every client to https before routes are asked");
        }
    }

    /// Elsewhere these two stand for all below them.
    private void pathAlone(String at, PathPattern pattern) {
        String text = pattern.toString();
        if (pattern.prefix() || pattern.segments().isEmpty()) {
            return;
        }
        if (text.endsWith("/")) {
            checks.warn(
                    at,
                    "matches nothing but "
                            + text
                            + " itself; for all below it, too, write "
                            + text
                            + "**");
        } else if (pattern.segments().equals(List.of(new PathPattern.Segment.Any("")))) {
            checks.warn(
                    at,
                    "matches paths of one segment, neither / nor /a/b; for all paths leave path out");
        }
    }

    private void to(String at, Action.To to) {
        for (Map.Entry<String, Integer> share : to.shares().entrySet()) {
            String inside = KeyPath.key(at, share.getKey());
            checks.serviceNamed(checks.says(inside) ? inside : at, share.getKey());
        }
    }

    private void redirect(Action.Redirect redirect) {
        String section = KeyPath.key(path, "redirect");
        String inside = KeyPath.key(section, "to");
        String at = checks.says(inside) ? inside : section;
        String to = redirect.to();
        if (!to.matches("/.*|[A-Za-z][A-Za-z0-9+.-]*://.+|\\{.*")
                || to.matches(".*[\\s\"<>\\\\].*")
                || !Headers.fits(to)) {
            checks.wrong(
                    at,
                    checks.shown(at, to) + " leads nowhere",
                    "expected: a path or a whole URL, for example https://{host}{path}");
        }
        Set<String> known = new HashSet<>(segments);
        known.addAll(FILLED_IN);
        checks.placeholders(
                at,
                to,
                known,
                "expected: {host}, {path}, {query} or a segment named in match.path");
    }

    private void rewrite(String at) {
        route.rewrite()
                .path()
                .ifPresent(
                        to -> {
                            String inside = KeyPath.key(at, "path");
                            checks.placeholders(
                                    inside,
                                    to,
                                    segments,
                                    "name the segment in match.path, as in /users/{id}");
                            boolean prefix =
                                    route.match().path().map(PathPattern::prefix).orElse(false);
                            if (to.endsWith("/**") && !prefix) {
                                checks.wrong(
                                        inside,
                                        "ends in /**, but match.path does not",
                                        "let both end in /**, or neither");
                            }
                        });
        route.rewrite()
                .host()
                .filter(host -> !host.matches("[A-Za-z0-9_.\\[\\]:-]+"))
                .ifPresent(
                        host -> {
                            String inside = KeyPath.key(at, "host");
                            checks.wrong(
                                    inside,
                                    checks.shown(inside, host) + " is not a host",
                                    "for example internal.example.com");
                        });
    }
}
