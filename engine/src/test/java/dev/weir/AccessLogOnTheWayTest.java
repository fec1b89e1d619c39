package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The access log of requests that really happened.
class AccessLogOnTheWayTest {
    @TempDir Path folder;

    private List<String> lines(String format, ScriptedEndpoint endpoint, Asking asking)
            throws Exception {
        Path file = folder.resolve("access.log");
        try (var gate =
                Gate.open(
                        """
                        logs: { access: { to: %s, format: %s } }
                        routes: [{ name: shop, match: { path: /api/** }, strip-prefix: /api, to: orders }]
                        services: { orders: { endpoints: [%s] } }
                        """
                                .formatted(file, format, endpoint.address()))) {
            asking.ask(gate);
        }
        return Files.readAllLines(file);
    }

    private interface Asking {
        void ask(Gate gate) throws Exception;
    }

    @Test
    void saysOfEachRequestWhatHappened() throws Exception {
        String[] id = {""};
        try (var endpoint =
                ScriptedEndpoint.start(
                        Behaviours.delay(Duration.ofMillis(60), Behaviours.ok("orders")))) {
            List<String> lines =
                    lines(
                            "json",
                            endpoint,
                            gate -> {
                                gate.get("/api/orders/7?token=secret&x=1");
                                RawResponse nowhere = gate.get("/nowhere\"");
                                id[0] = nowhere.header("X-Request-Id");
                            });
            assertThat(lines).hasSize(2);
            assertThat(lines.get(0))
                    .contains("\"client\":\"127.0.0.1\"")
                    .contains("\"method\":\"GET\"")
                    .contains("\"host\":\"weir.test\"")
                    .contains("\"path\":\"/api/orders/7?token=***&x=1\"")
                    .contains("\"protocol\":\"HTTP/1.1\"")
                    .contains("\"status\":200")
                    .contains("\"bytes_out\":21")
                    .contains("\"route\":\"shop\"")
                    .contains("\"service\":\"orders\"")
                    .contains("\"endpoint\":\"" + endpoint.address() + "\"")
                    .contains("\"attempts\":1")
                    .contains("\"id\":\"" + endpoint.requests().getFirst().header("X-Request-Id"))
                    .doesNotContain("secret");
            assertThat(number(lines.get(0), "total_ms")).isBetween(60.0, 5000.0);
            assertThat(number(lines.get(0), "first_byte_ms")).isBetween(59.0, 5000.0);
            assertThat(number(lines.get(0), "weir_ms"))
                    .isBetween(0.0, number(lines.get(0), "total_ms") - 59);
            assertThat(lines.get(1))
                    .contains("\"status\":400")
                    .contains("\"reason\":\"bad-request\"")
                    .contains("\"ended_by\":\"client\"")
                    .contains("\"id\":\"" + id[0] + "\"");
        }
    }

    private static double number(String line, String name) {
        return Double.parseDouble(line.replaceAll(".*\"" + name + "\":([0-9.]+).*", "$1"));
    }

    @Test
    void saysThatAClientWentAway() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.hang())) {
            List<String> lines =
                    lines(
                            "json",
                            endpoint,
                            gate -> {
                                try (var client = gate.client()) {
                                    client.send("GET /api/x HTTP/1.1\r\nHost: a\r\n\r\n");
                                    endpoint.awaitRequests(1);
                                }
                                await().until(() -> endpoint.connections().open() == 0);
                            });
            assertThat(lines).hasSize(1);
            assertThat(lines.getFirst())
                    .contains("\"status\":499")
                    .contains("\"reason\":\"client-gone\"")
                    .contains("\"ended_by\":\"client\"");
        }
    }

    @Test
    void answersAndLogsAPathThatIsRefused() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"))) {
            for (String format : List.of("json", "combined")) {
                List<String> lines =
                        lines(
                                format,
                                endpoint,
                                gate -> {
                                    assertThat(gate.get("/a/../../x").status()).isEqualTo(400);
                                    assertThat(gate.get("/a%00").status()).isEqualTo(400);
                                    assertThat(gate.events()).isEmpty();
                                });
                assertThat(lines).hasSizeGreaterThanOrEqualTo(2);
                assertThat(lines).anyMatch(line -> line.contains("400") && line.contains("/a%00"));
            }
        }
    }

    @Test
    void writesTheCombinedFormat() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"))) {
            List<String> lines =
                    lines(
                            "combined",
                            endpoint,
                            gate -> gate.get("/api/x", "User-Agent: test", "Referer: http://r/"));
            assertThat(lines.getFirst())
                    .matches(
                            "127\\.0\\.0\\.1 - - \\[../.../....:..:..:.. [+-]....] \"GET /api/x HTTP/1\\.1\" 200 16 \"http://r/\" \"test\"");
        }
    }
}
