package dev.weir.route;

import dev.weir.route.PathPattern.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds pairs of paths that cross: `/users/{id}/orders/**` and `/users/me/**` both match `/users/me/orders`, and neither is a part of the
/// other. Which wins is well defined and still often not what was meant. Thread-safe.
public final class Overlaps {
    /// So many pairs are compared, so that a file of ten thousand routes is read as fast as without.
    private static final int MOST_PAIRS = 200_000;

    /// Two routes that cross.
    ///
    /// @param loser the place of the one that does not get the requests that both match
    /// @param example such a request's path
    public record Overlap(int winner, int loser, String example) {}

    private Overlaps() {}

    /// The crossings, by the place of the route that loses. Routes that ask for more than host, path and methods are not looked at: they say
    /// themselves which requests they mean.
    public static List<Overlap> of(List<RouteConfig> routes) {
        Map<String, List<Integer>> hosts = new HashMap<>();
        for (int route : Precedence.order(routes)) {
            MatchConfig match = routes.get(route).match();
            if (match.path().isPresent() && plain(match)) {
                String key = match.host() + " " + match.listener();
                hosts.computeIfAbsent(key, _ -> new ArrayList<>()).add(route);
            }
        }
        List<Overlap> found = new ArrayList<>();
        hosts.values().forEach(ranked -> crossings(routes, ranked, found));
        found.sort(Comparator.comparingInt(Overlap::loser).thenComparing(Overlap::winner));
        return found;
    }

    private static boolean plain(MatchConfig match) {
        return match.headers().isEmpty()
                && match.query().isEmpty()
                && match.cookies().isEmpty()
                && match.clientIp().isEmpty();
    }

    private static void crossings(
            List<RouteConfig> routes, List<Integer> ranked, List<Overlap> found) {
        Set<String> shapes = new HashSet<>();
        ranked.forEach(route -> shapes.add(Shadows.shape(path(routes, route))));
        int pairs = 0;
        for (int i = 0; i < ranked.size(); i++) {
            PathPattern first = path(routes, ranked.get(i));
            if (!open(first)) {
                continue;
            }
            for (int j = i + 1; j < ranked.size() && pairs < MOST_PAIRS; j++) {
                pairs++;
                PathPattern second = path(routes, ranked.get(j));
                if (open(second)
                        && cross(first, second)
                        && Coverage.methodInBoth(
                                routes.get(ranked.get(i)).match(),
                                routes.get(ranked.get(j)).match())
                        && !shapes.contains(Shadows.shape(both(first, second)))) {
                    found.add(
                            new Overlap(
                                    ranked.get(i), ranked.get(j), example(both(first, second))));
                }
            }
        }
    }

    private static PathPattern path(List<RouteConfig> routes, int route) {
        return routes.get(route).match().path().orElseThrow();
    }

    /// Whether it matches more than one path.
    private static boolean open(PathPattern path) {
        return path.prefix() || path.segments().stream().anyMatch(Segment.Any.class::isInstance);
    }

    /// Whether some path matches both, and each is the narrower one somewhere.
    static boolean cross(PathPattern one, PathPattern other) {
        int shorter = Math.min(one.segments().size(), other.segments().size());
        boolean oneNarrower = false;
        boolean otherNarrower = false;
        for (int i = 0; i < shorter; i++) {
            boolean oneSays = one.segments().get(i) instanceof Segment.Literal;
            boolean otherSays = other.segments().get(i) instanceof Segment.Literal;
            if (!meet(one.segments().get(i), other.segments().get(i))) {
                return false;
            }
            oneNarrower |= oneSays && !otherSays;
            otherNarrower |= otherSays && !oneSays;
        }
        int more = one.segments().size() - other.segments().size();
        if (more > 0 && !other.prefix() || more < 0 && !one.prefix()) {
            return false;
        }
        oneNarrower |= more > 0 || !one.prefix() && other.prefix();
        otherNarrower |= more < 0 || !other.prefix() && one.prefix();
        return oneNarrower && otherNarrower;
    }

    /// Whether one segment of a path can match both. A trailing slash is an empty one, which only itself matches.
    private static boolean meet(Segment one, Segment other) {
        String first = one instanceof Segment.Literal literal ? literal.normalised() : "*";
        String second = other instanceof Segment.Literal literal ? literal.normalised() : "*";
        return first.equals(second)
                || first.equals("*") && !second.isEmpty()
                || second.equals("*") && !first.isEmpty();
    }

    /// What both match.
    private static PathPattern both(PathPattern one, PathPattern other) {
        PathPattern longer = one.segments().size() >= other.segments().size() ? one : other;
        PathPattern shorter = longer == one ? other : one;
        List<Segment> segments = new ArrayList<>(longer.segments());
        for (int i = 0; i < shorter.segments().size(); i++) {
            if (shorter.segments().get(i) instanceof Segment.Literal said) {
                segments.set(i, said);
            }
        }
        return new PathPattern(segments, one.prefix() && other.prefix());
    }

    private static String example(PathPattern path) {
        StringBuilder example = new StringBuilder();
        for (Segment segment : path.segments()) {
            example.append('/')
                    .append(
                            switch (segment) {
                                case Segment.Literal literal -> literal.text();
                                case Segment.Any any -> any.name().isEmpty() ? "x" : any.name();
                            });
        }
        return example.isEmpty() ? "/" : example.toString();
    }
}
