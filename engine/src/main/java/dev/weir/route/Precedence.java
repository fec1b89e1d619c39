package dev.weir.route;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Which of several matching routes of the same host takes a request: the order of the Kubernetes Gateway API.
///
/// By the path first: most literal segments, of as many an exact path before a prefix, of prefixes the one with more segments.
/// That is "exact, then longest prefix", and says for patterns with `*` and `{name}` that a literal segment is more precise. Then
/// regular expressions, then routes that say nothing about the path. Of equals, one that names methods, then most
/// headers, then most query parameters, then the order of the file.
final class Precedence {
    private static final Comparator<MatchConfig> MORE_PRECISE =
            Comparator.comparingInt(Precedence::kind)
                    .thenComparing(Precedence::literals, Comparator.reverseOrder())
                    .thenComparing(match -> match.path().isPresent() && match.path().get().prefix())
                    .thenComparing(Precedence::segments, Comparator.reverseOrder())
                    .thenComparing(match -> match.methods().isEmpty())
                    .thenComparing(match -> match.headers().size(), Comparator.reverseOrder())
                    .thenComparing(match -> match.query().size(), Comparator.reverseOrder());

    private Precedence() {}

    /// The routes' numbers, the most precise first.
    static int[] order(List<RouteConfig> routes) {
        return IntStream.range(0, routes.size())
                .boxed()
                .sorted(
                        Comparator.<Integer, MatchConfig>comparing(
                                        route -> routes.get(route).match(), MORE_PRECISE)
                                .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static int kind(MatchConfig match) {
        return match.path().isPresent() ? 0 : match.pathRegex().isPresent() ? 1 : 2;
    }

    private static int segments(MatchConfig match) {
        return match.path().map(path -> path.segments().size()).orElse(0);
    }

    private static long literals(MatchConfig match) {
        return match.path()
                .map(
                        path ->
                                path.segments().stream()
                                        .filter(PathPattern.Segment.Literal.class::isInstance)
                                        .count())
                .orElse(0L);
    }
}
