package dev.weir.route;

import dev.weir.exchange.Exchange;
import dev.weir.http.RequestHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The routes of one host by their paths, a node per segment. Routes are told apart by rank, their place in the order
/// of [Precedence] (0 is the most precise), so that finding the best one needs no order of the search: the lowest rank that
/// matches wins, and branches that hold no lower rank than the one found are not entered. Immutable.
///
/// Routes with a regular expression are asked one after the other, after all patterns have failed.
final class PathTrie {
    /// More than any rank.
    static final int NONE = Integer.MAX_VALUE;

    private static final int[] NO_RANKS = {};

    private final Node root;

    /// Routes without a pattern, in the order of rank; higher than those of all patterns.
    private final int[] others;

    private PathTrie(Node root, int[] others) {
        this.root = root;
        this.others = others;
    }

    private static final class Node {
        private final BytesTable<Node> literals;
        private final @Nullable Node any;

        /// Ranks of the patterns that end here, and of those that end here with `/**`, ascending.
        private final int[] exact;

        private final int[] prefixes;

        /// The lowest rank here and below.
        private final int lowest;

        Node(Draft draft) {
            Map<String, Node> frozen = new LinkedHashMap<>();
            draft.literals.forEach((text, child) -> frozen.put(text, new Node(child)));
            literals = new BytesTable<>(frozen);
            any = draft.any == null ? null : new Node(draft.any);
            exact = sorted(draft.exact);
            prefixes = sorted(draft.prefixes);
            int least = any == null ? NONE : any.lowest;
            for (Node child : frozen.values()) {
                least = Math.min(least, child.lowest);
            }
            least = exact.length == 0 ? least : Math.min(least, exact[0]);
            lowest = prefixes.length == 0 ? least : Math.min(least, prefixes[0]);
        }
    }

    /// A node while the trie is built.
    private static final class Draft {
        private final Map<String, Draft> literals = new LinkedHashMap<>();
        private @Nullable Draft any;
        private final List<Integer> exact = new ArrayList<>();
        private final List<Integer> prefixes = new ArrayList<>();
    }

    /// Collects routes for a trie; used by one thread.
    static final class Builder {
        private final Draft root = new Draft();
        private final List<Integer> others = new ArrayList<>();

        void add(MatchConfig match, int rank) {
            match.path().ifPresentOrElse(path -> add(path, rank), () -> others.add(rank));
        }

        private void add(PathPattern path, int rank) {
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
            (path.prefix() ? draft.prefixes : draft.exact).add(rank);
        }

        PathTrie build() {
            return new PathTrie(new Node(root), sorted(others));
        }
    }

    private static int[] sorted(List<Integer> ranks) {
        return ranks.isEmpty()
                ? NO_RANKS
                : ranks.stream().mapToInt(Integer::intValue).distinct().sorted().toArray();
    }

    /// The lowest rank whose path and conditions match, or [#NONE]. Called on event loops; does not allocate, but
    /// for what the conditions do.
    ///
    /// @param conditions by rank
    int find(Exchange exchange, Conditions[] conditions) {
        RequestHead head = exchange.request();
        byte[] bytes = head.bytes();
        int start = head.pathStart();
        int end = head.pathEnd();
        int best = NONE;
        if (start < end && bytes[start] == '/') {
            best = find(root, Segments.first(start, end), NONE, exchange, conditions);
        }
        return best == NONE ? first(others, NONE, exchange, conditions) : best;
    }

    private static int find(
            Node node, int position, int best, Exchange exchange, Conditions[] conditions) {
        int lowest = first(node.prefixes, best, exchange, conditions);
        RequestHead head = exchange.request();
        int pathEnd = head.pathEnd();
        if (position == pathEnd) {
            return first(node.exact, lowest, exchange, conditions);
        }
        byte[] bytes = head.bytes();
        int end = Segments.next(bytes, position, pathEnd);
        int nameEnd = Segments.nameEnd(bytes, position, end);
        Node literal = node.literals.get(bytes, position + 1, nameEnd);
        if (literal != null && literal.lowest < lowest) {
            lowest = find(literal, end, lowest, exchange, conditions);
        }
        Node any = node.any;
        if (any != null && any.lowest < lowest && nameEnd > position + 1) {
            lowest = find(any, end, lowest, exchange, conditions);
        }
        return lowest;
    }

    /// The first of these ranks that is below the best one and whose conditions hold, or the best one.
    private static int first(int[] ranks, int best, Exchange exchange, Conditions[] conditions) {
        for (int rank : ranks) {
            if (rank >= best) {
                break;
            }
            if (conditions[rank].hold(exchange)) {
                return rank;
            }
        }
        return best;
    }

    /// Names every rank whose path matches, in no order, whatever its conditions say. Not for every request.
    void matching(RequestHead head, IntConsumer found) {
        int start = head.pathStart();
        int end = head.pathEnd();
        if (start < end && head.bytes()[start] == '/') {
            matching(root, head, Segments.first(start, end), found);
        }
        for (int rank : others) {
            found.accept(rank);
        }
    }

    private static void matching(Node node, RequestHead head, int position, IntConsumer found) {
        for (int rank : node.prefixes) {
            found.accept(rank);
        }
        if (position == head.pathEnd()) {
            for (int rank : node.exact) {
                found.accept(rank);
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
