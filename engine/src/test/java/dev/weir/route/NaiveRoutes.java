package dev.weir.route;

import dev.weir.exchange.Exchange;
import dev.weir.http.RequestHead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The rules of matching once more, one route after the other with texts and lists, as the reference page says them.
public final class NaiveRoutes {
    private NaiveRoutes() {}

    public static int find(List<RouteConfig> routes, Exchange exchange) {
        String host = exchange.request().host();
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < routes.size(); i++) {
            if (matches(routes.get(i).match(), exchange)) {
                found.add(i);
            }
        }
        Function<Integer, MatchConfig> match = i -> routes.get(i).match();
        return found.stream()
                .min(
                        Comparator.<Integer>comparingInt(i -> -host(match.apply(i), host))
                                .thenComparing(i -> path(match.apply(i)), NaiveRoutes::precise)
                                .thenComparing(i -> match.apply(i).methods().isEmpty() ? 1 : 0)
                                .thenComparing(i -> -match.apply(i).headers().size())
                                .thenComparing(i -> -match.apply(i).query().size())
                                .thenComparing(i -> i))
                .orElse(-1);
    }

    private static boolean matches(MatchConfig match, Exchange exchange) {
        RequestHead head = exchange.request();
        return host(match, head.host()) >= 0
                && (match.path().isEmpty() || path(match.path().get().toString(), head.path()))
                && (match.pathRegex().isEmpty()
                        || match.pathRegex().get().matches(head.path().replaceAll(";[^/]*", "")))
                && (match.methods().isEmpty() || match.methods().contains(head.method()))
                && (match.listener().isEmpty()
                        || match.listener().get().equals(exchange.listener()))
                && all(match.headers(), name -> head.headers().get(name))
                && all(match.query(), head::queryParameter)
                && all(match.cookies(), head::cookie);
    }

    private static boolean all(Map<String, ValueMatch> wanted, Function<String, String> values) {
        return wanted.entrySet().stream()
                .allMatch(
                        entry -> {
                            String value = values.apply(entry.getKey());
                            return switch (entry.getValue()) {
                                case ValueMatch.Present(boolean there) -> there == (value != null);
                                case ValueMatch.Exactly(String text) -> text.equals(value);
                                case ValueMatch.Regex regex ->
                                        value != null && regex.pattern().matches(value);
                            };
                        });
    }

    /// A thousand for the host itself, the length of a wildcard, 0 for none, -1 if it does not match.
    private static int host(MatchConfig match, String host) {
        if (match.host().isEmpty()) {
            return 0;
        }
        int best = -1;
        for (HostPattern pattern : match.host()) {
            if (!pattern.wildcard() && pattern.name().equals(host)) {
                best = 1000;
            } else if (pattern.wildcard() && host.matches(".+\\." + pattern.name())) {
                best = Math.max(best, pattern.name().length());
            }
        }
        return best;
    }

    private static boolean path(String pattern, String path) {
        boolean prefix = pattern.endsWith("/**");
        List<String> wanted = segments(prefix ? pattern.replaceAll("/\\*\\*$", "") : pattern);
        List<String> found = segments(path.replaceAll(";[^/]*", ""));
        if (prefix ? found.size() < wanted.size() : found.size() != wanted.size()) {
            return false;
        }
        for (int i = 0; i < wanted.size(); i++) {
            boolean any = wanted.get(i).matches("\\*|\\{.*\\}") && !found.get(i).isEmpty();
            if (!any && !wanted.get(i).equals(found.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static List<String> segments(String path) {
        return path.isEmpty() || path.equals("/")
                ? List.of()
                : Arrays.asList(path.substring(1).split("/", -1));
    }

    private static String path(MatchConfig match) {
        return match.path()
                .map(PathPattern::toString)
                .orElse(match.pathRegex().isPresent() ? "regex" : "");
    }

    private static int precise(String one, String other) {
        return Arrays.compare(precision(one), precision(other));
    }

    /// Kind, literal segments, exact before prefix, segments: less is more precise.
    private static int[] precision(String pattern) {
        if (!pattern.startsWith("/")) {
            return new int[] {pattern.isEmpty() ? 2 : 1, 0, 0, 0};
        }
        boolean prefix = pattern.endsWith("/**");
        List<String> segments = segments(prefix ? pattern.replaceAll("/\\*\\*$", "") : pattern);
        int literals = (int) segments.stream().filter(s -> !s.matches("\\*|\\{.*\\}")).count();
        return new int[] {0, -literals, prefix ? 1 : 0, -segments.size()};
    }
}
