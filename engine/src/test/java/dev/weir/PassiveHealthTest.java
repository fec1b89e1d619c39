package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.Load;
import dev.weir.testkit.LoadClient;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Endpoints that traffic finds out, on real sockets.
@Timeout(120)
class PassiveHealthTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final List<ScriptedEndpoint> endpoints = new ArrayList<>();

    @AfterEach
    void close() {
        endpoints.forEach(ScriptedEndpoint::close);
    }

    @Test
    void anEndpointThatAnswers503IsEjectedAndItsRequestsGoElsewhere() throws Exception {
        try (var gate = gate(3, "balance: round-robin")) {
            endpoints.get(1).behave(Behaviours.status(503));
            for (int i = 0; i < 15; i++) {
                gate.get("/");
            }
            assertThat(gate.events())
                    .contains(line(1, "ejected for 30 s  5 failures in a row (status 503)"));
            long before = endpoints.get(1).requestCount();
            for (int i = 0; i < 30; i++) {
                assertThat(gate.get("/").status()).isEqualTo(200);
            }
            assertThat(endpoints.get(1).requestCount()).isEqualTo(before).isEqualTo(5);
        }
    }

    @Test
    void anEjectedEndpointThatWorksAgainComesBack() throws Exception {
        try (var gate = gate(3, "balance: round-robin, outliers: { eject: 300ms, tries: 3 }")) {
            endpoints.get(1).behave(Behaviours.status(503));
            for (int i = 0; i < 15; i++) {
                gate.get("/");
            }
            endpoints.get(1).behave(Behaviours.ok("e1"));
            await().atMost(LONG)
                    .until(
                            () -> {
                                gate.get("/");
                                return gate.events().stream()
                                        .anyMatch(l -> l.contains("back  3 of 3 requests"));
                            });
            assertThat(gate.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void anEndpointWhosePortIsClosedIsEjectedWithoutAnyChecks() throws Exception {
        try (var gate = gate(3, "balance: round-robin")) {
            endpoints.get(1).kill();
            for (int i = 0; i < 30; i++) {
                assertThat(gate.get("/").status()).isEqualTo(200);
            }
            assertThat(gate.events())
                    .containsExactly(
                            line(1, "ejected for 30 s  5 failures in a row (no connection)"));
        }
    }

    @Test
    void anEndpointThatOnlyAnswersSlowlyIsOutWithinTwoWindows() throws Exception {
        try (var gate =
                gate(
                        5,
                        "balance: round-robin, outliers: { window: 1s, latency: { requests: 10 } }")) {
            endpoints.get(2).behave(Behaviours.delay(Duration.ofMillis(60), Behaviours.echo()));
            Load load =
                    LoadClient.to(gate.port())
                            .withConnections(8)
                            .withRequests(100_000)
                            .withAtMost(Duration.ofMillis(2_500))
                            .start();
            await().atMost(Duration.ofMillis(2_500)).until(() -> !gate.events().isEmpty());
            long before = endpoints.get(2).requestCount();
            load.await();
            assertThat(gate.events()).hasSize(1);
            assertThat(gate.events().getFirst())
                    .startsWith(line(2, "ejected for 30 s  p50 6"))
                    .matches(".*  p50 6\\d ms, group [0-9.]+ ms, \\d+ requests in 1(\\.\\d)? s");
            assertThat(endpoints.get(2).requestCount()).isLessThanOrEqualTo(before + 8);
        }
    }

    @Test
    void whereAllFailAtMostHalfAreEjectedAndTheAnswersPassOn() throws Exception {
        try (var gate = gate(4, "balance: round-robin")) {
            endpoints.forEach(endpoint -> endpoint.behave(Behaviours.status(500, "broken")));
            for (int i = 0; i < 60; i++) {
                assertThat(gate.get("/").text()).isEqualTo("broken");
            }
            assertThat(gate.events()).hasSize(2).allMatch(line -> line.contains("  ejected for "));
        }
    }

    @Test
    void theOnlyEndpointIsNeverEjected() throws Exception {
        try (var gate = gate(1, "balance: round-robin")) {
            endpoints.getFirst().behave(Behaviours.status(500, "broken"));
            for (int i = 0; i < 20; i++) {
                assertThat(gate.get("/").text()).isEqualTo("broken");
            }
            assertThat(gate.events()).isEmpty();
        }
    }

    @Test
    void clientsThatGoAwayEjectNobody() throws Exception {
        try (var gate = gate(2, "balance: round-robin")) {
            endpoints.forEach(endpoint -> endpoint.behave(Behaviours.hang()));
            for (int i = 0; i < 20; i++) {
                try (RawClient client = gate.client()) {
                    client.send("GET / HTTP/1.1\r\nHost: weir.test\r\n\r\n");
                    endpoints.get(i % 2).awaitHeads(1 + i / 2);
                }
            }
            endpoints.forEach(endpoint -> endpoint.behave(Behaviours.ok("here")));
            assertThat(gate.get("/").status()).isEqualTo(200);
            assertThat(gate.get("/").status()).isEqualTo(200);
            assertThat(gate.events()).isEmpty();
        }
    }

    @Test
    void inPanicAllThatAnswerGetRequestsAndClosedPortsGetNone() throws Exception {
        try (var gate =
                gate(
                        4,
                        "balance: round-robin, health: { path: /health, every: 30ms, up-after: 1, down-after: 2 }")) {
            endpoints.get(0).kill();
            endpoints.get(1).behave(sick());
            endpoints.get(2).behave(sick());
            await().atMost(LONG)
                    .until(() -> gate.events().stream().anyMatch(l -> l.contains("panic: 1 of 4")));
            await().atMost(LONG)
                    .until(() -> gate.events().stream().anyMatch(l -> l.contains(closed())));
            for (int i = 0; i < 12; i++) {
                assertThat(gate.get("/").status()).isEqualTo(200);
            }
            for (int each : new int[] {1, 2, 3}) {
                assertThat(
                                endpoints.get(each).requests().stream()
                                        .filter(r -> r.target().equals("/")))
                        .hasSize(4);
            }
            endpoints.get(1).behave(Behaviours.ok("e1"));
            await().atMost(LONG)
                    .until(
                            () ->
                                    gate.events()
                                            .contains("all  panic is over: 2 of 4 endpoints work"));
        }
    }

    private String closed() {
        return endpoints.getFirst().address() + "  down  ";
    }

    private static Behaviour sick() {
        return Behaviours.byPath(
                Map.of("/health", Behaviours.status(404), "/", Behaviours.ok("sick")));
    }

    private String line(int endpoint, String text) {
        return "all  " + endpoints.get(endpoint).address() + "  " + text;
    }

    private Gate gate(int count, String settings) throws Exception {
        for (int i = 0; i < count; i++) {
            endpoints.add(ScriptedEndpoint.start(Behaviours.echo()));
        }
        String list =
                endpoints.stream().map(ScriptedEndpoint::address).collect(Collectors.joining(", "));
        return Gate.openOnOneLoop(
                "routes: [{ to: all }]\nservices: { all: { endpoints: [%s], %s } }\n"
                        .formatted(list, settings));
    }
}
