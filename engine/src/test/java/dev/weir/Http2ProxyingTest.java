package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.HeaderLine;
import dev.weir.testkit.Http2Frame;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawHttp2Client;
import dev.weir.testkit.RawHttp2Client.Http2Answer;
import dev.weir.testkit.Request;
import dev.weir.testkit.ScriptedEndpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// HTTP/2 clients through Weir to HTTP/1.1 endpoints, seen as frames and bytes.
class Http2ProxyingTest {
    private static final int INITIAL_WINDOW_SIZE = 4;

    private ScriptedEndpoint endpoint;
    private Gate gate;

    @BeforeEach
    void open() throws Exception {
        endpoint = ScriptedEndpoint.start(Behaviours.echo());
        gate = Gate.openForHttp2(Gate.to(endpoint.address()));
    }

    @AfterEach
    void close() throws Exception {
        gate.close();
        endpoint.close();
        assertThat(endpoint.violations()).isEmpty();
    }

    private Request received() {
        return endpoint.awaitRequests(1).getLast();
    }

    @Test
    void translatesARequestAndItsAnswer() throws Exception {
        try (RawHttp2Client client = gate.http2()) {
            Http2Answer answer =
                    client.head(1, true, RawHttp2Client.request("GET", "/a?x=1", "accept", "*/*"))
                            .answer(1);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("x-echo-target")).isEqualTo("/a?x=1");
            assertThat(answer.header("date")).isNotEmpty();
            assertThat(answer.head())
                    .allSatisfy(field -> assertThat(field.name()).isLowerCase())
                    .extracting(HeaderLine::name)
                    .doesNotContain("connection", "transfer-encoding", "keep-alive");
        }
        Request request = received();
        assertThat(request.version()).isEqualTo("HTTP/1.1");
        assertThat(request.target()).isEqualTo("/a?x=1");
        assertThat(request.values("Host")).containsExactly("weir.test");
        assertThat(request.header("accept")).isEqualTo("*/*");
        assertThat(request.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(request.header("X-Forwarded-Proto")).isEqualTo("http");
        assertThat(request.header("Via")).isEqualTo("2.0 weir");
        assertThat(request.headers()).noneMatch(field -> field.name().startsWith(":"));
    }

