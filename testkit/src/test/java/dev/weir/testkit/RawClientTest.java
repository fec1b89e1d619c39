package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawClientTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void readsLengthHeadersAndReason() throws IOException {
        RawResponse response =
                answerTo(
                        "GET",
                        "HTTP/1.1 404 Not Here\r\nA: 1\r\na:  2 \r\nContent-Length: 3\r\n\r\nabc");
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.reason()).isEqualTo("Not Here");
        assertThat(response.version()).isEqualTo("HTTP/1.1");
        assertThat(response.headers().get("A")).containsExactly("1", "2");
        assertThat(response.header("content-LENGTH")).isEqualTo("3");
        assertThat(response.header("missing")).isNull();
        assertThat(response.text()).isEqualTo("abc");
        assertThat(response.head()).startsWith("HTTP/1.1 404").endsWith("3\r\n\r\n");
    }

    @Test
    void readsChunksAndTrailers() throws IOException {
        RawResponse response =
                answerTo(
                        "GET",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 7\r\n\r\n");
        assertThat(response.text()).isEqualTo("abc0123456789");
        assertThat(response.trailers().get("x-sum")).containsExactly("7");
    }

    @Test
    void readsABodyThatEndsWithTheConnection() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.closeDelimited("to the end"));
                var client = RawClient.connect(endpoint.port())) {
            assertThat(client.send(GET).readResponse().text()).isEqualTo("to the end");
        }
    }

    @Test
    void readsNoBodyWhereHttpAllowsNone() throws IOException {
        assertThat(answerTo("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n").body())
                .isEmpty();
        assertThat(answerTo("GET", "HTTP/1.1 304 OK\r\nContent-Length: 9\r\n\r\n").body())
                .isEmpty();
        assertThat(answerTo("GET", "HTTP/1.1 204 OK\r\n\r\n").body()).isEmpty();
        assertThat(answerTo("GET", "HTTP/1.1 103 Hints\r\n\r\n").status()).isEqualTo(103);
        assertThat(answerTo("CONNECT", "HTTP/1.1 200 OK\r\n\r\n").body()).isEmpty();
    }

    @Test
    void skipsInterimResponsesOnlyWhenAsked() throws IOException {
        try (var endpoint =
                        ScriptedEndpoint.start(Behaviours.informational(103, Behaviours.ok("a")));
                var client = RawClient.connect(endpoint.port())) {
            assertThat(client.send(GET).readResponse().status()).isEqualTo(103);
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.send(GET).readFinalResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void readsPipelinedResponsesInOrder() throws IOException {
        try (var endpoint =
                        ScriptedEndpoint.start(
                                Behaviours.sequence(Behaviours.ok("a"), Behaviours.ok("b")));
                var client = RawClient.connect(endpoint.port())) {
            client.send(GET + GET);
            assertThat(client.readResponse().text()).endsWith("a");
            assertThat(client.readResponse().text()).endsWith("b");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: 1\r\n folded\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n 2\r\nab\r\n0\r\n\r\n",
                "HTTP/1.1 204 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
                "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
                "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\u0001\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\rc\r\nContent-Length: 0\r\n\r\n",
            })
    void refusesAnswersAgainstTheRules(String answer) {
        assertThatThrownBy(() -> answerTo("GET", answer))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("awaited a response to GET");
    }

    @Test
    void saysWhatCameOfACutBody() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.shortBody());
                var client = RawClient.connect(endpoint.port())) {
            client.send(GET);
            assertThatThrownBy(client::readResponse)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("HTTP/1.1 200 OK")
                    .hasMessageContaining("the connection ended after 10 of 100 bytes");
        }
    }

    @Test
    void saysThatNothingCame() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.hang());
                var client = RawClient.connect(endpoint.port(), SHORT)) {
            client.send(GET);
            assertThatThrownBy(client::readResponse)
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("awaited a response to GET; nothing more came within PT0.2S");
        }
    }

    @Test
    void givesUpOnAnAnswerThatTricklesOverTheTimeLimit() throws IOException {
        byte[] answer = Text.bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var slow = Behaviours.trickle(answer, Duration.ofMillis(100));
        try (var endpoint = ScriptedEndpoint.start(slow);
                var client = RawClient.connect(endpoint.port(), SHORT)) {
            client.send(GET);
            assertThatThrownBy(client::readResponse)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("nothing more came within")
                    .hasMessageContaining("bytes so far: \"H");
        }
    }

    @Test
    void givesUpSendingWhenThePeerDoesNotRead() throws IOException {
        Behaviour deaf = (request, wire) -> wire.pause(Duration.ofSeconds(30));
        try (var endpoint = ScriptedEndpoint.start(deaf);
                var client = RawClient.connect(endpoint.port(), SHORT)) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n");
            assertThatThrownBy(() -> client.send(new GeneratedBody(1_000_000_000), false))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the peer does not read");
        }
    }

    @Test
    void sendsByteByByteAndCut() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo());
                var client = RawClient.connect(endpoint.port())) {
            client.sendSlowly(Text.bytes(GET), Duration.ofMillis(1));
            assertThat(client.readResponse().text()).isEqualTo(GET);
            client.sendCut(Text.bytes(GET), Duration.ofMillis(1), 3, 17);
            assertThat(client.readResponse().text()).isEqualTo(GET);
        }
    }

    @Test
    void hashesALongBodyInsteadOfKeepingIt() throws IOException {
        var body = new GeneratedBody(3_000_001);
        for (Behaviour stream :
                List.of(Behaviours.stream(body.bytes()), Behaviours.streamChunked(body.bytes()))) {
            try (var endpoint = ScriptedEndpoint.start(stream);
                    var client = RawClient.connect(endpoint.port())) {
                HashedResponse response = client.send(GET).readHashed();
                assertThat(response.response().status()).isEqualTo(200);
                assertThat(response.bytes()).isEqualTo(3_000_001);
                assertThat(response.sha256()).isEqualTo(body.sha256());
            }
        }
    }

    @Test
    void tellsAnEndFromSilenceAndFromBytes() throws IOException {
        Behaviour byPath =
                (request, wire) -> {
                    switch (request.target()) {
                        case "/close" -> wire.close();
                        case "/reset" -> wire.reset();
                        case "/speak" -> wire.send("surprise");
                        default -> wire.hang();
                    }
                };
        try (var endpoint = ScriptedEndpoint.start(byPath)) {
            for (String path : List.of("/close", "/reset")) {
                try (var client = RawClient.connect(endpoint.port())) {
                    client.send("GET " + path + " HTTP/1.1\r\n\r\n");
                    assertThat(client.closedByPeer(Duration.ofSeconds(5))).isTrue();
                }
            }
            try (var client = RawClient.connect(endpoint.port())) {
                client.send("GET /hang HTTP/1.1\r\n\r\n");
                assertThat(client.closedByPeer(SHORT)).isFalse();
                assertThat(client.silentFor(SHORT)).isTrue();
            }
            try (var client = RawClient.connect(endpoint.port())) {
                client.send("GET /speak HTTP/1.1\r\n\r\n");
                assertThatThrownBy(() -> client.closedByPeer(Duration.ofSeconds(5)))
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("surprise");
            }
        }
    }

    @Test
    void readsUntilClosedButNotOverAReset() throws IOException {
        Behaviour byPath =
                (request, wire) -> {
                    wire.send("bye");
                    if (request.target().equals("/reset")) {
                        wire.reset();
                    } else {
                        wire.close();
                    }
                };
        try (var endpoint = ScriptedEndpoint.start(byPath)) {
            try (var client = RawClient.connect(endpoint.port())) {
                assertThat(client.send(GET).readUntilClosed())
                        .asString(StandardCharsets.ISO_8859_1)
                        .isEqualTo("bye");
            }
            try (var client = RawClient.connect(endpoint.port())) {
                client.send("GET /reset HTTP/1.1\r\n\r\n");
                assertThatThrownBy(client::readUntilClosed)
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("reset");
            }
        }
    }

    @Test
    void readsAnswersAfterAHalfClose() throws IOException {
        var delayed = Behaviours.delay(Duration.ofMillis(50), Behaviours.ok("a"));
        try (var endpoint = ScriptedEndpoint.start(delayed);
                var client = RawClient.connect(endpoint.port())) {
            client.send(GET).halfClose();
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.closedByPeer(Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void resetsSoThatThePeerSeesAReset() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.hang());
                var client = RawClient.connect(endpoint.port())) {
            client.send(GET);
            endpoint.awaitRequests(1);
            client.reset();
            await().untilAsserted(() -> assertThat(endpoint.connections().open()).isZero());
        }
    }

    @Test
    void readsExactlySoManyBytes() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.raw("abcdef"));
                var client = RawClient.connect(endpoint.port(), SHORT)) {
            client.send(GET);
            assertThat(client.readBytes(4)).asString(StandardCharsets.ISO_8859_1).isEqualTo("abcd");
            assertThatThrownBy(() -> client.readBytes(3))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("awaited 3 bytes, got 2");
        }
    }

    @Test
    void saysByItsExceptionThatNobodyListens() throws IOException {
        int port = ScriptedEndpoint.deadPort();
        assertThatThrownBy(() -> RawClient.connect(port)).isInstanceOf(ConnectException.class);
    }

    private static RawResponse answerTo(String method, String answer) throws IOException {
        try (var endpoint =
                        ScriptedEndpoint.start(Behaviours.raw(answer).then(Behaviours.close()));
                var client = RawClient.connect(endpoint.port())) {
            return client.send(GET).readResponse(method);
        }
    }
}
