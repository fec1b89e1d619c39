package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BehavioursTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Duration LONG = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofMillis(150);

    private interface Exchange {
        void with(RawClient client) throws IOException;
    }

    private static void meeting(Behaviour behaviour, Exchange exchange) throws IOException {
        try (var endpoint = ScriptedEndpoint.start(behaviour);
                var client = RawClient.connect(endpoint.port())) {
            exchange.with(client);
        }
    }

    @Test
    void okNamesTheEndpointAndRepeatsTheTestId() throws IOException {
        meeting(
                Behaviours.ok("users-1"),
                client -> {
                    RawResponse response =
                            client.send("GET / HTTP/1.1\r\nX-Test-Id: 7\r\n\r\n").readResponse();
                    assertThat(response.text()).isEqualTo("Response from: users-1");
                    assertThat(response.header("X-Echo-Id")).isEqualTo("7");
                });
    }

    @Test
    void okSendsNoBodyToAHead() throws IOException {
        meeting(
                Behaviours.ok("a"),
                client -> {
                    RawResponse response =
                            client.send("HEAD / HTTP/1.1\r\n\r\n").readResponse("HEAD");
                    assertThat(response.header("Content-Length")).isEqualTo("16");
                    assertThat(client.silentFor(SHORT)).isTrue();
                });
    }

    @Test
    void echoGivesTheRequestBack() throws IOException {
        String head = "PUT /x?y HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
        meeting(
                Behaviours.echo(),
                client -> {
                    RawResponse response = client.send(head + "abc").readResponse();
                    assertThat(response.text()).isEqualTo(head + "abc");
                    assertThat(response.header("X-Echo-Method")).isEqualTo("PUT");
                    assertThat(response.header("X-Echo-Target")).isEqualTo("/x?y");
                    assertThat(response.header("X-Echo-Body-Length")).isEqualTo("3");
                    assertThat(response.header("X-Echo-Body-Sha256"))
                            .isEqualTo(
                                    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
                });
    }

    @Test
    void statusAnswersWithHeadersOrText() throws IOException {
        var behaviour =
                Behaviours.sequence(
                        Behaviours.statusWithHeaders(503, "Retry-After: 1"),
                        Behaviours.status(404, "nothing here"),
                        Behaviours.status(204));
        meeting(
                behaviour,
                client -> {
                    RawResponse busy = client.send(GET).readResponse();
                    assertThat(busy.status()).isEqualTo(503);
                    assertThat(busy.header("Retry-After")).isEqualTo("1");
                    assertThat(client.send(GET).readResponse().text()).isEqualTo("nothing here");
                    assertThat(client.send(GET).readResponse().status()).isEqualTo(204);
                });
    }

    @Test
    void trickleSendsEveryByte() throws IOException {
        byte[] answer = Text.bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        meeting(
                Behaviours.trickle(answer, Duration.ofMillis(1)),
                client -> assertThat(client.send(GET).readResponse().text()).isEqualTo("hi"));
    }

    @Test
    void delayHoldsTheAnswerBack() throws IOException {
        meeting(
                Behaviours.delay(Duration.ofMillis(400), Behaviours.ok("a")),
                client -> {
                    assertThat(client.send(GET).silentFor(SHORT)).isTrue();
                    assertThat(client.readResponse().status()).isEqualTo(200);
                });
    }

    @Test
    void hangStaysSilentAndOpen() throws IOException {
        meeting(
                Behaviours.hang(),
                client -> assertThat(client.send(GET).silentFor(SHORT)).isTrue());
    }

    @Test
    void closeIsAnEmptyAnswer() throws IOException {
        meeting(
                Behaviours.close(),
                client -> assertThat(client.send(GET).readUntilClosed()).isEmpty());
    }

    @Test
    void resetBeforeAnswerSendsNothing() throws IOException {
        meeting(
                Behaviours.resetBeforeAnswer(),
                client -> {
                    client.send(GET);
                    assertThatThrownBy(client::readUntilClosed)
                            .hasMessageContaining("got \"\"")
                            .hasMessageContaining("reset");
                });
    }

    @Test
    void resetAfterHeadSendsAHeadOnly() throws IOException {
        meeting(
                Behaviours.resetAfterHead(),
                client -> {
                    client.send(GET);
                    assertThatThrownBy(client::readResponse)
                            .hasMessageContaining("HTTP/1.1 200 OK")
                            .hasMessageContaining("reset");
                });
    }

    @Test
    void extraBytesLookLikeASecondResponse() throws IOException {
        meeting(
                Behaviours.extraBytes(),
                client -> {
                    client.send(GET);
                    assertThat(client.readResponse().text()).isEqualTo("hello");
                    assertThat(client.readResponse().text()).isEqualTo("poisoned");
                });
    }

    @Test
    void chunkedSendsPartsAndTrailers() throws IOException {
        meeting(
                Behaviours.chunked(List.of("one ", "two"), Map.of("X-Sum", "7")),
                client -> {
                    RawResponse response = client.send(GET).readResponse();
                    assertThat(response.text()).isEqualTo("one two");
                    assertThat(response.header("Trailer")).isEqualTo("X-Sum");
                    assertThat(response.trailers().get("X-Sum")).containsExactly("7");
                });
    }

    @Test
    void continueIsSentOnlyToThoseWhoExpectIt() throws IOException {
        meeting(
                Behaviours.continue100(Behaviours.echo()),
                client -> {
                    client.send(
                            "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
                    assertThat(client.readResponse().status()).isEqualTo(100);
                    assertThat(client.send("hi").readResponse().text()).endsWith("hi");
                    assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
                });
    }

    @Test
    void anEarlyAnswerLeavesTheConnectionUsable() throws IOException {
        meeting(
                Behaviours.sequence(
                        Behaviours.earlyAnswerThenKeepReading(413, "too large"),
                        Behaviours.ok("a")),
                client -> {
                    client.send("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n");
                    assertThat(client.readResponse().status()).isEqualTo(413);
                    assertThat(client.send("abcd" + GET).readResponse().status()).isEqualTo(200);
                });
    }

    @Test
    void dripHeadersComeLateButWhole() throws IOException {
        meeting(
                Behaviours.dripHeaders(3, Duration.ofMillis(60)),
                client -> {
                    long start = System.nanoTime();
                    RawResponse response = client.send(GET).readResponse();
                    assertThat(System.nanoTime() - start).isGreaterThan(150_000_000);
                    assertThat(response.header("x-drip-2")).isEqualTo("2");
                    assertThat(response.text()).isEqualTo("late");
                });
    }

    @Test
    void sequenceStaysWithItsLast() throws IOException {
        meeting(
                Behaviours.sequence(Behaviours.ok("a"), Behaviours.ok("b")),
                client -> {
                    assertThat(client.send(GET).readResponse().text()).endsWith("a");
                    assertThat(client.send(GET).readResponse().text()).endsWith("b");
                    assertThat(client.send(GET).readResponse().text()).endsWith("b");
                });
    }

    @Test
    void byPathChoosesByPathWithoutQuery() throws IOException {
        meeting(
                Behaviours.byPath(Map.of("/health", Behaviours.status(204))),
                client -> {
                    client.send("GET /health?x HTTP/1.1\r\n\r\n");
                    assertThat(client.readResponse().status()).isEqualTo(204);
                    assertThat(client.send(GET).readResponse().status()).isEqualTo(404);
                });
    }

    @Test
    void aHalfClosedAnswerEndsWithoutClosingTheOtherDirection() throws IOException {
        Behaviour halfClosing =
                (request, wire) -> {
                    wire.send("HTTP/1.1 200 OK\r\n\r\nhalf");
                    wire.halfClose();
                };
        meeting(
                halfClosing,
                client -> {
                    assertThat(client.send(GET).readResponse().text()).isEqualTo("half");
                    client.send("still open").halfClose();
                    assertThat(client.closedByPeer(LONG)).isTrue();
                });
    }
}
