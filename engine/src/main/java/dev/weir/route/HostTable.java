package dev.weir.route;

import dev.weir.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The routes by their hosts. A request's host stands under itself, under every wildcard for it, the longest first, and
/// under none. A dot at the end of a host, which says that a name is fully qualified, does not count. Immutable.
final class HostTable {
    private final BytesTable<PathTrie> exact;

    /// By the text behind `*.`.
    private final BytesTable<PathTrie> wildcards;

    /// Suffixes longer than this need no look-up, so that a host of thousands of labels costs no more than one of usual length.
    private final int longestWildcard;

    private final PathTrie none;

    HostTable(List<RouteConfig> routes) {
        Map<String, PathTrie.Builder> exactly = new LinkedHashMap<>();
        Map<String, PathTrie.Builder> below = new LinkedHashMap<>();
        PathTrie.Builder anywhere = new PathTrie.Builder();
        int[] order = Precedence.order(routes);
        for (int rank = 0; rank < order.length; rank++) {
            MatchConfig match = routes.get(order[rank]).match();
            RankedRoute route =
                    new RankedRoute(
                            rank, order[rank], Conditions.of(match), NamedSegments.of(match));
            for (HostPattern host : match.host()) {
                (host.wildcard() ? below : exactly)
                        .computeIfAbsent(host.name(), _ -> new PathTrie.Builder())
                        .add(match, route);
            }
            if (match.host().isEmpty()) {
                anywhere.add(match, route);
            }
        }
        exact = table(exactly);
        wildcards = table(below);
        longestWildcard = below.keySet().stream().mapToInt(String::length).max().orElse(0);
        none = anywhere.build();
    }

    private static BytesTable<PathTrie> table(Map<String, PathTrie.Builder> builders) {
        return new BytesTable<>(
                builders.entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey, entry -> entry.getValue().build())));
    }

    /// The routes for just this host, or null.
    @Nullable PathTrie exact(RequestHead head) {
        return exact.get(head.bytes(), head.hostStart(), end(head));
    }

    /// The routes for any host.
    PathTrie none() {
        return none;
    }

    /// The dot before the longest suffix at or behind an index that a wildcard may stand before, or -1. For [#wildcard].
    int nextDot(RequestHead head, int from) {
        int end = end(head);
        for (int i = Math.max(from, end - longestWildcard - 1); i < end; i++) {
            if (head.bytes()[i] == '.' && i > head.hostStart()) {
                return i;
            }
        }
        return -1;
    }

    /// The routes for a wildcard before a dot, or null.
    @Nullable PathTrie wildcard(RequestHead head, int dot) {
        return wildcards.get(head.bytes(), dot + 1, end(head));
    }

    /// The routes that stand under one pattern. Immutable.
    ///
    /// @param host the pattern; empty for any host
    record Under(String host, PathTrie trie) {}

    /// All that the request's host stands under, in the order of precedence. Not for every request.
    List<Under> all(RequestHead head) {
        List<Under> found = new ArrayList<>();
        PathTrie host = exact(head);
        if (host != null) {
            found.add(new Under(text(head, head.hostStart()), host));
        }
        for (int dot = nextDot(head, head.hostStart()); dot >= 0; dot = nextDot(head, dot + 1)) {
            PathTrie wildcard = wildcard(head, dot);
            if (wildcard != null) {
                found.add(new Under("*" + text(head, dot), wildcard));
            }
        }
        found.add(new Under("", none));
        return found;
    }

    private static String text(RequestHead head, int from) {
        return new String(head.bytes(), from, end(head) - from, StandardCharsets.US_ASCII);
    }

    private static int end(RequestHead head) {
        int end = head.hostEnd();
        return end > head.hostStart() && head.bytes()[end - 1] == '.' ? end - 1 : end;
    }
}
