package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers that come bit by bit: server-sent events and long polls.
class EventStreamTest {
    private static final String GET = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n";

    /// The endpoint sends an event only when the client has the one before: with a gateway that waits for more, it never would.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachEventArrivesBeforeTheNextIsSent(boolean chunked) throws Exception {
        Semaphore arrived = new Semaphore(0);
        try (ScriptedEndpoint endpoint =
                        ScriptedEndpoint.start(
                                (request, wire) -> {
                                    wire.readBody();
                                    wire.sendHead(
                                            200,
                                            "Content-Type: text/event-stream",
                                            chunked
                                                    ? "Transfer-Encoding: chunked"
                                                    : "Connection: close");
                                    for (int i = 0; i < 20; i++) {
                                        String event = "data: " + (10 + i) + "\n\n";
                                        wire.send(chunked ? "a\r\n" + event + "\r\n" : event);
                                        if (!tryAcquire(arrived)) {
                                            return;
                                        }
                                    }
                                    if (chunked) {
                                        wire.send("0\r\n\r\n");
                                    }
                                });
                Gate gate = Gate.open(Gate.to(endpoint.address()));
                RawClient client = gate.client()) {
            client.send(GET);
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                while (all.indexOf("data: " + (10 + i) + "\n\n") < 0) {
                    all.append(new String(client.readBytes(1), StandardCharsets.US_ASCII));
                }
                arrived.release();
            }
            assertThat(all).contains("text/event-stream").contains("data: 29");
        }
    }

    private static boolean tryAcquire(Semaphore semaphore) {
        try {
            return semaphore.tryAcquire(3, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStreamThatMovesNowAndThenHasNoEnd() throws Exception {
        try (ScriptedEndpoint endpoint =
                        ScriptedEndpoint.start(
                                (request, wire) -> {
                                    wire.readBody();
                                    wire.sendHead(200, "Transfer-Encoding: chunked");
                                    for (int i = 0; i < 8; i++) {
                                        wire.send("1\r\nx\r\n");
                                        wire.pause(Duration.ofMillis(100));
                                    }
                                    wire.send("0\r\n\r\n");
                                });
                Gate gate =
                        Gate.open(
                                """
                                routes: [{ to: all, timeout: 300ms }]
                                services: { all: { endpoints: [%s] } }
                                """
                                        .formatted(endpoint.address()));
                RawClient client = gate.client()) {
            assertThat(client.send(GET).readResponse().text()).isEqualTo("x".repeat(8));
        }
    }

    @Test
    void aLongPollIsAnsweredWhenThereIsSomethingToSay() throws Exception {
        try (ScriptedEndpoint endpoint =
                        ScriptedEndpoint.start(
                                (request, wire) -> {
                                    wire.readBody();
                                    wire.pause(Duration.ofMillis(900));
                                    wire.sendHead(200, "Content-Length: 4");
                                    wire.send("news");
                                });
                Gate gate =
                        Gate.open(
                                """
                                routes: [{ to: all, timeout: 10s }]
                                limits: { keep-alive: 200ms, body-idle: 200ms, header-timeout: 200ms }
                                services: { all: { endpoints: [%s] } }
                                """
                                        .formatted(endpoint.address()));
                RawClient client = gate.client()) {
            assertThat(client.send(GET).readResponse().text()).isEqualTo("news");
        }
    }
}
