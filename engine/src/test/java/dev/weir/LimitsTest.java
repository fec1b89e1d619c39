package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each key of `limits`, on real sockets. Sizes are also in the parser's tests, memory in [BoundedMemoryTest].
class LimitsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static final Duration DRIP = Duration.ofMillis(50);

    private interface Trying {
        void with(Gate gate) throws Exception;
    }

    private static void limited(String limits, Trying trying) throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var gate =
                        Gate.open("limits: { " + limits + " }\n" + Gate.to(endpoint.address()))) {
            trying.with(gate);
        }
    }

    private static int status(Gate gate, String request) throws IOException {
        return gate.exchange(request).status();
    }

    @Test
    void requestLineHeadAndFieldCount() throws Exception {
        limited(
                "request-line: 64B, headers: 512B, header-count: 5",
                gate -> {
                    String host = "Host: a\r\n";
                    assertThat(
                                    status(
                                            gate,
                                            "GET /"
                                                    + "a".repeat(40)
                                                    + " HTTP/1.1\r\n"
                                                    + host
                                                    + "\r\n"))
                            .isEqualTo(200);
                    assertThat(
                                    status(
                                            gate,
                                            "GET /"
                                                    + "a".repeat(60)
                                                    + " HTTP/1.1\r\n"
                                                    + host
                                                    + "\r\n"))
                            .isEqualTo(414);
                    assertThat(
                                    status(
                                            gate,
                                            "GET / HTTP/1.1\r\n"
                                                    + host
                                                    + "X: "
                                                    + "a".repeat(500)
                                                    + "\r\n\r\n"))
                            .isEqualTo(431);
                    assertThat(
                                    status(
                                            gate,
                                            "GET / HTTP/1.1\r\n"
                                                    + host
                                                    + "X: a\r\n".repeat(4)
                                                    + "\r\n"))
                            .isEqualTo(200);
                    assertThat(
                                    status(
                                            gate,
                                            "GET / HTTP/1.1\r\n"
                                                    + host
                                                    + "X: a\r\n".repeat(5)
                                                    + "\r\n"))
                            .isEqualTo(431);
                });
    }

    @Test
    void headerTimeIsAbsoluteHoweverBytesTrickle() throws Exception {
        limited(
                "header-timeout: 500ms",
                gate -> {
                    try (RawClient client = gate.client()) {
                        long began = System.nanoTime();
                        byte[] head = ("GET / HTTP/1.1\r\nX: " + "a".repeat(100)).getBytes();
                        try {
                            client.sendSlowly(head, Duration.ofMillis(50));
                        } catch (AssertionError cut) {
                            // Weir has closed while the client was still sending: just what is
                            // wanted.
                        }
                        assertThat(Duration.ofNanos(System.nanoTime() - began))
                                .isGreaterThan(Duration.ofMillis(450));
                        assertThat(client.readResponse().status()).isEqualTo(408);
                        assertThat(client.readUntilClosed()).isEmpty();
                    }
                });
    }

    @Test
    void aSlowBodyIsFineAsLongAsItMoves() throws Exception {
        limited(
                "body-idle: 1s",
                gate -> {
                    try (RawClient client = gate.client()) {
                        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 15\r\n\r\n");
                        client.sendSlowly("0123456789abcde".getBytes(), Duration.ofMillis(90));
                        assertThat(client.readResponse().status()).isEqualTo(200);
                    }
                });
    }

    @Test
    void aLongBodyMayTakeAnyTimeAtAFairPace() throws Exception {
        limited(
                "body-idle: 500ms",
                gate -> {
                    try (RawClient client = gate.client()) {
                        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 61440\r\n\r\n");
                        client.sendCut(
                                new byte[61_440],
                                Duration.ofMillis(100),
                                IntStream.range(1, 30).map(i -> i * 2048).toArray());
                        assertThat(client.readResponse().status()).isEqualTo(200);
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 8192", "Transfer-Encoding: chunked"})
    void aBodyThatOnlyDripsIsCutThoughItNeverStandsStill(String framing) throws Exception {
        limited(
                "body-idle: 400ms",
                gate -> {
                    try (RawClient client = gate.client()) {
                        client.send("POST / HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n");
                        long began = System.nanoTime();
                        try {
                            client.sendSlowly("1\r\nx\r\n".repeat(40).getBytes(), DRIP);
                        } catch (AssertionError cut) {
                            // Weir has closed while the client was still sending: just what is
                            // wanted.
                        }
                        assertThat(Duration.ofNanos(System.nanoTime() - began))
                                .isGreaterThan(Duration.ofMillis(700));
                        assertThat(client.readResponse().status()).isEqualTo(408);
                        assertThat(client.readUntilClosed()).isEmpty();
                    }
                });
    }

    @Test
    void anIdleConnectionIsClosedAfterItsTime() throws Exception {
        limited(
                "keep-alive: 300ms",
                gate -> {
                    try (RawClient client = gate.client()) {
                        assertThat(client.send(GET).readResponse().header("Connection")).isNull();
                        long began = System.nanoTime();
                        assertThat(client.readUntilClosed()).isEmpty();
                        assertThat(Duration.ofNanos(System.nanoTime() - began))
                                .isBetween(Duration.ofMillis(250), Duration.ofSeconds(3));
                    }
                });
    }

    @Test
    void aConnectionServesSoManyRequestsAndSaysWhichIsTheLast() throws Exception {
        limited(
                "requests-per-connection: 3",
                gate -> {
                    try (RawClient client = gate.client()) {
                        assertThat(client.send(GET).readResponse().header("Connection")).isNull();
                        assertThat(client.send(GET).readResponse().header("Connection")).isNull();
                        RawResponse last = client.send(GET).readResponse();
                        assertThat(last.header("Connection")).isEqualTo("close");
                        assertThat(client.readUntilClosed()).isEmpty();
                    }
                });
    }

    @Test
    void moreConnectionsThanAllowedWaitUntilOneCloses() throws Exception {
        limited(
                "connections: 2",
                gate -> {
                    try (RawClient one = gate.client();
                            RawClient two = gate.client()) {
                        assertThat(one.send(GET).readResponse().status()).isEqualTo(200);
                        assertThat(two.send(GET).readResponse().status()).isEqualTo(200);
                        try (RawClient three = gate.client()) {
                            three.send(GET);
                            assertThat(three.silentFor(Duration.ofMillis(300))).isTrue();
                            one.close();
                            assertThat(three.readResponse().status()).isEqualTo(200);
                        }
                    }
                });
    }
}
