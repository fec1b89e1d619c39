package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.ScriptedEndpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Copies over HTTP/1.1 where order matters; what holds for HTTP/2 as well is in [RetriesTest].
class MirrorTest {
    private static Gate mirrored(ScriptedEndpoint endpoint, ScriptedEndpoint copy, String more)
            throws Exception {
        return Gate.openOnOneLoop(
                """
                %s
                routes: [{ to: all, mirror: copy }]
                services: { all: { endpoints: [%s] }, copy: { endpoints: [%s] } }
                """
                        .formatted(more, endpoint.address(), copy.address()));
    }

    @Test
    void aBodyThatComesAfterTheAnswerHasBegunIsCopiedAsAWhole() throws Exception {
        Behaviour answersFirst =
                (request, wire) -> {
                    wire.sendHead(200, "Content-Length: 2");
                    wire.readBody();
                    wire.send("ok");
                };
        try (var endpoint = ScriptedEndpoint.start(answersFirst);
                var copy = ScriptedEndpoint.start(Behaviours.ok("copy"));
                var gate = mirrored(endpoint, copy, "");
                var client = gate.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
            assertThat(client.readBytes(12)).asString().isEqualTo("HTTP/1.1 200");
            client.send("def");
            assertThat(copy.awaitRequests(1).getFirst().body().text()).isEqualTo("abcdef");
            assertThat(copy.violations()).isEmpty();
        }
    }

    /// Weir stops reading it, which is not the endpoint's doing.
    @Test
    void anEndpointWhoseAnswerToACopyTakesLongIsNotEjected() throws Exception {
        Behaviour drips =
                Behaviours.trickle(
                        "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"
                                .concat("x".repeat(900))
                                .getBytes(StandardCharsets.US_ASCII),
                        Duration.ofMillis(2));
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("main"));
                var one = ScriptedEndpoint.start(drips);
                var two = ScriptedEndpoint.start(drips);
                var gate =
                        Gate.openOnOneLoop(
                                """
                                routes: [{ to: all, mirror: copy, timeout: 500ms }]
                                services: { all: { endpoints: [%s] }, copy: { endpoints: [%s, %s] } }
                                """
                                        .formatted(
                                                endpoint.address(),
                                                one.address(),
                                                two.address()))) {
            for (int i = 0; i < 30; i++) {
                assertThat(gate.get("/").status()).isEqualTo(200);
            }
            await().until(() -> one.requestCount() + two.requestCount() == 30);
            await().until(() -> one.connections().open() + two.connections().open() == 0);
            assertThat(gate.events()).noneMatch(line -> line.contains("ejected"));
        }
    }

    /// A copy must not take the room of those who wait for an answer.
    @Test
    void thereAreNoCopiesWhileMemoryIsShort() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("main"));
                var copy = ScriptedEndpoint.neverAccepting();
                var gate = mirrored(endpoint, copy, "limits: { memory: 1MiB }");
                var client = gate.client()) {
            String post =
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n"
                            + "x".repeat(60_000);
            for (int i = 0; i < 100; i++) {
                assertThat(client.send(post).readResponse().text())
                        .isEqualTo("Response from: main");
            }
        }
    }
}
