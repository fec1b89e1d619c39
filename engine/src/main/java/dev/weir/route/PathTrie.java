package dev.weir.route;

import dev.weir.exchange.Exchange;
import dev.weir.http.RequestHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The routes of one host by their paths, a node per segment. Routes have a rank, their place in the order of
/// [Precedence] (0 is the most precise), so that finding the best one needs no order of the search: the lowest rank that
/// matches wins, and branches that hold no lower rank than the one found are not entered. Immutable.
///
/// What a look-up touches is kept together and what is empty is shared: with many routes the price of a look-up is the
/// lines of memory that it needs.
///
/// Routes with a regular expression are asked one after the other, after all patterns have failed.
final class PathTrie {
    private static final BytesTable<Node> NO_NODES = new BytesTable<>(Map.of());
    private static final RankedRoute[] NO_ROUTES = {};

    /// More than any rank.
    private static final int NO_RANK = Integer.MAX_VALUE;

    private final Node root;

    /// Routes without a pattern, in the order of rank; higher than those of all patterns.
    private final RankedRoute[] others;

    private PathTrie(Node root, RankedRoute[] others) {
        this.root = root;
        this.others = others;
    }

    private static final class Node {
        private final BytesTable<Node> literals;
        private final @Nullable Node any;

        /// Routes whose patterns end here, and those that end here with `/**`, in the order of rank.
        private final RankedRoute[] exact;

        private final RankedRoute[] prefixes;

        /// The lowest rank here and below.
        private final int lowest;

        Node(Draft draft) {
            Map<String, Node> frozen = new LinkedHashMap<>();
            draft.literals.forEach((text, child) -> frozen.put(text, new Node(child)));
            literals = frozen.isEmpty() ? NO_NODES : new BytesTable<>(frozen);
            any = draft.any == null ? null : new Node(draft.any);
            exact = array(draft.exact);
            prefixes = array(draft.prefixes);
            int least = any == null ? NO_RANK : any.lowest;
            for (Node child : frozen.values()) {
                least = Math.min(least, child.lowest);
            }
            least = exact.length == 0 ? least : Math.min(least, exact[0].rank());
            lowest = prefixes.length == 0 ? least : Math.min(least, prefixes[0].rank());
        }
    }

    /// A node while the trie is built.
    private static final class Draft {
        private final Map<String, Draft> literals = new LinkedHashMap<>();
        private @Nullable Draft any;
        private final List<RankedRoute> exact = new ArrayList<>();
        private final List<RankedRoute> prefixes = new ArrayList<>();
    }

    /// Collects routes for a trie; used by one thread.
    static final class Builder {
        private final Draft root = new Draft();
        private final List<RankedRoute> others = new ArrayList<>();

        /// Called in the order of rank.
        void add(MatchConfig match, RankedRoute route) {
            match.path().ifPresentOrElse(path -> add(path, route), () -> others.add(route));
        }

        private void add(PathPattern path, RankedRoute route) {
            Draft draft = root;
            for (PathPattern.Segment segment : path.segments()) {
                switch (segment) {
                    case PathPattern.Segment.Literal literal ->
                            draft =
                                    draft.literals.computeIfAbsent(
                                            literal.normalised(), _ -> new Draft());
                    case PathPattern.Segment.Any _ -> {
                        Draft any = draft.any == null ? new Draft() : draft.any;
                        draft.any = any;
                        draft = any;
                    }
                }
            }
            (path.prefix() ? draft.prefixes : draft.exact).add(route);
        }

        PathTrie build() {
            return new PathTrie(new Node(root), array(others));
        }
    }

    private static RankedRoute[] array(List<RankedRoute> routes) {
        return routes.isEmpty()
                ? NO_ROUTES
                : routes.stream().distinct().toArray(RankedRoute[]::new);
    }

    /// The route of the lowest rank whose path and conditions match, or null. Called on event loops; does not
    /// allocate, but for what the conditions do.
    @Nullable RankedRoute find(Exchange exchange) {
        RequestHead head = exchange.request();
        byte[] bytes = head.bytes();
        int start = head.pathStart();
        int end = head.pathEnd();
        RankedRoute best = null;
        if (start < end && bytes[start] == '/') {
            best = find(root, Segments.first(start, end), null, exchange);
        }
        return best == null ? better(others, null, exchange) : best;
    }

    private static @Nullable RankedRoute find(
            Node node, int position, @Nullable RankedRoute found, Exchange exchange) {
        RankedRoute best = better(node.prefixes, found, exchange);
        RequestHead head = exchange.request();
        byte[] bytes = head.bytes();
        int pathEnd = head.pathEnd();
        if (position == pathEnd) {
            return better(node.exact, best, exchange);
        }
        if (node.literals == NO_NODES && node.any == null) {
            return best;
        }
        // One look at each byte: where the name ends, and its hash.
        int hash = 0;
        int nameEnd = position + 1;
        while (nameEnd < pathEnd && bytes[nameEnd] != '/' && bytes[nameEnd] != ';') {
            hash = BytesTable.add(hash, bytes[nameEnd]);
            nameEnd++;
        }
        int end = Segments.next(bytes, nameEnd - 1, pathEnd);
        Node literal = node.literals.get(hash, bytes, position + 1, nameEnd);
        if (literal != null && literal.lowest < rank(best)) {
            best = find(literal, end, best, exchange);
        }
        Node any = node.any;
        if (any != null && any.lowest < rank(best) && nameEnd > position + 1) {
            best = find(any, end, best, exchange);
        }
        return best;
    }

    private static int rank(@Nullable RankedRoute route) {
        return route == null ? NO_RANK : route.rank();
    }

    /// The first of these routes that is better than the one found and whose conditions hold, or the one found.
    private static @Nullable RankedRoute better(
            RankedRoute[] routes, @Nullable RankedRoute found, Exchange exchange) {
        int rank = rank(found);
        for (RankedRoute route : routes) {
            if (route.rank() >= rank) {
                break;
            }
            if (route.conditions().hold(exchange)) {
                return route;
            }
        }
        return found;
    }

    /// Names every route whose path matches, in no order, whatever its conditions say. Not for every request.
    void matching(RequestHead head, Consumer<RankedRoute> found) {
        int start = head.pathStart();
        int end = head.pathEnd();
        if (start < end && head.bytes()[start] == '/') {
            matching(root, head, Segments.first(start, end), found);
        }
        for (RankedRoute route : others) {
            found.accept(route);
        }
    }

    private static void matching(
            Node node, RequestHead head, int position, Consumer<RankedRoute> found) {
        for (RankedRoute route : node.prefixes) {
            found.accept(route);
        }
        if (position == head.pathEnd()) {
            for (RankedRoute route : node.exact) {
                found.accept(route);
            }
            return;
        }
        int end = Segments.next(head.bytes(), position, head.pathEnd());
        int nameEnd = Segments.nameEnd(head.bytes(), position, end);
        Node literal = node.literals.get(head.bytes(), position + 1, nameEnd);
        if (literal != null) {
            matching(literal, head, end, found);
        }
        if (node.any != null && nameEnd > position + 1) {
            matching(node.any, head, end, found);
        }
    }
}
