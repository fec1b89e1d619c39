package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.GeneratedBody;
import dev.weir.testkit.HeaderLine;
import dev.weir.testkit.Http2Request;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedHttp2Endpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP/2 towards endpoints: what a request becomes, what an answer becomes, and how bodies flow. On one event loop.
class Http2EndpointsTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: weir.test\r\n\r\n";

    private ScriptedHttp2Endpoint endpoint;
    private Gate gate;

    @BeforeEach
    void open() throws Exception {
        endpoint =
                ScriptedHttp2Endpoint.start(
                        (request, wire) -> {
                            wire.readBody();
                            wire.answer(200, "hello", "x-here: yes");
                        });
        gate = Gate.openOnOneLoop(to(endpoint));
    }

    @AfterEach
    void close() {
        gate.close();
        assertThat(endpoint.violations()).isEmpty();
        endpoint.close();
    }

    private static String to(ScriptedHttp2Endpoint endpoint) {
        return """
        routes: [{ to: all, timeout: 5s }]
        services: { all: { endpoints: [%s], protocol: h2c } }
        """
                .formatted(endpoint.address());
    }

    private Http2Request received() {
        return endpoint.awaitRequests(1).getLast();
    }

    // ---- requests ----

    @Test
    void asksWithTheRequestLineAsPseudoFieldsBeforeTheOthers() throws Exception {
        assertThat(gate.get("/a?x=1&y", "X-Mine: A b").text()).isEqualTo("hello");
        List<HeaderLine> fields = received().fields();
        assertThat(fields.subList(0, 4))
                .containsExactlyInAnyOrder(
                        new HeaderLine(":method", "GET"),
                        new HeaderLine(":path", "/a?x=1&y"),
                        new HeaderLine(":scheme", "http"),
                        new HeaderLine(":authority", "weir.test"));
        assertThat(fields.subList(4, fields.size()))
                .allMatch(field -> field.name().matches("[a-z0-9-]+"))
                .contains(
                        new HeaderLine("x-mine", "A b"),
                        new HeaderLine("x-forwarded-for", "127.0.0.1"),
                        new HeaderLine("x-forwarded-host", "weir.test"));
    }

    @Test
    void sendsNothingThatMeansAConnection() throws Exception {
        gate.exchange(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Hop, TE\r\nX-Hop: 1\r\n"
                        + "Keep-Alive: timeout=5\r\nTE: gzip\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"
                        + "Proxy-Connection: close\r\n\r\n");
        assertThat(received().fields())
                .extracting(HeaderLine::name)
                .doesNotContain(
                        "connection",
                        "x-hop",
                        "keep-alive",
                        "te",
                        "upgrade",
                        "http2-settings",
                        "proxy-connection",
                        "transfer-encoding",
                        "host");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: TE\r\nTE: trailers\r\n",
                "TE: gzip;q=0.5, trailers\r\n",
                "Content-Type: application/grpc+proto\r\n"
            })
    void saysThatTrailersAreTakenWhereTheClientSaysSoOrSpeaksGrpc(String lines) throws Exception {
        gate.exchange("GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
        assertThat(received().field("te")).isEqualTo("trailers");
    }

    @Test
    void sendsTheRewrittenPathWithTheQuery() throws Exception {
        try (var rewriting =
                Gate.open(
                        """
                        routes: [{ match: { path: /api/** }, to: all, strip-prefix: /api }]
                        services: { all: { endpoints: [%s], protocol: h2c } }
                        """
                                .formatted(endpoint.address()))) {
            rewriting.get("/api/x?y=1");
            rewriting.get("/api/z");
        }
        assertThat(endpoint.awaitRequests(2))
                .extracting(Http2Request::path)
                .containsExactly("/x?y=1", "/z");
    }

    @Test
    void passesBodiesOfKnownAndOfUnknownLength() throws Exception {
        endpoint.behave(
                (request, wire) -> {
                    wire.readBody();
                    wire.answer(200, request.body().size() + " " + request.body().sha256());
                });
        try (RawClient client = gate.client()) {
            for (boolean chunked : new boolean[] {false, true}) {
                GeneratedBody body = new GeneratedBody(300_000);
                client.send(
                        "POST /up HTTP/1.1\r\nHost: a\r\n"
                                + (chunked
                                        ? "Transfer-Encoding: chunked\r\n\r\n"
                                        : "Content-Length: 300000\r\n\r\n"));
                client.send(body, chunked);
                assertThat(client.readResponse().text()).isEqualTo("300000 " + body.sha256());
                assertThat(received().field("content-length")).isEqualTo(chunked ? null : "300000");
            }
        }
    }

    @Test
    void endsARequestWithoutABodyInItsHead() throws Exception {
        gate.get("/");
        var head = endpoint.frames(1).getFirst();
        assertThat(head.flags() & 1).isEqualTo(1);
        assertThat(endpoint.frames(0)).isEmpty();
    }

    @Test
    void passesTheRequestsTrailers() throws Exception {
        gate.exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "2\r\nab\r\n0\r\nX-Sum: 7\r\nX-Other: 8\r\n\r\n");
        assertThat(received().body().trailers()).containsExactly(new HeaderLine("x-sum", "7"));
        assertThat(received().body().text()).isEqualTo("ab");
    }

    // ---- answers ----

    @Test
    void passesStatusFieldsAndBodyOfAnAnswer() throws Exception {
        endpoint.behave(
                (request, wire) -> {
                    wire.head(418, false, "x-one: 1", "set-cookie: a=b", "set-cookie: c=d");
                    wire.data("tea", false);
                    wire.data("pot", true);
                });
        RawResponse answer = gate.get("/");
        assertThat(answer.status()).isEqualTo(418);
        assertThat(answer.headers().get("Set-Cookie")).containsExactly("a=b", "c=d");
        assertThat(answer.header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(answer.text()).isEqualTo("teapot");
    }

    @Test
    void saysThatAnAnswerWithoutABodyHasNone() throws Exception {
        endpoint.behave((request, wire) -> wire.head(200, true));
        try (RawClient client = gate.client()) {
            for (int i = 0; i < 2; i++) {
                RawResponse answer = client.send(GET).readResponse();
                assertThat(answer.header("Content-Length")).isEqualTo("0");
                assertThat(answer.body()).isEmpty();
            }
        }
    }

    @Test
    void answersHeadWithTheLengthAndWithoutABody() throws Exception {
        RawResponse answer = gate.exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(answer.header("Content-Length")).isEqualTo("5");
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void answersWithoutABodyWhereTheStatusHasNone(int status) throws Exception {
        endpoint.behave(
                (request, wire) -> {
                    wire.head(status, false);
                    wire.data("", true);
                });
        try (RawClient client = gate.client()) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.send(GET).readResponse().status()).isEqualTo(status);
            }
        }
        assertThat(endpoint.connections().accepted()).isEqualTo(1);
    }

    @Test
    void passesTrailersThatWereAnnouncedAndThoseOfGrpc() throws Exception {
        endpoint.behave(
                (request, wire) -> {
                    wire.head(200, false, "trailer: x-sum");
                    wire.data("a", false);
                    wire.trailers("x-sum: 7", "grpc-status: 0", "x-other: 1");
                });
        assertThat(gate.get("/").trailers()).containsOnlyKeys("x-sum", "grpc-status");
    }

    @Test
    void passesAnAnswerOfGrpcThatHasNothingButTrailers() throws Exception {
        endpoint.behave(
                (request, wire) ->
                        wire.head(
                                200,
                                true,
                                "content-type: application/grpc",
                                "grpc-status: 5",
                                "grpc-message: none"));
        RawResponse answer = gate.get("/");
        assertThat(answer.header("grpc-status")).isEqualTo("5");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void passesInterimAnswersAndNoMoreThanTen() throws Exception {
        endpoint.behave(
                (request, wire) -> {
                    int hints = request.path().equals("/ten") ? 10 : 11;
                    for (int i = 0; i < hints; i++) {
                        wire.head(103, false, "link: </a.css>");
                    }
                    wire.answer(200, "done");
                });
        try (RawClient client = gate.client()) {
            client.send("GET /ten HTTP/1.1\r\nHost: a\r\n\r\n");
            for (int i = 0; i < 10; i++) {
                assertThat(client.readResponse().status()).isEqualTo(103);
            }
            assertThat(client.readResponse().text()).isEqualTo("done");
            client.send("GET /more HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readFinalResponse().status()).isEqualTo(502);
        }
    }

    @Test
    void deliversAnAnswerThatComesBeforeTheRequestsEnd() throws Exception {
        endpoint.behave((request, wire) -> wire.answer(403, "no"));
        try (RawClient client = gate.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegin");
            assertThat(client.readResponse().text()).isEqualTo("no");
        }
        // NO_ERROR: nothing is wrong, the rest is not worth sending.
        await().untilAsserted(
                        () -> {
                            assertThat(endpoint.requests().getFirst().resetCode()).isEqualTo(0);
                        });
        endpoint.behave((request, wire) -> wire.answer(200, "next"));
        assertThat(gate.get("/").text()).isEqualTo("next");
        assertThat(endpoint.connections().accepted()).isEqualTo(1);
    }

    @Test
    void takesAWholeAnswerAlsoWhereTheRequestIsRefusedToItsEnd() throws Exception {
        endpoint.behave(
                (request, wire) -> {
                    wire.answer(413, "too much");
                    wire.reset(0);
                });
        try (RawClient client = gate.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegin");
            assertThat(client.readResponse().text()).isEqualTo("too much");
        }
    }

    // ---- back-pressure ----

    @Test
    void readsNoFasterThanTheClientAndHoldsUpNoOtherStream() throws Exception {
        CountDownLatch slowBegun = new CountDownLatch(20);
        byte[] piece = new byte[16 << 10];
        int[] sent = new int[1];
        endpoint.behave(
                (request, wire) -> {
                    if (request.path().equals("/fast")) {
                        wire.answer(200, "x".repeat(200_000));
                        return;
                    }
                    wire.head(200, false);
                    slowBegun.countDown();
                    for (int i = 0; i < 1000; i++) {
                        wire.data(piece, false);
                        synchronized (sent) {
                            sent[0] += piece.length;
                        }
                    }
                });
        RawClient[] slow = new RawClient[20];
        for (int i = 0; i < slow.length; i++) {
            slow[i] = gate.client().send(GET);
        }
        slowBegun.await();
        // Until nobody sends any more.
        int[] before = {-1};
        await().pollInterval(Duration.ofMillis(300))
                .until(
                        () -> {
                            synchronized (sent) {
                                boolean still = before[0] == sent[0];
                                before[0] = sent[0];
                                return still;
                            }
                        });
        // What the sockets to the clients hold, 64 KiB here and 64 KiB of window each.
        assertThat(before[0] / slow.length).isLessThan(8 << 20);
        for (int i = 0; i < 5; i++) {
            assertThat(gate.get("/fast").body()).hasSize(200_000);
        }
        assertThat(endpoint.connections().accepted()).isEqualTo(1);
        for (RawClient client : slow) {
            client.close();
        }
        // Cancelled: what nobody wants is not sent.
        await().untilAsserted(
                        () ->
                                assertThat(endpoint.requests())
                                        .filteredOn(r -> r.path().equals("/a"))
                                        .allMatch(r -> r.resetCode() == 8));
    }

    @Test
    void readsTheClientNoFasterThanTheEndpointAndHoldsUpNoOtherStream() throws Exception {
        // Room for the connection, none for more than 64 KiB of one stream.
        try (var narrow =
                        ScriptedHttp2Endpoint.start((request, wire) -> wire.hang())
                                .holdingWindows();
                var through = Gate.openOnOneLoop(to(narrow));
                var client = through.client()) {
            narrow.behave(
                    (request, wire) -> {
                        if (request.path().equals("/other")) {
                            wire.readBody();
                            wire.answer(200, "other");
                            return;
                        }
                        wire.window(0, 10 << 20);
                        wire.hang();
                    });
            client.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
            Thread writer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            client.send(new byte[100_000_000]);
                                        } catch (AssertionError | RuntimeException closed) {
                                            // Nobody takes the rest.
                                        }
                                    });
            await().until(() -> narrow.requests().size() == 1);
            await().until(() -> narrow.requests().getFirst().body().size() == 65_535);
            for (int i = 0; i < 5; i++) {
                assertThat(
                                through.exchange(
                                                "POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
                                        .text())
                        .isEqualTo("other");
            }
            assertThat(narrow.requests().getFirst().body().size()).isEqualTo(65_535);
            assertThat(through.weir().port("web")).isPositive();
            client.close();
            writer.join();
            await().until(() -> narrow.requests().getFirst().resetCode() == 8);
        }
    }

    @Test
    void goesOnWhenTheEndpointOpensItsWindow() throws Exception {
        try (var narrow =
                        ScriptedHttp2Endpoint.start(
                                        (request, wire) -> {
                                            for (int i = 0; i < 100; i++) {
                                                wire.window(0, 10_000);
                                                wire.window(request.stream(), 10_000);
                                            }
                                            wire.readBody();
                                            wire.answer(200, request.body().sha256());
                                        })
                                .announcing(4, 100)
                                .holdingWindows();
                var through = Gate.openOnOneLoop(to(narrow));
                var client = through.client()) {
            GeneratedBody body = new GeneratedBody(1_000_000);
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
            client.send(body, false);
            assertThat(client.readResponse().text()).isEqualTo(body.sha256());
        }
    }

    // ---- connections ----

    @Test
    void sendsManyRequestsAtOnceOnOneConnection() throws Exception {
        CountDownLatch all = new CountDownLatch(50);
        endpoint.behave(
                (request, wire) -> {
                    all.countDown();
                    awaitQuietly(all);
                    wire.answer(200, request.path());
                });
        RawClient[] clients = new RawClient[50];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = gate.client().send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        for (int i = 0; i < clients.length; i++) {
            assertThat(clients[i].readResponse().text()).isEqualTo("/" + i);
            clients[i].close();
        }
        assertThat(endpoint.connections().accepted()).isEqualTo(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void opensAnotherConnectionWhenTheStreamsRunOut() throws Exception {
        try (var few = ScriptedHttp2Endpoint.start((request, wire) -> wire.answer(200, "warm"));
                var through = Gate.openOnOneLoop(to(few.announcing(3, 2)))) {
            // The first answer brings the endpoint's limit.
            assertThat(through.get("/").text()).isEqualTo("warm");
            CountDownLatch all = new CountDownLatch(5);
            few.behave(
                    (request, wire) -> {
                        all.countDown();
                        awaitQuietly(all);
                        wire.answer(200, "ok");
                    });
            RawClient[] clients = new RawClient[5];
            for (int i = 0; i < clients.length; i++) {
                clients[i] = through.client().send(GET);
                few.awaitHeads(i + 2);
            }
            for (RawClient client : clients) {
                assertThat(client.readResponse().text()).isEqualTo("ok");
                client.close();
            }
            assertThat(few.connections().accepted()).isEqualTo(3);
        }
    }

    @Test
    void opensAnotherConnectionBeyondTheConfiguredStreams() throws Exception {
        CountDownLatch all = new CountDownLatch(5);
        endpoint.behave(
                (request, wire) -> {
                    all.countDown();
                    awaitQuietly(all);
                    wire.answer(200, "ok");
                });
        String two =
                """
                routes: [{ to: all }]
                services: { all: { endpoints: [%s], protocol: h2c, connections: { streams: 2 } } }
                """
                        .formatted(endpoint.address());
        try (var through = Gate.openOnOneLoop(two)) {
            RawClient[] clients = new RawClient[5];
            for (int i = 0; i < clients.length; i++) {
                clients[i] = through.client().send(GET);
            }
            for (RawClient client : clients) {
                assertThat(client.readResponse().text()).isEqualTo("ok");
                client.close();
            }
        }
        assertThat(endpoint.connections().accepted()).isEqualTo(3);
    }

    @Test
    void closesAConnectionThatIsIdleForTooLongInOrder() throws Exception {
        String brief =
                """
                routes: [{ to: all }]
                services: { all: { endpoints: [%s], protocol: h2c, connections: { idle: 100ms } } }
                """
                        .formatted(endpoint.address());
        try (var through = Gate.openOnOneLoop(brief)) {
            assertThat(through.get("/").status()).isEqualTo(200);
            await().until(() -> endpoint.connections().open() == 0);
            assertThat(endpoint.frames(7)).hasSize(1);
            assertThat(through.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void usesNoConnectionBeyondItsLife() throws Exception {
        String shortLived =
                """
                routes: [{ to: all }]
                services: { all: { endpoints: [%s], protocol: h2c, connections: { life: 1s } } }
                """
                        .formatted(endpoint.address());
        try (var through = Gate.openOnOneLoop(shortLived)) {
            await().pollInterval(Duration.ofMillis(100))
                    .until(
                            () -> {
                                assertThat(through.get("/").status()).isEqualTo(200);
                                return endpoint.connections().accepted() >= 2;
                            });
            await().until(() -> endpoint.connections().open() == 1);
        }
    }

    @Test
    void cancelsWhatNobodyWaitsForAnyMore() throws Exception {
        endpoint.behave((request, wire) -> wire.hang());
        try (RawClient client = gate.client()) {
            client.send(GET);
            endpoint.awaitHeads(1);
        }
        await().until(() -> endpoint.requests().getFirst().resetCode() == 8);
        endpoint.behave((request, wire) -> wire.answer(200, "ok"));
        assertThat(gate.get("/").text()).isEqualTo("ok");
    }

    @Test
    void theMirrorGetsACopyOverHttp2Too() throws Exception {
        try (var copy = ScriptedHttp2Endpoint.start((request, wire) -> wire.answer(500, "copy"));
                var mirroring =
                        Gate.open(
                                """
                                routes: [{ to: all, mirror: copy, timeout: 5s }]
                                services:
                                  all: { endpoints: [%s], protocol: h2c }
                                  copy: { endpoints: [%s], protocol: h2c }
                                """
                                        .formatted(endpoint.address(), copy.address()))) {
            for (String framing :
                    List.of(
                            "Content-Length: 3\r\n\r\nabc",
                            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")) {
                String post = "POST /x?y=1 HTTP/1.1\r\nHost: a\r\n" + framing;
                assertThat(mirroring.exchange(post).text()).isEqualTo("hello");
            }
            for (Http2Request got : copy.awaitRequests(2)) {
                assertThat(got.path()).isEqualTo("/x?y=1");
                assertThat(got.field(":authority")).isEqualTo("a");
                assertThat(new String(got.body().bytes(), StandardCharsets.UTF_8)).isEqualTo("abc");
            }
            assertThat(copy.violations()).isEmpty();
        }
    }
}
