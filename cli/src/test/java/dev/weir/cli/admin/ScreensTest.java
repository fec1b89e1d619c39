package dev.weir.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What the verbs print, from what the API tells.
class ScreensTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private static JsonNode json(String text) throws Exception {
        return AdminApi.JSON.readTree(text.replace('\'', '"'));
    }

    private static JsonNode picture() throws Exception {
        return json(
                """
                {'overview': {'version': '0.1.0', 'phase': 'serving', 'uptime_ms': 3720000,
                   'configuration': {'version': 3, 'since': '2026-11-22T11:00:00Z', 'source': 'weir.yaml'},
                   'totals': {'in_flight': 7, 'connections': 12},
                   'needs_attention': [{'severity': 'warning', 'about': 'users/b:1', 'text': 'connect \\u001b[31m refused'}]},
                 'services': {
                   'users': {'service': {}, 'endpoints': {
                      'a:1': {'state': 'ready', 'health': 'up', 'in_flight': 2, 'weight': 1},
                      'b:1': {'state': 'ready', 'health': 'down', 'in_flight': 0, 'weight': 1}}},
                   'orders': {'service': {}, 'endpoints': {
                      'c:1': {'state': 'draining', 'health': 'up', 'in_flight': 5, 'weight': 10, 'score': {'text': '12.3 ms'}}}}},
                 'traffic': {'total': {'rate': 2400.5, 'errors': 0.0002}, 'services': {
                   'users': {'endpoints': {'a:1': {'rate': 1200, 'errors': 0, 'p50': 250, 'p99': 500},
                      'b:1': {'rate': 0.5, 'errors': 1, 'p50': 2, 'p99': 5}}},
                   'orders': {'endpoints': {'c:1': {'rate': 1200, 'errors': 0, 'p50': 250, 'p99': 1500}}}}}}
                """);
    }

    private static List<String> top(TopRow.Order order, int height, int width) throws Exception {
        return new TopScreen(picture(), order, true).lines(height, width, false);
    }

    @Test
    void topShowsEachEndpointWithItsFigures() throws Exception {
        String text = String.join("\n", top(TopRow.Order.SERVICE, 0, 0));

        assertThat(text)
                .contains(
                        "serving for 1 h 2 min  config 3",
                        "2,401 req/s, 0.0 % errors",
                        "7 under way")
                .containsPattern(
                        "orders +c:1 +draining +10 +5 +1,200 +0\\.0 % +250 ms +1,500 ms +12\\.3 ms")
                .containsPattern("users +b:1 +down +1 +0 +0\\.5 +100\\.0 % +2\\.0 ms +5\\.0 ms")
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource({
        "SERVICE, orders",
        "HEALTH, orders",
        "IN_FLIGHT, orders",
        "RATE, orders",
        "ERRORS, users",
        "HALF, orders",
        "SLOWEST, orders"
    })
    void topIsSortedByTheMostOfSomething(TopRow.Order order, String first) throws Exception {
        List<String> lines = top(order, 0, 0);

        assertThat(lines.get(3)).contains(order.head() + "*");
        assertThat(lines.get(4)).startsWith(first);
    }

    @ParameterizedTest
    @EnumSource(TopRow.Order.class)
    void everyOrderHasAKeyOfItsOwn(TopRow.Order order) {
        assertThat(TopRow.Order.of(order.key())).contains(order);
        assertThat(order.key()).isNotEqualTo('q');
    }

    @Test
    void topFitsIntoASmallTerminal() throws Exception {
        List<String> lines = top(TopRow.Order.SERVICE, 7, 40);

        assertThat(lines).hasSizeLessThanOrEqualTo(7).contains("… and 2 more");
        assertThat(lines).allMatch(line -> line.length() <= 40);
    }

    @ParameterizedTest
    @CsvSource({"50 132, 50, 132", "'', 24, 80", "0 0, 24, 80", "nonsense, 24, 80"})
    void aTerminalSaysItsSizeOrIsOfTheUsualOne(String said, int height, int width) {
        assertThat(Canvas.Size.of(said)).isEqualTo(new Canvas.Size(height, width));
    }

    @Test
    void nothingThatAClientSendsTalksToTheTerminal() throws Exception {
        LogLine line = new LogLine(ZoneOffset.UTC, true);

        String text =
                line.of(
                        json(
                                """
                                {'time': '2026-11-22T12:00:01.234Z', 'method': 'GET', 'host': 'shop', 'path': '/\\u001b[2J\\u009b\\n',
                                 'status': 502, 'route': 'all', 'endpoint': 'a:1', 'attempts': 2, 'reason': 'reset', 'total_ms': 12.34}
                                """));

        assertThat(text)
                .isEqualTo(
                        "12:00:01.234  \u001b[31m502\u001b[0m  GET      12.3 ms  all  a:1  shop/\ufffd[2J\ufffd\ufffd  \u001b[31m(reset, 2 attempts)\u001b[0m");
    }

    @Test
    void statusShowsOnlyWhatIsUnusualOfManyEndpoints() throws Exception {
        StringBuilder endpoints = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            endpoints
                    .append(i == 0 ? "" : ",")
                    .append(
                            "'e%d': {'name': 'e%d', 'state': 'ready', 'health': '%s'}"
                                    .formatted(i, i, i == 7 ? "ejected" : "up"));
        }
        ObjectNode picture = (ObjectNode) picture();
        picture.set(
                "services",
                json(
                        "{'users': {'service': {'name': 'users', 'usable': 29}, 'endpoints': {"
                                + endpoints
                                + "}}}"));

        String few = new StatusScreen(picture, false, NOW).text(0, false);
        String all = new StatusScreen(picture, true, NOW).text(0, false);

        assertThat(few).contains("29 of 30 up", "e7 ").doesNotContain("e8 ", "\u001b");
        assertThat(all).contains("e7 ", "e8 ");
        assertThat(few)
                .contains(
                        "version 3 from weir.yaml, 1 h ago",
                        "users/b:1",
                        "2,400.5 requests a second (0.0 % failed), 7 requests under way");
    }
}
