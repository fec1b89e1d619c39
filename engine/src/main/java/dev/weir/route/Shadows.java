package dev.weir.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds routes that no request reaches, because others which come first take all that they match. Cautious: two routes that only together
/// cover a third are not seen, nor are the rarer ways in which one regular expression covers another. For one list of routes; confined to a
/// thread.
public final class Shadows {
    /// So many routes with one host and one path are compared with each other; more would take longer than they are worth.
    private static final int MOST_ALIKE = 500;

    private static final Set<String> ANY_PATH = Set.of(".*", "/.*", "(.*)", "(/.*)");
    private static final String EVERY_PATH = "/**";
    private static final String NO_PATH = "";
    private static final String REGEX = "~";

    /// A route that is never taken.
    ///
    /// @param route its place in the list
    /// @param by the place of one that takes its requests
    /// @param order whether the order of the file decides between the two
    /// @param same whether both match the same requests
    public record Shadow(int route, int by, boolean order, boolean same) {}

    private final List<RouteConfig> routes;
    private final int[] ranks;

    /// By host, then by shape of the path.
    private final Map<String, Map<String, List<Integer>>> hosts = new HashMap<>();

    private Shadows(List<RouteConfig> routes) {
        this.routes = routes;
        this.ranks = new int[routes.size()];
        int[] order = Precedence.order(routes);
        for (int rank = 0; rank < order.length; rank++) {
            ranks[order[rank]] = rank;
        }
        for (int rank = 0; rank < order.length; rank++) {
            MatchConfig match = routes.get(order[rank]).match();
            for (String host : hosts(match)) {
                hosts.computeIfAbsent(host, _ -> new HashMap<>())
                        .computeIfAbsent(shape(match), _ -> new ArrayList<>())
                        .add(order[rank]);
            }
        }
    }

    /// The routes that are never taken, in the order of the list.
    public static List<Shadow> of(List<RouteConfig> routes) {
        Shadows shadows = new Shadows(routes);
        List<Shadow> found = new ArrayList<>();
        for (int i = 0; i < routes.size(); i++) {
            shadows.find(i).ifPresent(found::add);
        }
        return found;
    }

    private static Set<String> hosts(MatchConfig match) {
        Set<String> hosts = new LinkedHashSet<>();
        match.host().forEach(host -> hosts.add(host.toString()));
        return hosts.isEmpty() ? Set.of("") : hosts;
    }

    /// The same for paths that match the same.
    private static String shape(MatchConfig match) {
        return match.path()
                .map(Shadows::shape)
                .orElseGet(
                        () ->
                                match.pathRegex()
                                        .map(regex -> REGEX + regex.pattern())
                                        .orElse(NO_PATH));
    }

    static String shape(PathPattern path) {
        StringBuilder shape = new StringBuilder();
        for (PathPattern.Segment segment : path.segments()) {
            shape.append('/')
                    .append(
                            segment instanceof PathPattern.Segment.Literal literal
                                    ? literal.normalised()
                                    : "*");
        }
        return path.prefix() ? shape.append("/**").toString() : shape.isEmpty() ? "/" : "" + shape;
    }

    /// Every host of a route must be taken away from it.
    private Optional<Shadow> find(int route) {
        MatchConfig match = routes.get(route).match();
        Optional<Shadow> first = Optional.empty();
        for (String host : hosts(match)) {
            Optional<Shadow> here = find(route, hosts.getOrDefault(host, Map.of()), match);
            if (here.isEmpty()) {
                return Optional.empty();
            }
            first = first.or(() -> here);
        }
        return first;
    }

    private Optional<Shadow> find(int route, Map<String, List<Integer>> shapes, MatchConfig match) {
        for (String shape : wider(match)) {
            List<Integer> alike = shapes.getOrDefault(shape, List.of());
            for (int other : alike.subList(0, Math.min(MOST_ALIKE, alike.size()))) {
                if (ranks[other] >= ranks[route]) {
                    break;
                }
                MatchConfig by = routes.get(other).match();
                if (Coverage.covers(by, match)) {
                    boolean alikePath = shape.equals(shape(match));
                    return Optional.of(
                            new Shadow(
                                    route,
                                    other,
                                    alikePath,
                                    alikePath
                                            && Coverage.covers(match, by)
                                            && hosts(by).equals(hosts(match))));
                }
            }
        }
        return Optional.empty();
    }

    /// The shapes of paths that match all that this one matches, and come no later.
    private static List<String> wider(MatchConfig match) {
        List<String> shapes = new ArrayList<>();
        if (match.path().isEmpty()) {
            shapes.add(EVERY_PATH);
            match.pathRegex().ifPresent(regex -> prefixes(regex.pattern(), shapes));
            ANY_PATH.forEach(any -> shapes.add(REGEX + any));
        }
        shapes.add(shape(match));
        return shapes;
    }

    /// The prefixes of which every path is that a regular expression matches: what stands before its first special character.
    private static void prefixes(String regex, List<String> shapes) {
        int plain = 0;
        while (plain < regex.length()
                && (Character.isLetterOrDigit(regex.charAt(plain))
                        || "/_-".indexOf(regex.charAt(plain)) >= 0)) {
            plain++;
        }
        boolean choice = regex.indexOf('|') >= 0;
        for (int slash = regex.indexOf('/', 1);
                slash > 0 && slash < plain - 1 && !choice;
                slash = regex.indexOf('/', slash + 1)) {
            shapes.add(regex.substring(0, slash) + "/**");
        }
    }
}
