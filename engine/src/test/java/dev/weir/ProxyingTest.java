package dev.weir;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.GeneratedBody;
import dev.weir.testkit.HashedResponse;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.Request;
import dev.weir.testkit.ScriptedEndpoint;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP/1.1 and 1.0 through Weir, seen as bytes from both sides.
class ProxyingTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: weir.test\r\n\r\n";

    private ScriptedEndpoint endpoint;
    private Gate gate;

    @BeforeEach
    void open() throws Exception {
        endpoint = ScriptedEndpoint.start(Behaviours.echo());
        gate = Gate.open(Gate.to(endpoint.address()));
    }

    @AfterEach
    void close() throws Exception {
        gate.close();
        endpoint.close();
    }

    private Request received() {
        return endpoint.awaitRequests(1).getLast();
    }

    @Test
    void keepsConnectionsOpenOnBothSides() throws Exception {
        try (RawClient client = gate.client()) {
            for (int i = 0; i < 50; i++) {
                assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
            }
        }
        assertThat(endpoint.connections().accepted()).isEqualTo(1);
    }

    @Test
    void tellsTheEndpointWhoAsked() throws Exception {
        gate.get("/a?x=1");
        Request request = received();
        assertThat(request.target()).isEqualTo("/a?x=1");
        assertThat(request.version()).isEqualTo("HTTP/1.1");
        assertThat(request.header("Host")).isEqualTo("weir.test");
        assertThat(request.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(request.header("X-Forwarded-Proto")).isEqualTo("http");
        assertThat(request.header("X-Forwarded-Host")).isEqualTo("weir.test");
        assertThat(request.header("Via")).isEqualTo("1.1 weir");
        assertThat(request.header("X-Request-Id")).matches("[0-9a-hjkmnp-z]{20}");
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        try (RawClient client = gate.client()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                all.append("POST /" + i + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n")
                        .append(10 + i);
            }
            client.send(all.toString());
            for (int i = 0; i < 20; i++) {
                RawResponse response = client.readResponse();
                assertThat(response.header("X-Echo-Target")).isEqualTo("/" + i);
                assertThat(response.text()).endsWith("\r\n\r\n" + (10 + i));
            }
        }
    }

    @Test
    void answersAPipelinedRequestThatIsWrongAfterTheOnesBeforeIt() throws Exception {
        try (RawClient client = gate.client()) {
            client.send(GET + "GET /b HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + GET);
            assertThat(client.readResponse().status()).isEqualTo(200);
            RawResponse refused = client.readResponse();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.header("Connection")).isEqualTo("close");
            assertThat(client.readUntilClosed()).isEmpty();
        }
        assertThat(endpoint.requestCount()).isEqualTo(1);
    }

    @Test
    void passesBodiesOfKnownAndOfUnknownLength() throws Exception {
        try (RawClient client = gate.client()) {
            for (boolean chunked : new boolean[] {false, true}) {
                GeneratedBody body = new GeneratedBody(300_000);
                client.send(
                        "POST /up HTTP/1.1\r\nHost: a\r\n"
                                + (chunked
                                        ? "Transfer-Encoding: chunked\r\n\r\n"
                                        : "Content-Length: 300000\r\n\r\n"));
                client.send(body, chunked);
                RawResponse response = client.readResponse();
                assertThat(response.header("X-Echo-Body-Length")).isEqualTo("300000");
                assertThat(response.header("X-Echo-Body-Sha256")).isEqualTo(body.sha256());
            }
        }
        assertThat(endpoint.connections().accepted()).isEqualTo(1);
    }

    /// The endpoint takes little at a time, so that reading pauses and goes on within one read of many chunks.
    @Test
    void goesOnReadingChunksHoweverOftenItPaused() throws Exception {
        byte[] chunks =
                "400\r\n".concat("a".repeat(1024)).concat("\r\n").repeat(32_768).getBytes(US_ASCII);
        try (ServerSocket endpoint = new ServerSocket()) {
            endpoint.setReceiveBufferSize(8 << 10);
            endpoint.bind(new InetSocketAddress("127.0.0.1", 0));
            Thread.ofVirtual().start(() -> takeLittleAtATime(endpoint));
            try (var gate =
                            Gate.open(
                                    "limits: { body-idle: 2s }\n"
                                            + Gate.to("127.0.0.1:" + endpoint.getLocalPort()));
                    var client = gate.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .send(chunks)
                        .send("0\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(204);
            }
        }
    }

    private static void takeLittleAtATime(ServerSocket endpoint) {
        try (Socket socket = endpoint.accept()) {
            byte[] some = new byte[2 << 10];
            String end = "";
            while (!end.endsWith("\r\n0\r\n\r\n")) {
                int read = socket.getInputStream().read(some);
                if (read < 0) {
                    return;
                }
                end =
                        end.substring(Math.max(0, end.length() - 8))
                                + new String(some, 0, read, US_ASCII);
            }
            socket.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void passesTrailersThatWereAnnouncedAndNoOthers() throws Exception {
        endpoint.behave(
                (request, wire) -> {
                    wire.readBody();
                    wire.send(
                            "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    + "3\r\nabc\r\n0\r\nX-Sum: 7\r\nX-Secret: 8\r\nSet-Cookie: a=b\r\ngrpc-status: 0\r\n\r\n");
                });
        RawResponse response = gate.get("/");
        assertThat(response.text()).isEqualTo("abc");
        assertThat(response.trailers())
                .containsOnly(
                        Map.entry("X-Sum", List.of("7")), Map.entry("grpc-status", List.of("0")));
    }

    @Test
    void passesTheRequestsTrailers() throws Exception {
        gate.exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3\r\nabc\r\n0\r\nX-Sum: 7\r\nAuthorization: evil\r\n\r\n");
        assertThat(received().body().trailers()).hasSize(1);
        assertThat(received().body().trailers().getFirst().name()).isEqualTo("X-Sum");
    }

    @Test
    void answersHeadWithTheLengthAndWithoutABody() throws Exception {
        endpoint.behave(
                (request, wire) -> wire.sendHead(200, "Content-Length: 12345", "X-Kind: head"));
        try (RawClient client = gate.client()) {
            for (int i = 0; i < 3; i++) {
                RawResponse response =
                        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse("HEAD");
                assertThat(response.header("Content-Length")).isEqualTo("12345");
                assertThat(response.header("X-Kind")).isEqualTo("head");
            }
        }
        assertThat(endpoint.connections().accepted()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void answersWithoutABodyWhereTheStatusHasNone(int status) throws Exception {
        endpoint.behave(
                (request, wire) -> {
                    wire.readBody();
                    wire.sendHead(status, "ETag: \"a\"");
                });
        try (RawClient client = gate.client()) {
            for (int i = 0; i < 3; i++) {
                RawResponse response = client.send(GET).readResponse();
                assertThat(response.status()).isEqualTo(status);
                assertThat(response.header("Content-Length")).isNull();
                assertThat(response.header("Transfer-Encoding")).isNull();
            }
        }
    }

    @Test
    void passesAnAnswerThatEndsWithTheConnection() throws Exception {
        endpoint.behave(Behaviours.closeDelimited("until the end"));
        try (RawClient client = gate.client()) {
            for (int i = 0; i < 3; i++) {
                RawResponse response = client.send(GET).readResponse();
                assertThat(response.text()).isEqualTo("until the end");
                assertThat(response.header("Transfer-Encoding")).isEqualTo("chunked");
            }
        }
    }

    @Test
    void speaksHttp10WithClientsThatDo() throws Exception {
        try (RawClient client = gate.client()) {
            RawResponse response = client.send("GET /a HTTP/1.0\r\n\r\n").readResponse();
            assertThat(response.version()).isEqualTo("HTTP/1.1");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("Connection")).isEqualTo("close");
            assertThat(client.readUntilClosed()).isEmpty();
        }
        try (RawClient client = gate.client()) {
            for (int i = 0; i < 3; i++) {
                RawResponse response =
                        client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                                .readResponse();
                assertThat(response.header("Connection")).isEqualTo("keep-alive");
            }
        }
    }

    @Test
    void sendsHttp10ClientsNoChunks() throws Exception {
        endpoint.behave(Behaviours.chunked(List.of("one ", "two"), Map.of()));
        try (RawClient client = gate.client()) {
            RawResponse response =
                    client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").readResponse();
            assertThat(response.header("Transfer-Encoding")).isNull();
            assertThat(response.text()).isEqualTo("one two");
        }
    }

    @Test
    void speaksHttp10WithEndpointsThatDo() throws Exception {
        endpoint.behave(
                (request, wire) -> {
                    wire.readBody();
                    wire.send("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    wire.close();
                });
        try (RawClient client = gate.client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send(GET).readResponse().text()).isEqualTo("ok");
            }
        }
        assertThat(endpoint.connections().accepted()).isEqualTo(3);
    }

    @Test
    void passesExpectationAndInterimAnswersOn() throws Exception {
        endpoint.behave(Behaviours.continue100(Behaviours.echo()));
        try (RawClient client = gate.client()) {
            client.send(
                    "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(100);
            RawResponse response = client.send("abc").readResponse();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).endsWith("abc");
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void deliversAFinalAnswerInsteadOf100AndClosesTheConnection() throws Exception {
        endpoint.behave((request, wire) -> wire.answer(413, "too much".getBytes()));
        try (RawClient client = gate.client()) {
            client.send(
                    "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.header("Connection")).isEqualTo("close");
            assertThat(client.readUntilClosed()).isEmpty();
        }
    }

    @Test
    void passesEarlyHintsButNotToHttp10() throws Exception {
        endpoint.behave(Behaviours.informational(103, Behaviours.ok("hinted")));
        try (RawClient client = gate.client()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(103);
            assertThat(client.readResponse().text()).isEqualTo("Response from: hinted");
        }
        assertThat(gate.exchange("GET / HTTP/1.0\r\n\r\n").status()).isEqualTo(200);
    }

    @Test
    void deliversAnAnswerThatComesBeforeTheRequestsEnd() throws Exception {
        endpoint.behave(Behaviours.earlyAnswerThenKeepReading(403, "no"));
        try (RawClient client = gate.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\nbegin");
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.header("Connection")).isEqualTo("close");
            assertThat(client.readUntilClosed()).isEmpty();
        }
    }

    @Test
    void doesNotReadAnEndpointFasterThanItsClient() throws Exception {
        long size = 200L << 20;
        endpoint.behave(Behaviours.stream(size));
        long before = PlatformDependent.usedDirectMemory();
        try (RawClient client = RawClient.connect(gate.port(), Duration.ofSeconds(30))) {
            client.send(GET);
            // Nobody reads for a while: what the endpoint sends must wait there, not in Weir.
            await().pollDelay(Duration.ofMillis(500)).until(() -> true);
            assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(8L << 20);
            HashedResponse response = client.readHashed();
            assertThat(response.bytes()).isEqualTo(size);
            assertThat(response.sha256()).isEqualTo(new GeneratedBody(size).sha256());
        }
    }

    @Test
    void closesAConnectionOnWhichAnEndpointSaysTooMuch() throws Exception {
        endpoint.behave(Behaviours.extraBytes());
        try (RawClient client = gate.client()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
            }
        }
        assertThat(endpoint.connections().accepted()).isEqualTo(5);
    }

    @Test
    void routesAnAbsoluteTargetByItsOwnHost() throws Exception {
        gate.exchange("GET http://other.test/x HTTP/1.1\r\nHost: weir.test\r\n\r\n");
        assertThat(received().header("Host")).isEqualTo("other.test");
        assertThat(received().target()).isEqualTo("/x");
    }

    @Test
    void forwardsThePathThatItMatched() throws Exception {
        gate.get("/a/./b/../%7euser//c%2Fd?x=%20");
        assertThat(received().target()).isEqualTo("/a/~user/c%2Fd?x=%20");
    }

    @Test
    void answersAFewRequestsAfterTheClientClosedItsSide() throws Exception {
        try (RawClient client = gate.client()) {
            client.send("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            RawResponse response = client.readResponse();
            assertThat(response.header("Connection")).isEqualTo("close");
            assertThat(client.readUntilClosed()).isEmpty();
        }
    }
}