    @Test
    void servesBothVersionsOnOnePort() throws Exception {
        try (RawHttp2Client client = gate.http2()) {
            client.works(1).works(3);
        }
        assertThat(gate.get("/b").status()).isEqualTo(200);
        try (RawClient odd = gate.client()) {
            // Begins as the preface does.
            odd.send("PR").send("I /x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(odd.readResponse().status()).isEqualTo(200);
        }
        assertThat(endpoint.requests().getLast().method()).isEqualTo("PRI");
    }

    @Test
    void answersAnUpgradeToHttp2AsIfItWereNotThere() throws Exception {
        assertThat(
                        gate.get(
                                        "/a",
                                        "Connection: Upgrade, HTTP2-Settings",
                                        "Upgrade: h2c",
                                        "HTTP2-Settings: AAMAAABkAAQAAP__")
                                .status())
                .isEqualTo(200);
        assertThat(received().header("Upgrade")).isNull();
        assertThat(received().header("HTTP2-Settings")).isNull();
    }

    @Test
    void servesManyStreamsAtOnce() throws Exception {
        endpoint.behave(Behaviours.delay(Duration.ofMillis(50), Behaviours.echo()));
        try (RawHttp2Client client = gate.http2()) {
            for (int id = 1; id < 200; id += 2) {
                client.get(id, "/" + id);
            }
            int ended = 0;
            while (ended < 100) {
                Http2Frame frame = client.await("answers", one -> one.streamId() > 0);
                assertThat(frame.type()).isIn(RawHttp2Client.HEADERS, RawHttp2Client.DATA);
                ended += frame.has(RawHttp2Client.END_STREAM) ? 1 : 0;
            }
        }
        assertThat(endpoint.requestCount()).isEqualTo(100);
    }

    @Test
    void refusesStreamsBeyondAHundredAndServesOn() throws Exception {
        endpoint.behave(Behaviours.hang());
        try (RawHttp2Client client = gate.http2()) {
            for (int id = 1; id < 200; id += 2) {
                client.get(id, "/" + id);
            }
            client.head(201, false, RawHttp2Client.request("POST", "/"));
            client.data(201, true, "too much");
            assertThat(client.awaitReset(201)).isEqualTo(RawHttp2Client.REFUSED_STREAM);
            endpoint.behave(Behaviours.echo());
            client.reset(1, RawHttp2Client.CANCEL);
            client.works(203);
        }
    }

    @Test
    void passesABodyWithItsLength() throws Exception {
        try (RawHttp2Client client = gate.http2()) {
            client.head(1, false, RawHttp2Client.request("POST", "/", "content-length", "10"));
            client.data(1, false, "01234").data(1, true, "56789");
            assertThat(client.answer(1).text()).endsWith("\r\n\r\n0123456789");
        }
        assertThat(received().header("Content-Length")).isEqualTo("10");
        assertThat(received().header("Transfer-Encoding")).isNull();
    }

    @Test
    void passesABodyOfUnknownLengthInChunks() throws Exception {
        try (RawHttp2Client client = gate.http2()) {
            client.head(1, false, RawHttp2Client.request("POST", "/"));
            client.data(1, false, "01234").data(1, true, "");
            assertThat(client.answer(1).text()).endsWith("01234");
        }
        assertThat(received().header("Transfer-Encoding")).isEqualTo("chunked");
    }

    @Test
    void holdsBackTheLastBytesOfABodyUntilItsEndIsSaid() throws Exception {
        try (RawHttp2Client client = gate.http2()) {
            client.head(1, false, RawHttp2Client.request("POST", "/", "content-length", "4"));
            client.data(1, false, "ab").data(1, false, "cd");
            client.works(3);
            assertThat(endpoint.requests())
                    .filteredOn(request -> request.method().equals("POST"))
                    .allSatisfy(request -> assertThat(request.body().complete()).isFalse());
            client.data(1, true, "");
            assertThat(client.answer(1).status()).isEqualTo(200);
        }
    }

    @Test
    void passesTrailersBothWays() throws Exception {
        endpoint.behave(
                Behaviours.chunked(List.of("a", "b"), Map.of("grpc-status", "0", "X-Sum", "1")));
        try (RawHttp2Client client = gate.http2()) {
            client.head(
                    1,
                    false,
                    RawHttp2Client.request("POST", "/", "te", "trailers", "trailer", "x-in"));
            client.data(1, false, "body");
            client.head(1, true, "x-in", "7", "x-not-announced", "8");
            Http2Answer answer = client.answer(1);
            assertThat(answer.text()).isEqualTo("ab");
            assertThat(answer.trailers())
                    .extracting(HeaderLine::toString)
                    .contains("grpc-status: 0");
        }
        Request request = received();
        assertThat(request.body().trailers()).containsExactly(new HeaderLine("x-in", "7"));
    }

    @Test
    void keepsTrailersBehindABodyThatWaitsForWindow() throws Exception {
        endpoint.behave(Behaviours.chunked(List.of("0123456789"), Map.of("grpc-status", "0")));
        try (RawHttp2Client client = gate.http2(INITIAL_WINDOW_SIZE, 4)) {
            client.get(1, "/");
            Http2Frame first = client.await(RawHttp2Client.DATA, 1);
            assertThat(first.payload()).hasSize(4);
            client.window(1, 100);
            Http2Frame second = client.await(RawHttp2Client.DATA, 1);
            assertThat(second.payload()).hasSize(6);
            assertThat(client.await(RawHttp2Client.HEADERS, 1).has(RawHttp2Client.END_STREAM))
                    .isTrue();
        }
    }

    @Test
    void joinsCookieCrumbs() throws Exception {
        try (RawHttp2Client client = gate.http2()) {
            client.head(
                            1,
                            true,
                            RawHttp2Client.request(
                                    "GET",
                                    "/",
                                    "cookie",
                                    "a=1",
                                    "x-between",
                                    "y",
                                    "cookie",
                                    "b=2",
                                    "cookie",
                                    "c=3"))
                    .answer(1);
        }
        assertThat(received().values("Cookie")).containsExactly("a=1; b=2; c=3");
    }

    @Test
    void passesInterimAnswers() throws Exception {
        endpoint.behave(Behaviours.informational(103, Behaviours.echo()));
        try (RawHttp2Client client = gate.http2()) {
            Http2Answer answer = client.get(1, "/").answer(1);
            assertThat(answer.interim()).contains(new HeaderLine(":status", "103"));
            assertThat(answer.status()).isEqualTo(200);
        }
    }

    @Test
    void passesExpectationsAndTheirAnswer() throws Exception {
        endpoint.behave(Behaviours.continue100(Behaviours.echo()));
        try (RawHttp2Client client = gate.http2()) {
            client.head(
                    1,
                    false,
                    RawHttp2Client.request(
                            "POST", "/", "expect", "100-continue", "content-length", "2"));
            client.await(RawHttp2Client.HEADERS, 1);
            client.data(1, true, "ok");
            assertThat(client.answer(1).status()).isEqualTo(200);
        }
    }

    @Test
    void endsAnswersWithoutABodyWithTheirHead() throws Exception {
        endpoint.behave(Behaviours.status(204));
        try (RawHttp2Client client = gate.http2()) {
            client.get(1, "/");
            assertThat(client.await(RawHttp2Client.HEADERS, 1).has(RawHttp2Client.END_STREAM))
                    .isTrue();
            endpoint.behave(Behaviours.ok("a"));
            client.head(3, true, RawHttp2Client.request("HEAD", "/"));
            Http2Answer head = client.answer(3);
            assertThat(head.status()).isEqualTo(200);
            assertThat(Integer.parseInt(head.header("content-length"))).isPositive();
            assertThat(head.body()).isEmpty();
        }
    }

    @Test
    void stopsAClientWhoseAnswerIsWholeBeforeItsRequest() throws Exception {
        endpoint.behave(Behaviours.earlyAnswerThenKeepReading(403, "no"));
        try (RawHttp2Client client = gate.http2()) {
            client.head(1, false, RawHttp2Client.request("POST", "/"));
            client.data(1, false, "some");
            assertThat(client.answer(1).status()).isEqualTo(403);
            assertThat(client.awaitReset(1)).isEqualTo(RawHttp2Client.NO_ERROR);
            // Sent before the client knew.
            client.data(1, false, "more").data(1, true, "and more");
            endpoint.behave(Behaviours.echo());
            client.works(3);
        }
    }

    @Test
    void resetsAStreamWhoseAnswerIsCut() throws Exception {
        endpoint.behave(Behaviours.shortBody());
        try (RawHttp2Client client = gate.http2()) {
            client.get(1, "/");
            assertThat(client.awaitReset(1)).isEqualTo(RawHttp2Client.INTERNAL_ERROR);
            endpoint.behave(Behaviours.echo());
            client.works(3);
        }
    }

    @Test
    void passesALargeAnswerAsTheClientTakesItAndHarmsNoOtherStream() throws Exception {
        int size = 8 << 20;
        endpoint.behave(
                Behaviours.byPath(
                        Map.of("/big", Behaviours.stream(size), "/works", Behaviours.echo())));
        try (RawHttp2Client client = gate.http2()) {
            client.get(1, "/big");
            // All of the stream's window, and nothing of the connection's is left.
            int came = 0;
            while (came < 65_535) {
                came += client.await(RawHttp2Client.DATA, 1).payload().length;
            }
            assertThat(came).isEqualTo(65_535);
            client.window(0, 1 << 20);
            client.works(3);
            await().during(Duration.ofMillis(300))
                    .untilAsserted(
                            () ->
                                    assertThat(endpoint.requests().getFirst().body().complete())
                                            .isTrue());
            client.window(0, size).window(1, size);
            while (came < size) {
                came += client.await(RawHttp2Client.DATA, 1).payload().length;
            }
            assertThat(came).isEqualTo(size);
        }
    }

    @Test
    void givesAClientNoMoreWindowThanTheEndpointTakes() throws Exception {
        endpoint.behave(
                Behaviours.byPath(
                        Map.of(
                                "/upload",
                                (request, wire) -> wire.pause(Duration.ofSeconds(20)),
                                "/works",
                                Behaviours.echo())));
        byte[] piece = new byte[16 << 10];
        try (RawHttp2Client client = gate.http2()) {
            client.head(1, false, RawHttp2Client.request("POST", "/upload"));
            int sent = 0;
            int stream = 3;
            // What the kernel's buffers and Weir's hold is given back, and that is not endless.
            while (sent + piece.length <= 65_535 + givenBack(client) && sent < 64 << 20) {
                client.data(1, false, piece);
                sent += piece.length;
                client.works(stream);
                stream += 2;
            }
            assertThat(sent).isBetween(65_535 - piece.length, (64 << 20) - 1);
        }
    }

    private static int givenBack(RawHttp2Client client) {
        return client.seen().stream()
                .filter(one -> one.type() == RawHttp2Client.WINDOW_UPDATE && one.streamId() == 1)
                .mapToInt(one -> one.code(0))
                .sum();
    }

    @Test
    void saysTheVersionInTheAccessLog(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("access.log");
        gate.close();
        gate =
                Gate.openForHttp2(
                        Gate.to(endpoint.address())
                                + "logs: { access: { to: \""
                                + log
                                + "\", format: json } }\n");
        try (RawHttp2Client client = gate.http2()) {
            client.works(1);
        }
        await().untilAsserted(
                        () ->
                                assertThat(Files.readString(log, StandardCharsets.UTF_8))
                                        .contains("\"protocol\":\"HTTP/2.0\"")
                                        .contains("\"path\":\"/works\""));
    }

    @Test
    void answersTooLargeHeadsByItself() throws Exception {
        try (RawHttp2Client client = gate.http2()) {
            client.head(1, true, RawHttp2Client.request("GET", "/", "x-large", "x".repeat(10_000)));
            assertThat(client.answer(1).status()).isEqualTo(200);
            String[] many = RawHttp2Client.request("GET", "/");
            many = Arrays.copyOf(many, 8 + 2 * 120);
            for (int i = 8; i < many.length; i += 2) {
                many[i] = "cookie";
                many[i + 1] = "c=" + i;
            }
            client.head(3, true, many);
            assertThat(client.answer(3).status()).isEqualTo(431);
            client.get(5, "/" + "p".repeat(9000));
            assertThat(client.answer(5).status()).isEqualTo(414);
            client.works(7);
        }
    }

    @Test
    void answersTooLargeBodiesByItself() throws Exception {
        gate.close();
        gate =
                Gate.openForHttp2(
                        "routes: [{ to: all, filters: [{ body-limit: 10B }] }]\nservices: { all: { endpoints: ["
                                + endpoint.address()
                                + "] } }\n");
        try (RawHttp2Client client = gate.http2()) {
            client.head(1, false, RawHttp2Client.request("POST", "/"));
            client.data(1, true, "01234567890");
            assertThat(client.answer(1).status()).isEqualTo(413);
            client.works(3);
        }
    }
}
