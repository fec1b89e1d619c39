package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.Request;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Endpoints that lie. Each lie harms the request that it answers; after it, requests with ids of their own on the same
/// client's connection, on another that was open before, and on new ones get the answers that are theirs. All on one
/// event loop, where they share the connections that are kept.
class HostileEndpointTest {
    private static final String BAD = "GET /bad HTTP/1.1\r\nHost: weir.test\r\n\r\n";
    private static final String POISON =
            "HTTP/1.1 200 OK\r\nX-Echo-Id: poison\r\nContent-Length: 8\r\n\r\npoisoned";

    private final AtomicInteger ids = new AtomicInteger();
    private Behaviour bad = Behaviours.echo();
    private ScriptedEndpoint endpoint;
    private Gate gate;
    private RawClient client;
    private RawClient other;

    @BeforeEach
    void open() throws Exception {
        endpoint =
                ScriptedEndpoint.start(
                        (request, wire) -> {
                            boolean lies = request.target().equals("/bad");
                            (lies ? bad : Behaviours.echo()).answer(request, wire);
                        });
        gate =
                Gate.openOnOneLoop(
                        """
                        routes: [{ to: all, timeout: 300ms }]
                        services: { all: { endpoints: [%s] } }
                        """
                                .formatted(endpoint.address()));
        client = gate.client();
        other = gate.client();
        own(client);
        own(other);
    }

    @AfterEach
    void close() {
        client.close();
        other.close();
        gate.close();
        endpoint.close();
    }

    /// A good request that gets its own answer.
    private void own(RawClient on) {
        String id = "id-" + ids.incrementAndGet();
        on.send(good(id));
        own(on, id);
    }

    private static String good(String id) {
        return "GET /good HTTP/1.1\r\nHost: weir.test\r\nX-Test-Id: " + id + "\r\n\r\n";
    }

