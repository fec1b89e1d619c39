package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptedEndpointTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Duration LONG = Duration.ofSeconds(5);

    @Test
    void remembersARequestExactly() throws IOException {
        String head =
                "POST /a%20b?c HTTP/1.1\r\nhost:x\r\nX-A:  1 \r\nx-a: 2\r\nContent-Length: 3\r\n\r\n";
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var client = RawClient.connect(endpoint.port())) {
            client.send(head + "abc" + GET);
            List<Request> requests = endpoint.awaitRequests(2);

            Request first = requests.getFirst();
            assertThat(first.method()).isEqualTo("POST");
            assertThat(first.target()).isEqualTo("/a%20b?c");
            assertThat(first.version()).isEqualTo("HTTP/1.1");
            assertThat(first.headers())
                    .containsExactly(
                            new HeaderLine("host", "x"),
                            new HeaderLine("X-A", "1"),
                            new HeaderLine("x-a", "2"),
                            new HeaderLine("Content-Length", "3"));
            assertThat(first.rawHead()).isEqualTo(head);
            assertThat(first.values("X-a")).containsExactly("1", "2");
            assertThat(first.body().text()).isEqualTo("abc");
            assertThat(first.connection()).isEqualTo(1);
            assertThat(requests.get(1).turn()).isEqualTo(2);
            assertThat(endpoint.violations()).isEmpty();
        }
    }

    @Test
    void remembersChunksAndTrailers() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var client = RawClient.connect(endpoint.port())) {
            client.send(
                    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nT: 1\r\n\r\n");
            ReceivedBody body = endpoint.awaitRequests(1).getFirst().body();
            assertThat(body.text()).isEqualTo("ab");
            assertThat(body.trailers()).containsExactly(new HeaderLine("T", "1"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hashesALongRequestBodyInsteadOfKeepingIt(boolean chunked) throws IOException {
        var sent = new GeneratedBody(5_000_000);
        String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: 5000000";
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo());
                var client = RawClient.connect(endpoint.port())) {
            client.send("POST / HTTP/1.1\r\n" + framing + "\r\n\r\n").send(sent, chunked);
            ReceivedBody body = endpoint.awaitRequests(1).getFirst().body();
            assertThat(body.size()).isEqualTo(5_000_000);
            assertThat(body.sha256()).isEqualTo(sent.sha256());
            assertThatThrownBy(body::bytes).hasMessageContaining("not kept");
            assertThat(client.readResponse().header("X-Echo-Body-Sha256")).isEqualTo(sent.sha256());
        }
    }

    @Test
    void showsAHeadWhoseBodyIsStillOnTheWay() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var client = RawClient.connect(endpoint.port())) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab");
            ReceivedBody body = endpoint.awaitHeads(1).getFirst().body();
            await().untilAsserted(() -> assertThat(body.size()).isEqualTo(2));
            assertThat(body.complete()).isFalse();
            assertThatThrownBy(body::bytes)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("has not arrived in full (2 bytes so far)");
            client.send("cd");
            assertThat(endpoint.awaitRequests(1).getFirst().body().text()).isEqualTo("abcd");
        }
    }

    @Test
    void saysWhichRequestsCameWhenTooFewDid() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var client = RawClient.connect(endpoint.port())) {
            client.send(GET).readResponse();
            assertThatThrownBy(() -> endpoint.awaitRequests(2, Duration.ofMillis(100)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("awaited 2 requests")
                    .hasMessageContaining("1 heads arrived, 1 in full")
                    .hasMessageContaining("GET / HTTP/1.1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /\r\n\r\n",
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\r\nbad name: 1\r\n\r\n",
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            })
    void writesDownWhatIsNoRequest(String bytes) throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var client = RawClient.connect(endpoint.port())) {
            client.send(bytes);
            await().untilAsserted(() -> assertThat(endpoint.violations()).hasSize(1));
            assertThat(endpoint.violations().getFirst()).startsWith("connection 1: ");
        }
    }

    @Test
    void doesNotBlameAClientThatGoesAway() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var client = RawClient.connect(endpoint.port())) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab");
            endpoint.awaitHeads(1);
            client.close();
            await().untilAsserted(() -> assertThat(endpoint.connections().open()).isZero());
            assertThat(endpoint.violations()).isEmpty();
        }
    }

    @Test
    void countsAcceptedAndOpenConnections() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var stays = RawClient.connect(endpoint.port())) {
            stays.send(GET).readResponse();
            try (var goes = RawClient.connect(endpoint.port())) {
                goes.send(GET).readResponse();
                assertThat(endpoint.connections())
                        .isEqualTo(new ScriptedEndpoint.Connections(2, 2));
            }
            await().untilAsserted(
                            () ->
                                    assertThat(endpoint.connections())
                                            .isEqualTo(new ScriptedEndpoint.Connections(2, 1)));
        }
    }

    @Test
    void closesWhenTheRequestSaysSo() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"))) {
            for (String request :
                    List.of(
                            "GET / HTTP/1.1\r\nConnection: x, Close\r\n\r\n",
                            "GET / HTTP/1.0\r\n\r\n")) {
                try (var client = RawClient.connect(endpoint.port())) {
                    assertThat(client.send(request).readResponse().header("Connection"))
                            .isEqualTo("close");
                    assertThat(client.closedByPeer(LONG)).isTrue();
                }
            }
        }
    }

    @Test
    void refusesWhileKilledAndServesTheSamePortWhenRevived() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"))) {
            for (int round = 0; round < 3; round++) {
                var client = RawClient.connect(endpoint.port());
                client.send(GET).readResponse();
                endpoint.kill();
                assertThatThrownBy(client::readUntilClosed).hasMessageContaining("reset");
                assertThatThrownBy(() -> RawClient.connect(endpoint.port()))
                        .isInstanceOf(ConnectException.class);
                endpoint.revive();
            }
            try (var client = RawClient.connect(endpoint.port())) {
                assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void endsAWaitingBehaviourWhenKilled() throws IOException {
        var waiting = Behaviours.delay(Duration.ofHours(1), Behaviours.ok("a"));
        try (var endpoint = ScriptedEndpoint.start(waiting);
                var client = RawClient.connect(endpoint.port())) {
            client.send(GET);
            endpoint.awaitRequests(1);
            endpoint.kill();
            assertThat(client.closedByPeer(LONG)).isTrue();
            await().untilAsserted(() -> assertThat(endpoint.connections().open()).isZero());
        }
    }

    @Test
    void letsABehaviourKillItsOwnEndpoint() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.hang())) {
            endpoint.behave((request, wire) -> endpoint.kill());
            try (var client = RawClient.connect(endpoint.port())) {
                client.send(GET);
                assertThat(client.closedByPeer(LONG)).isTrue();
            }
            await().untilAsserted(() -> assertThat(endpoint.connections().open()).isZero());
        }
    }

    @Test
    void refusesToReviveTheLiving() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"))) {
            assertThatThrownBy(endpoint::revive).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void leavesConnectingOpenWhenItNeverAccepts() throws IOException {
        try (var endpoint = ScriptedEndpoint.neverAccepting()) {
            assertThatThrownBy(() -> RawClient.connect(endpoint.port(), Duration.ofMillis(300)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void changesItsBehaviourFromTheNextRequestOn() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var client = RawClient.connect(endpoint.port())) {
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
            endpoint.behave(Behaviours.status(503));
            assertThat(client.send(GET).readResponse().status()).isEqualTo(503);
        }
    }

    @Test
    void throwsABehavioursMistakeAtItsClose() throws IOException {
        Behaviour wrong =
                (request, wire) -> {
                    throw new IllegalStateException("a mistake in the test");
                };
        var endpoint = ScriptedEndpoint.start(wrong);
        try (var client = RawClient.connect(endpoint.port())) {
            client.send(GET);
            assertThat(client.closedByPeer(LONG)).isTrue();
        }
        assertThatThrownBy(endpoint::close)
                .isInstanceOf(AssertionError.class)
                .hasRootCauseMessage("a mistake in the test");
    }
}
