package dev.weir.config;

import dev.weir.route.MatchConfig;
import dev.weir.route.Overlaps;
import dev.weir.route.PathPattern;
import dev.weir.route.RouteConfig;
import dev.weir.route.Shadows;
import dev.weir.schema.Location;
import java.util.List;

/// What routes do to each other: one that no request reaches, two whose paths cross. For one reading; confined to its thread.
record RouteOrderChecks(Checks checks, List<RouteConfig> routes, Origins origins) {

    void run() {
        Shadows.of(routes).forEach(this::shadow);
        for (Overlaps.Overlap overlap : Overlaps.of(routes)) {
            checks.warn(
                    match(overlap.loser()),
                    "requests such as "
                            + overlap.example()
                            + " match this route and "
                            + named(overlap.winner())
                            + ", which gets them: "
                            + why(overlap)
                            + "; if that is not meant, give that path a route of its own");
        }
    }

    private void shadow(Shadows.Shadow shadow) {
        String other = named(shadow.by());
        String why =
                shadow.same()
                        ? other + " matches the same and stands before it"
                        : shadow.order()
                                ? other
                                        + " matches all that it matches, is no less precise, and stands before it; put this one first"
                                : other
                                        + " matches all that it matches, and what it says of the path is more precise";
        checks.warn(match(shadow.route()), "no request reaches this route: " + why);
    }

    /// The rules of precedence in their order; the first that tells the two apart decides.
    private String why(Overlaps.Overlap overlap) {
        PathPattern winner = path(overlap.winner());
        PathPattern loser = path(overlap.loser());
        if (literals(winner) != literals(loser)) {
            return "more of its segments are said";
        }
        if (winner.prefix() != loser.prefix()) {
            return "an exact path comes before a prefix";
        }
        if (winner.segments().size() != loser.segments().size()) {
            return "it is longer";
        }
        return routes.get(overlap.winner()).match().methods().isEmpty()
                        == routes.get(overlap.loser()).match().methods().isEmpty()
                ? "it stands first"
                : "it names methods";
    }

    private static long literals(PathPattern path) {
        return path.segments().stream()
                .filter(PathPattern.Segment.Literal.class::isInstance)
                .count();
    }

    private PathPattern path(int route) {
        return routes.get(route).match().path().orElseThrow();
    }

    private String named(int route) {
        Location at = origins.at(KeyPath.route(route, routes.get(route)));
        String place = at.line() == 0 ? "" : " (" + at.file() + ":" + at.line() + ")";
        return "route " + TestChecks.name(routes.get(route), route) + place;
    }

    /// The most telling place of a route's match.
    private String match(int route) {
        String at = KeyPath.key(KeyPath.route(route, routes.get(route)), "match");
        MatchConfig match = routes.get(route).match();
        String path = KeyPath.key(at, match.path().isPresent() ? "path" : "path-regex");
        return checks.says(path)
                ? path
                : checks.says(at) ? at : KeyPath.route(route, routes.get(route));
    }
}
