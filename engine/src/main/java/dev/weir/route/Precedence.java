package dev.weir.route;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/// Which of several matching routes of the same host takes a request: the order of the Kubernetes Gateway API.
///
/// By the path first: most literal segments, of as many an exact path before a prefix, of prefixes the one with more segments.
/// That is "exact, then longest prefix", and says for patterns with `*` and `{name}` that a literal segment is more precise. Then
/// regular expressions, then routes that say nothing about the path. Of equals, one that names methods, then most
/// headers, then most query parameters, then the order of the file.
final class Precedence {
    /// One of the things that decide, and how it is said of the more precise one of two.
    ///
    /// @param rank less of the more precise one
    private record Criterion(
            ToLongFunction<MatchConfig> rank, BiFunction<MatchConfig, MatchConfig, String> says) {
        /// More is more precise.
        static Criterion most(ToLongFunction<MatchConfig> number, String what) {
            return new Criterion(
                    match -> -number.applyAsLong(match),
                    (first, second) ->
                            "it has more "
                                    + what
                                    + ": "
                                    + number.applyAsLong(first)
                                    + " against "
                                    + number.applyAsLong(second));
        }

        /// True is less precise.
        static Criterion not(Predicate<MatchConfig> imprecise, String says) {
            return new Criterion(match -> imprecise.test(match) ? 1 : 0, (_, _) -> says);
        }

        int compare(MatchConfig first, MatchConfig second) {
            return Long.compare(rank.applyAsLong(first), rank.applyAsLong(second));
        }
    }

    private static final List<Criterion> CRITERIA =
            List.of(
                    new Criterion(
                            Precedence::kind,
                            (first, second) ->
                                    "it has a "
                                            + (kind(first) == 0 ? "path" : "path-regex")
                                            + ", and this one "
                                            + (kind(second) == 1 ? "a path-regex" : "none")),
                    Criterion.most(Precedence::literals, "literal segments"),
                    Criterion.not(
                            match -> match.path().isPresent() && match.path().get().prefix(),
                            "its path is exact, and this one a prefix"),
                    Criterion.most(Precedence::segments, "segments"),
                    Criterion.not(match -> match.methods().isEmpty(), "it names methods"),
                    Criterion.most(match -> match.headers().size(), "conditions on headers"),
                    Criterion.most(match -> match.query().size(), "conditions on the query"));

    private Precedence() {}

    /// The routes' numbers, the most precise first, of equally precise ones the first in the list.
    static int[] order(List<RouteConfig> routes) {
        return IntStream.range(0, routes.size())
                .boxed()
                .sorted((one, other) -> compare(routes.get(one).match(), routes.get(other).match()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static int compare(MatchConfig first, MatchConfig second) {
        for (Criterion criterion : CRITERIA) {
            int order = criterion.compare(first, second);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /// What makes the first of two routes of the same host come before the second, as a part of a sentence about it.
    static String why(MatchConfig first, MatchConfig second) {
        for (Criterion criterion : CRITERIA) {
            if (criterion.compare(first, second) != 0) {
                return criterion.says.apply(first, second);
            }
        }
        return "it stands first in the file";
    }

    private static int kind(MatchConfig match) {
        return match.path().isPresent() ? 0 : match.pathRegex().isPresent() ? 1 : 2;
    }

    private static long segments(MatchConfig match) {
        return match.path().map(path -> (long) path.segments().size()).orElse(0L);
    }

    private static long literals(MatchConfig match) {
        long count = 0;
        if (match.path().isPresent()) {
            for (PathPattern.Segment segment : match.path().get().segments()) {
                count += segment instanceof PathPattern.Segment.Literal ? 1 : 0;
            }
        }
        return count;
    }
}
