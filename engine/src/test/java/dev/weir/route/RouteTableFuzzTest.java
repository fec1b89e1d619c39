package dev.weir.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.weir.exchange.Exchange;
import dev.weir.http.Requests;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RouteTableFuzzTest {
    private static final long SEED = 7_141_981;
    private static final int TABLES = 1_500;
    private static final int REQUESTS = 80;
    private static final int SAMPLE = 20;

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

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void findsWhatALinearSearchFinds() {
        int found = 0;
        int ambiguous = 0;
        for (int t = 0; t < TABLES; t++) {
            List<RouteConfig> routes = new ArrayList<>();
            for (int i = 1 + random.nextInt(30); i > 0; i--) {
                routes.add(RouteConfig.to("a").withMatch(match()));
            }
            RouteTable table = new RouteTable(routes);
            for (int r = 0; r < REQUESTS; r++) {
                Exchange exchange = request();
                int expected = NaiveRoutes.find(routes, exchange);
                assertThat(table.find(exchange))
                        .as(() -> described(exchange, routes))
                        .isEqualTo(expected);
                found += expected >= 0 ? 1 : 0;
                // Every route of every table is slow; a sample of tables shows it as well.
                if (t % SAMPLE == 0) {
                    ambiguous += refusalsAgree(table, routes, exchange) > 1 ? 1 : 0;
                }
            }
        }
        int pairs = TABLES * REQUESTS;
        assertThat(found).as("requests with a route").isBetween(pairs / 3, pairs * 49 / 50);
        assertThat(ambiguous).as("requests with several").isGreaterThan(pairs / SAMPLE / 6);
    }

    private static String described(Exchange exchange, List<RouteConfig> routes) {
        return "seed %d: %s %s%s among %s"
                .formatted(
                        SEED,
                        exchange.request().method(),
                        exchange.request().host(),
                        exchange.request().path(),
                        routes.stream().map(RouteConfig::match).toList());
    }

    /// How many routes match by what they say about their refusals.
    private static int refusalsAgree(
            RouteTable table, List<RouteConfig> routes, Exchange exchange) {
        int matching = 0;
        for (int i = 0; i < routes.size(); i++) {
            boolean alone = NaiveRoutes.find(List.of(routes.get(i)), exchange) == 0;
            assertThat(table.refusal(i, exchange).isEmpty()).as("route %d", i).isEqualTo(alone);
            matching += alone ? 1 : 0;
        }
        return matching;
    }

    private MatchConfig match() {
        List<HostPattern> hosts = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            hosts.add(HostPattern.parse(any(HOST_PATTERNS)));
        }
        int kind = random.nextInt(10);
        return new MatchConfig(
                hosts,
                kind < 8 ? Optional.of(PathPattern.parse(pattern())) : Optional.empty(),
                kind == 8 ? Optional.of(Pattern.compile(any(REGEXES))) : Optional.empty(),
                random.nextInt(3) == 0 ? List.of(any(METHODS), any(METHODS)) : List.of(),
                values(),
                values(),
                random.nextInt(8) == 0 ? values() : Map.of(),
                List.of(),
                random.nextInt(20) == 0 ? Optional.of("web") : Optional.empty());
    }

    private Map<String, ValueMatch> values() {
        Map<String, ValueMatch> values = new LinkedHashMap<>();
        for (int i = Math.max(0, random.nextInt(5) - 2); i > 0; i--) {
            values.put(
                    any(new String[] {"k", "l"}),
                    switch (random.nextInt(4)) {
                        case 0 -> new ValueMatch.Present(random.nextBoolean());
                        case 1 -> new ValueMatch.Regex(Pattern.compile("[12]"));
                        default -> ValueMatch.of(any(VALUES));
                    });
        }
        return values;
    }

    private String pattern() {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            out.append('/').append(any(SEGMENTS));
        }
        out.append(
                switch (random.nextInt(5)) {
                    case 0, 1 -> "/**";
                    case 2 -> "/";
                    default -> "";
                });
        return out.isEmpty() ? "/" : out.toString();
    }

    private Exchange request() {
        StringBuilder target = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            target.append(any(PATHS));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            target.append(target.indexOf("?") < 0 ? '?' : '&');
            target.append(any(new String[] {"k", "l"})).append('=').append(any(VALUES));
        }
        List<String> fields = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            fields.add(any(new String[] {"k", "L"}) + ": " + any(VALUES));
        }
        if (random.nextInt(4) == 0) {
            fields.add("Cookie: k=" + any(VALUES) + "; l=" + any(VALUES));
        }
        return Requests.of(
                any(METHODS), any(HOSTS), target.toString(), fields.toArray(String[]::new));
    }

    private String any(String[] choice) {
        return choice[random.nextInt(choice.length)];
    }
}