    private static void own(RawClient on, String id) {
        RawResponse response = on.readResponse();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().get("X-Echo-Id")).containsExactly(id);
        assertThat(response.text()).contains("X-Test-Id: " + id + "\r\n");
    }

    /// @param same whether the client's connection must have outlived the lie
    private void nobodyElseIsHarmed(boolean same) throws IOException {
        for (int i = 0; i < 3; i++) {
            own(other);
            if (same) {
                own(client);
            }
            try (RawClient fresh = gate.client()) {
                own(fresh);
            }
        }
        assertThat(endpoint.violations()).isEmpty();
    }

    static Stream<AnswerLie> lies() {
        return AnswerLies.all();
    }

    @ParameterizedTest
    @MethodSource("lies")
    void harmsNobodyElseByALie(AnswerLie lie) throws Exception {
        bad = Behaviours.raw(lie.says());
        client.send(BAD);
        boolean same = true;
        switch (lie.outcome()) {
            case REFUSED -> assertThat(client.readFinalResponse().status()).isEqualTo(502);
            case TAKEN -> {
                RawResponse response = client.readFinalResponse();
                assertThat(response.status()).isIn(200, 204, 304);
                assertThat(response.text()).isIn("", "hello");
            }
            case CUT -> {
                cut(client);
                same = false;
            }
        }
        nobodyElseIsHarmed(same);
        neverAskedAgain();
    }

    /// A request that waits behind the bad one is sent the moment that one is over, while what is too much is at hand.
    @ParameterizedTest
    @MethodSource("lies")
    void harmsNoRequestThatIsPipelinedBehindALie(AnswerLie lie) throws Exception {
        bad = Behaviours.raw(lie.says());
        client.send(BAD + good("next") + good("last"));
        if (lie.outcome() == AnswerLie.Outcome.CUT) {
            cut(client);
        } else {
            assertThat(client.readFinalResponse().status()).isIn(200, 204, 304, 502);
            own(client, "next");
            own(client, "last");
        }
        neverAskedAgain();
    }

    /// The connection on which the endpoint lied gets no further request.
    private void neverAskedAgain() {
        List<Request> requests = endpoint.requests();
        Request lied =
                requests.stream().filter(r -> r.target().equals("/bad")).findFirst().orElseThrow();
        assertThat(requests)
                .noneMatch(r -> r.connection() == lied.connection() && r.turn() > lied.turn());
    }

    @ParameterizedTest
    @MethodSource("lies")
    void harmsNobodyElseByALieInPieces(AnswerLie lie) throws Exception {
        byte[] all = lie.says().getBytes(StandardCharsets.ISO_8859_1);
        int most = Math.min(all.length, 120);
        bad =
                (request, wire) -> {
                    for (int i = 0; i < most; i++) {
                        wire.send(new byte[] {all[i]});
                    }
                    wire.send(Arrays.copyOfRange(all, most, all.length));
                };
        client.send(BAD);
        switch (lie.outcome()) {
            case REFUSED -> assertThat(client.readFinalResponse().status()).isEqualTo(502);
            case TAKEN -> assertThat(client.readFinalResponse().text()).isIn("", "hello");
            case CUT -> cut(client);
        }
        assertThat(endpoint.violations()).isEmpty();
    }

    /// The answer begins and never looks whole: neither all of its length nor a last chunk comes.
    private static void cut(RawClient client) {
        String all =
                new String(client.readUntilClosed(), StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT);
        int body = all.indexOf("\r\n\r\n") + 4;
        assertThat(all).startsWith("http/1.1 200");
        if (all.contains("transfer-encoding: chunked")) {
            assertThat(all.substring(body)).doesNotContain("0\r\n\r\n");
        } else {
            int length = Integer.parseInt(all.replaceAll("(?s).*content-length: ([0-9]+).*", "$1"));
            assertThat(all.length() - body).isLessThan(length);
        }
    }

    // ---- answers that are not whole ----

    private void cuts(Behaviour lie) throws Exception {
        bad = lie;
        cut(client.send(BAD));
        nobodyElseIsHarmed(false);
    }

    private static Behaviour says(String text, boolean byReset) {
        return (request, wire) -> {
            wire.send(text);
            if (byReset) {
                wire.pause(Duration.ofMillis(20));
                wire.reset();
            } else {
                wire.close();
            }
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void neverMakesAShortBodyLookWhole(boolean byReset) throws Exception {
        cuts(says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789", byReset));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5\r\nhel", "5\r\nhello\r\n", "5\r\nhello\r\n0\r\n"})
    void neverMakesCutChunksLookWhole(String chunks) throws Exception {
        cuts(says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, false));
    }

    @Test
    void neverMakesABodyThatEndsByResetLookWhole() throws Exception {
        cuts(says("HTTP/1.1 200 OK\r\n\r\nhello", true));
    }

    @Test
    void neverMakesABodyThatStandsStillLookWhole() throws Exception {
        cuts(
                (request, wire) -> {
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
                    wire.hang();
                });
    }

    // ---- no answer ----

    private void refuses(int status, Behaviour lie) throws Exception {
        bad = lie;
        assertThat(client.send(BAD).readFinalResponse().status()).isEqualTo(status);
        nobodyElseIsHarmed(true);
    }

    @Test
    void answers504ForAnAnswerThatNeverComes() throws Exception {
        refuses(504, Behaviours.hang());
    }

    @Test
    void answers504ForAHeadThatDrips() throws Exception {
        refuses(504, Behaviours.dripHeaders(90, Duration.ofMillis(20)));
    }

    @Test
    void answers502ForAConnectionThatEndsInsteadOfAnAnswer() throws Exception {
        refuses(502, Behaviours.close());
        refuses(502, Behaviours.resetBeforeAnswer());
        refuses(502, says("HTTP/1.1 200 OK\r\nContent-Le", false));
    }

    // ---- too much, too early, too late ----

    @Test
    void givesTheBodyOfAnAnswerToHeadToNobody() throws Exception {
        bad = Behaviours.raw("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n" + POISON);
        client.send(BAD.replace("GET", "HEAD"));
        assertThat(client.readResponse("HEAD").header("Content-Length")).isEqualTo("77");
        nobodyElseIsHarmed(true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 204 No Content\r\nContent-Length: 77\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n",
            })
    void givesBytesOnAnIdleConnectionToNobody(String answer) throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        bad =
                (request, wire) -> {
                    wire.send(answer);
                    wire.pause(Duration.ofMillis(30));
                    wire.send(POISON);
                    sent.countDown();
                };
        assertThat(client.send(BAD).readResponse().status()).isLessThan(400);
        sent.await();
        // The connection goes as soon as the bytes are read; nothing is asked on it before.
        await().until(() -> endpoint.connections().open() == 0);
        nobodyElseIsHarmed(true);
    }

    @Test
    void deliversAnEarlyAnswerAndUsesNeitherConnectionAgain() throws Exception {
        bad = (request, wire) -> wire.answer(403, "no".getBytes(StandardCharsets.US_ASCII));
        client.send(
                "POST /bad HTTP/1.1\r\nHost: weir.test\r\nContent-Length: 1000000\r\n\r\nbegin");
        RawResponse response = client.readResponse();
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.header("Connection")).isEqualTo("close");
        client.send(BAD.repeat(10));
        assertThat(client.readUntilClosed()).isEmpty();
        nobodyElseIsHarmed(false);
        assertThat(endpoint.requests())
                .filteredOn(request -> request.target().equals("/bad"))
                .hasSize(1)
                .noneMatch(request -> request.body().complete());
    }

    /// The endpoint never reads the body, which looks like a request, and is sent all of it before its answer ends.
    @Test
    void usesNoConnectionAgainOnWhichTheAnswerBeganBeforeTheRequestHadEnded() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        bad =
                (request, wire) -> {
                    wire.send("HTTP/1.1 413 Scripted\r\nContent-Length: 2\r\n\r\nn");
                    reached(sent);
                    wire.send("o");
                };
        int before = endpoint.connections().accepted();
        String body = "GET /good HTTP/1.1\r\nHost: a\r\nX-Test-Id: smuggled\r\n\r\n";
        client.send(
                "POST /bad HTTP/1.1\r\nHost: weir.test\r\nContent-Length: %d\r\n\r\n"
                        .formatted(body.length()));
        assertThat(client.readBytes(12)).asString().isEqualTo("HTTP/1.1 413");
        client.send(body);
        await().pollDelay(Duration.ofMillis(100)).until(() -> true);
        sent.countDown();
        own(other);
        assertThat(endpoint.connections().accepted()).isEqualTo(before + 1);
        nobodyElseIsHarmed(false);
    }

    @Test
    void sendsNoMoreToAnEndpointThatClosesAfterAnError() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        bad =
                (request, wire) -> {
                    wire.send(
                            "HTTP/1.1 413 Scripted\r\nConnection: close\r\nContent-Length: 2\r\n\r\nn");
                    Thread ends =
                            Thread.startVirtualThread(
                                    () -> {
                                        reached(sent);
                                        try {
                                            wire.send("o");
                                        } catch (IOException e) {
                                            throw new UncheckedIOException(e);
                                        }
                                    });
                    wire.readBody();
                    ends.interrupt();
                };
        client.send("POST /bad HTTP/1.1\r\nHost: weir.test\r\nContent-Length: 500000\r\n\r\nbegin");
        assertThat(client.readBytes(12)).asString().isEqualTo("HTTP/1.1 413");
        client.send("x".repeat(400_000));
        sent.countDown();
        assertThat(client.readUntilClosed()).asString().endsWith("\r\n\r\nno");
        nobodyElseIsHarmed(false);
        assertThat(endpoint.requests())
                .filteredOn(request -> request.target().equals("/bad"))
                .hasSize(1)
                .allMatch(request -> request.body().size() == "begin".length());
    }

    /// The loop stands still while a request comes and then bytes on the connection that will carry it: both are there when it goes on.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesNothingForAnAnswerThatCameBeforeTheRequestLeft(boolean ends) throws Exception {
        CountDownLatch stands = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        CountDownLatch poison = new CountDownLatch(1);
        CountDownLatch poisoned = new CountDownLatch(1);
        bad =
                (request, wire) -> {
                    wire.answer(200, "fine".getBytes(StandardCharsets.US_ASCII));
                    reached(poison);
                    if (ends) {
                        wire.close();
                    } else {
                        wire.send(POISON);
                    }
                    poisoned.countDown();
                };
        try (Gate one =
                        Gate.openHeard(
                                """
                                weir: 1
                                trusted-proxies: [127.0.0.0/8]
                                listeners:
                                  web: "127.0.0.1:0"
                                  strict: { listen: "127.0.0.1:0", proxy-protocol: require }
                                routes: [{ to: all, retry: { attempts: 1, when: [connect-failed] } }]
                                services: { all: { endpoints: [%s] } }
                                """
                                        .formatted(endpoint.address()),
                                WeirOptions.DEFAULTS.withLoops(1),
                                line -> {
                                    if (line.contains("listener strict")) {
                                        stands.countDown();
                                        reached(goesOn);
                                    }
                                });
                RawClient asks = one.client();
                RawClient stops = RawClient.connect(one.weir().port("strict"))) {
            assertThat(asks.send(BAD).readResponse().text()).isEqualTo("fine");
            stops.send("no header\r\n");
            reached(stands);
            asks.send(
                    "POST /good HTTP/1.1\r\nHost: a\r\nX-Test-Id: mine\r\nContent-Length: 0\r\n\r\n");
            await().pollDelay(Duration.ofMillis(20)).until(() -> true);
            poison.countDown();
            reached(poisoned);
            await().pollDelay(Duration.ofMillis(20)).until(() -> true);
            goesOn.countDown();
            own(asks, "mine");
        }
        assertThat(endpoint.requests())
                .filteredOn(request -> request.method().equals("POST"))
                .hasSize(1);
    }

    private static void reached(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void skipsTheRestOfAShortBodyAfterAnEarlyAnswer() throws Exception {
        bad = (request, wire) -> wire.answer(403, "no".getBytes(StandardCharsets.US_ASCII));
        client.send("POST /bad HTTP/1.1\r\nHost: weir.test\r\nContent-Length: 8\r\n\r\n");
        assertThat(client.readResponse().status()).isEqualTo(403);
        client.send("GET /bad");
        nobodyElseIsHarmed(true);
    }

    @Test
    void repeatsWhatMayBeRepeatedOnceWhenAKeptConnectionDies() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        bad =
                (request, wire) -> {
                    wire.readBody();
                    if (calls.incrementAndGet() % 2 == 1) {
                        wire.reset();
                    } else {
                        Behaviours.echo().answer(request, wire);
                    }
                };
        assertThat(client.send(BAD).readResponse().status()).isEqualTo(200);
        assertThat(calls).hasValue(2);
        client.send("POST /bad HTTP/1.1\r\nHost: weir.test\r\nContent-Length: 2\r\n\r\nab");
        assertThat(client.readResponse().status()).isEqualTo(502);
        assertThat(calls).hasValue(3);
        nobodyElseIsHarmed(true);
    }

    @Test
    void passesNoMoreThanTenInterimAnswers() throws Exception {
        bad =
                Behaviours.raw(
                        "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(10)
                                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        client.send(BAD);
        for (int i = 0; i < 10; i++) {
            assertThat(client.readResponse().status()).isEqualTo(103);
        }
        assertThat(client.readResponse().text()).isEqualTo("ok");
        nobodyElseIsHarmed(true);
    }

    @Test
    void passesNoInterimAnswersToHttp10() throws Exception {
        bad =
                Behaviours.raw(
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"
                                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(gate.exchange("GET /bad HTTP/1.0\r\n\r\n").text()).isEqualTo("ok");
        nobodyElseIsHarmed(true);
    }

    @Test
    void passesCompressedBombsAsTheyAre() throws Exception {
        bad =
                Behaviours.raw(
                        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nzip");
        RawResponse response = client.send(BAD).readResponse();
        assertThat(response.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(response.text()).isEqualTo("zip");
        nobodyElseIsHarmed(true);
    }
}
