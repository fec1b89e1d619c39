package dev.weir.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.exchange.Exchange;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What is said of routes that hinder each other, against the table that decides.
class ShadowsTest {
    private static final long SEED = 20_261_122;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final RouteCases cases = new RouteCases(random::nextInt);

    @Test
    void noRequestEverReachesARouteThatIsSaidToBeShadowed() {
        int shadows = 0;
        int asked = 0;
        for (int t = 0; t < 2_000; t++) {
            List<RouteConfig> routes = cases.routes();
            Map<Integer, Shadows.Shadow> found =
                    Shadows.of(routes).stream()
                            .collect(Collectors.toMap(Shadows.Shadow::route, one -> one));
            shadows += found.size();
            RouteTable table = new RouteTable(routes);
            for (int r = 0; r < 60 && !found.isEmpty(); r++) {
                Exchange exchange = cases.request();
                int taken = table.find(exchange);
                asked++;
                assertThat(found)
                        .as("seed %d: route %d of %s", SEED, taken, routes)
                        .doesNotContainKey(taken);
            }
        }
        assertThat(shadows).isGreaterThan(500);
        assertThat(asked).isGreaterThan(10_000);
    }

    @Test
    void theExampleOfACrossingMatchesBothAndTheWinnerComesFirst() {
        int crossings = 0;
        for (int t = 0; t < 4_000; t++) {
            List<RouteConfig> routes = cases.routes();
            for (Overlaps.Overlap overlap : Overlaps.of(routes)) {
                List<RouteConfig> two =
                        overlap.winner() < overlap.loser()
                                ? List.of(
                                        anyMethod(routes, overlap.winner()),
                                        anyMethod(routes, overlap.loser()))
                                : List.of(
                                        anyMethod(routes, overlap.loser()),
                                        anyMethod(routes, overlap.winner()));
                RouteTable table = new RouteTable(two);
                Exchange exchange = dev.weir.http.Requests.of("GET", "any.org", overlap.example());
                assertThat(table.refusal(0, exchange)).as("%s %s", overlap, two).isEmpty();
                assertThat(table.refusal(1, exchange)).as("%s %s", overlap, two).isEmpty();
                crossings++;
            }
        }
        assertThat(crossings).isGreaterThan(200);
    }

    private static RouteConfig anyMethod(List<RouteConfig> routes, int route) {
        return RouteConfig.to("a")
                .withMatch(
                        MatchConfig.DEFAULTS.withPath(
                                routes.get(route).match().path().orElseThrow()));
    }

    @Test
    void findsNothingInRoutesThatEachHaveRequestsOfTheirOwn() {
        List<RouteConfig> routes =
                List.of(
                        RouteConfig.to("a"),
                        RouteConfig.to("a").withPath("/a/**"),
                        RouteConfig.to("a").withPath("/a/{id}"),
                        RouteConfig.to("a").withPath("/a/b"),
                        RouteConfig.to("a").withPath("/a/b/**"),
                        RouteConfig.to("a")
                                .withMatch(MatchConfig.DEFAULTS.withHost("*.example.com")),
                        RouteConfig.to("a")
                                .withMatch(MatchConfig.DEFAULTS.withHost("a.example.com")));
        assertThat(Shadows.of(routes)).isEmpty();
        assertThat(Overlaps.of(routes)).isEmpty();
    }
}
