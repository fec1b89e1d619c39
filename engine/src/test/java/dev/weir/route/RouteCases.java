package dev.weir.route;

import com.google.re2j.Pattern;
import dev.weir.exchange.Exchange;
import dev.weir.http.Requests;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/// Routes and requests made of few pieces, so that they meet. Who asks chooses the pieces.
public final class RouteCases {
    private static final String[] HOST_PATTERNS = {
        "a.org", "b.a.org", "*.a.org", "*.b.a.org", "*.org", "c.net", "*.c.net"
    };
    private static final String[] HOSTS = {
        "a.org", "b.a.org", "x.b.a.org", "y.a.org", "z.org", "c.net", "x.c.net", "other", ""
    };
    private static final String[] SEGMENTS = {"a", "b", "ab", "*", "{x}", "{y}", "c%2Fd"};
    private static final String[] PATHS = {"/a", "/b", "/ab", "/c%2fd", "/a;p", "/", "/zz"};
    private static final String[] REGEXES = {"/a.*", "/[ab]", ".*b", "/a/b/.*"};
    private static final String[] METHODS = {"GET", "POST", "PUT", "PURGE"};
    private static final String[] VALUES = {"1", "2", "3"};

    private static final int MOST_ROUTES = 30;

    private final IntUnaryOperator choice;

    /// @param choice gives a number below the one it gets
    public RouteCases(IntUnaryOperator choice) {
        this.choice = choice;
    }

    public List<RouteConfig> routes() {
        List<RouteConfig> routes = new ArrayList<>();
        for (int i = 1 + below(MOST_ROUTES); i > 0; i--) {
            routes.add(RouteConfig.to("a").withMatch(match()));
        }
        return routes;
    }

    private int below(int bound) {
        return choice.applyAsInt(bound);
    }

    private MatchConfig match() {
        List<HostPattern> hosts = new ArrayList<>();
        for (int i = below(3); i > 0; i--) {
            hosts.add(HostPattern.parse(any(HOST_PATTERNS)));
        }
        int kind = below(10);
        return new MatchConfig(
                hosts,
                kind < 8 ? Optional.of(PathPattern.parse(pattern())) : Optional.empty(),
                kind == 8 ? Optional.of(Pattern.compile(any(REGEXES))) : Optional.empty(),
                below(3) == 0 ? List.of(any(METHODS), any(METHODS)) : List.of(),
                values(),
                values(),
                below(8) == 0 ? values() : Map.of(),
                List.of(),
                below(20) == 0 ? Optional.of("web") : Optional.empty());
    }

    private Map<String, ValueMatch> values() {
        Map<String, ValueMatch> values = new LinkedHashMap<>();
        for (int i = Math.max(0, below(5) - 2); i > 0; i--) {
            values.put(
                    any(new String[] {"k", "l"}),
                    switch (below(4)) {
                        case 0 -> new ValueMatch.Present(below(2) == 0);
                        case 1 -> new ValueMatch.Regex(Pattern.compile("[12]"));
                        default -> ValueMatch.of(any(VALUES));
                    });
        }
        return values;
    }

    private String pattern() {
        StringBuilder out = new StringBuilder();
        for (int i = below(4); i > 0; i--) {
            out.append('/').append(any(SEGMENTS));
        }
        out.append(
                switch (below(5)) {
                    case 0, 1 -> "/**";
                    case 2 -> "/";
                    default -> "";
                });
        return out.isEmpty() ? "/" : out.toString();
    }

    public Exchange request() {
        StringBuilder target = new StringBuilder();
        for (int i = below(4); i >= 0; i--) {
            target.append(any(PATHS));
        }
        for (int i = below(3); i > 0; i--) {
            target.append(target.indexOf("?") < 0 ? '?' : '&');
            target.append(any(new String[] {"k", "l"})).append('=').append(any(VALUES));
        }
        List<String> fields = new ArrayList<>();
        for (int i = below(3); i > 0; i--) {
            fields.add(any(new String[] {"k", "L"}) + ": " + any(VALUES));
        }
        if (below(4) == 0) {
            fields.add("Cookie: k=" + any(VALUES) + "; l=" + any(VALUES));
        }
        return Requests.of(
                any(METHODS), any(HOSTS), target.toString(), fields.toArray(String[]::new));
    }

    private String any(String[] choice) {
        return choice[below(choice.length)];
    }
}
