package dev.weir.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.exchange.Exchange;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RouteTableFuzzTest {
    private static final long SEED = 7_141_981;
    private static final int TABLES = 1_500;
    private static final int REQUESTS = 80;
    private static final int SAMPLE = 20;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final RouteCases cases = new RouteCases(random::nextInt);

    @Test
    void findsWhatALinearSearchFinds() {
        int found = 0;
        int ambiguous = 0;
        for (int t = 0; t < TABLES; t++) {
            List<RouteConfig> routes = cases.routes();
            RouteTable table = new RouteTable(routes);
            for (int r = 0; r < REQUESTS; r++) {
                Exchange exchange = cases.request();
                int expected = NaiveRoutes.find(routes, exchange);
                assertThat(table.find(exchange))
                        .as(() -> described(exchange, routes))
                        .isEqualTo(expected);
                found += expected >= 0 ? 1 : 0;
                assertThat(explained(table, exchange))
                        .as(() -> described(exchange, routes))
                        .isEqualTo(expected);
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

    /// The route that the explanation says wins: the first candidate whose conditions hold.
    private static int explained(RouteTable table, Exchange exchange) {
        return table.candidates(exchange).stream()
                .filter(candidate -> candidate.refusal().isEmpty())
                .mapToInt(Candidate::route)
                .findFirst()
                .orElse(-1);
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
}
