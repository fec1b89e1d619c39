package dev.weir;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.HeaderLine;
import dev.weir.testkit.Http2Behaviour;
import dev.weir.testkit.Http2Wire;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedHttp2Endpoint;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Endpoints that lie in HTTP/2. What breaks the rules of one stream harms the request that it answers and no other on the same
/// connection; what breaks those of the connection ends the connection. All on one event loop.
class Http2HostileEndpointTest {
    private static final String BAD = "GET /bad HTTP/1.1\r\nHost: weir.test\r\n\r\n";

    private final AtomicInteger ids = new AtomicInteger();
    private volatile Http2Behaviour bad = (request, wire) -> wire.hang();
    private ScriptedHttp2Endpoint endpoint;
    private Gate gate;
    private RawClient client;

    @BeforeEach
    void open() throws Exception {
        endpoint =
                ScriptedHttp2Endpoint.start(
                        (request, wire) -> {
                            wire.readBody();
                            if (request.path().equals("/bad")) {
                                bad.answer(request, wire);
                            } else {
                                wire.answer(200, "id " + request.field("x-test-id"));
                            }
                        });
        gate =
                Gate.openOnOneLoop(
                        """
                        routes: [{ to: all, timeout: 2s, retry: off }]
                        services: { all: { endpoints: [%s], protocol: h2c, outliers: off } }
                        """
                                .formatted(endpoint.address()));
        client = gate.client();
        own();
    }

    @AfterEach
    void close() {
        client.close();
        gate.close();
        endpoint.close();
    }

    /// A good request that gets its own answer.
    private void own() {
        String id = "id-" + ids.incrementAndGet();
        client.send("GET /good HTTP/1.1\r\nHost: a\r\nX-Test-Id: " + id + "\r\n\r\n");
        RawResponse response = client.readResponse();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("id " + id);
    }

    private static HeaderLine field(String name, String value) {
        return new HeaderLine(name, value);
    }

    private static Named<Http2Behaviour> head(String name, boolean last, HeaderLine... fields) {
        List<HeaderLine> all = new ArrayList<>(List.of(field(":status", "200")));
        all.addAll(List.of(fields));
        return Named.of(name, (request, wire) -> wire.fields(all, last));
    }

    private static Named<Http2Behaviour> only(String name, HeaderLine... fields) {
        return Named.of(name, (request, wire) -> wire.fields(List.of(fields), true));
    }

    static Stream<Named<Http2Behaviour>> malformedHeads() {
        return Stream.of(
                only("no status", field("x-a", "1")),
                only("a status of two digits", field(":status", "20")),
                only("a status of four digits", field(":status", "2000")),
                only("a status that is no number", field(":status", "2x0")),
                only("a status below 100", field(":status", "099")),
                only("a status beyond 599", field(":status", "600")),
                only("two statuses", field(":status", "200"), field(":status", "404")),
                only("a status behind a field", field("x-a", "1"), field(":status", "200")),
                only("switching protocols", field(":status", "101")),
                only("an interim answer that ends all", field(":status", "103")),
                head("a pseudo-field of requests", true, field(":path", "/")),
                head("an unknown pseudo-field", true, field(":x", "1")),
                head("an upper-case name", true, field("X-A", "1")),
                head("an empty name", true, field("", "1")),
                head("a blank in a name", true, field("x a", "1")),
                head("a colon in a name", true, field("x:a", "1")),
                head("a line end in a name", true, field("x\r\nset-cookie", "1")),
                head("a line end in a value", true, field("x-a", "1\r\nset-cookie: a=b")),
                head("a line feed in a value", true, field("x-a", "1\nb")),
                head("a NUL in a value", true, field("x-a", "1\u0000")),
                head("a blank before a value", true, field("x-a", " 1")),
                head("a tab behind a value", true, field("x-a", "1\t")),
                head("connection", true, field("connection", "close")),
                head("keep-alive", true, field("keep-alive", "timeout=5")),
                head("proxy-connection", true, field("proxy-connection", "close")),
                head("transfer-encoding", true, field("transfer-encoding", "chunked")),
                head("upgrade", true, field("upgrade", "h2c")),
                head("a length that is no number", false, field("content-length", "5a")),
                head("a negative length", false, field("content-length", "-5")),
                head("a length with a sign", false, field("content-length", "+5")),
                head(
                        "two lengths",
                        false,
                        field("content-length", "5"),
                        field("content-length", "6")),
                head("a mimicked length", true, field("content_length", "5")),
                head("a length, and nothing follows", true, field("content-length", "5")),
                head(
                        "a head that is too large",
                        true,
                        field("x-a", "x".repeat(16_000)),
                        field("x-b", "x".repeat(16_000)),
                        field("x-c", "x".repeat(1_000))),
                head(
                        "too many fields",
                        true,
                        IntStream.range(0, 101)
                                .mapToObj(i -> field("x-" + i, "1"))
                                .toArray(HeaderLine[]::new)),
                Named.of("data before a head", (request, wire) -> wire.data("hello", true)));
    }

    @ParameterizedTest
    @MethodSource("malformedHeads")
    void answers502ForAMalformedHeadAndHarmsNobodyElse(Http2Behaviour lie) throws Exception {
        bad = lie;
        try (RawClient other = gate.client()) {
            assertThat(other.send(BAD).readFinalResponse().status()).isEqualTo(502);
            own();
            // Each client's connection goes on, and so does the one to the endpoint.
            other.send("GET /good HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(other.readResponse().status()).isEqualTo(200);
        }
        assertThat(endpoint.connections().accepted()).isEqualTo(1);
        assertThat(endpoint.violations()).isEmpty();
    }

    private static Http2Behaviour says(String length, String... pieces) {
        return (request, wire) -> {
            if (length.isEmpty()) {
                wire.head(200, false);
            } else {
                wire.head(200, false, "content-length: " + length);
            }
            for (int i = 0; i < pieces.length; i++) {
                wire.data(pieces[i], i == pieces.length - 1);
            }
        };
    }

    static Stream<Named<Http2Behaviour>> malformedBodies() {
        return Stream.of(
                Named.of("less than its length", says("10", "hel", "lo")),
                Named.of("more than its length", says("10", "hello", "hello!")),
                Named.of(
                        "trailers too early",
                        (request, wire) -> {
                            wire.head(200, false, "content-length: 10");
                            wire.data("hello", false);
                            wire.trailers("grpc-status: 0");
                        }),
                Named.of(
                        "a second head",
                        (request, wire) -> {
                            wire.head(200, false, "content-length: 10");
                            wire.data("hello", false);
                            wire.head(200, false);
                        }),
                Named.of(
                        "a pseudo-field in trailers",
                        (request, wire) -> {
                            wire.head(200, false);
                            wire.data("hello", false);
                            wire.trailers(":status: 200");
                        }),
                Named.of(
                        "a field of the connection in trailers",
                        (request, wire) -> {
                            wire.head(200, false);
                            wire.data("hello", false);
                            wire.trailers("transfer-encoding: chunked");
                        }));
    }

    @ParameterizedTest
    @MethodSource("malformedBodies")
    void neverMakesAMalformedBodyLookWhole(Http2Behaviour lie) throws Exception {
        bad = lie;
        try (RawClient other = gate.client()) {
            String all = new String(other.send(BAD).readUntilClosed(), ISO_8859_1);
            int body = all.indexOf("\r\n\r\n") + 4;
            if (all.toLowerCase(java.util.Locale.ROOT).contains("content-length: 10")) {
                assertThat(all.length() - body).isLessThan(10);
            } else {
                assertThat(all.substring(body)).doesNotContain("0\r\n\r\n");
            }
        }
        own();
        assertThat(endpoint.connections().accepted()).isEqualTo(1);
    }

    @Test
    void givesWhatIsBeyondTheLengthToNobody() throws Exception {
        bad = says("10", "hello", "hello", "!", "HTTP/1.1 200 OK\r\n\r\n");
        try (RawClient other = gate.client()) {
            String all = new String(other.send(BAD).readUntilClosed(), ISO_8859_1);
            assertThat(all).endsWith("\r\n\r\nhellohello");
        }
        own();
        assertThat(endpoint.connections().accepted()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD 200", "GET 204", "GET 304"})
    void givesABodyWhereNoneCanBeToNobody(String what) throws Exception {
        int status = Integer.parseInt(what.substring(what.indexOf(' ') + 1));
        bad =
                (request, wire) -> {
                    wire.head(status, false);
                    wire.data("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", true);
                };
        client.send(BAD.replace("GET", what.substring(0, what.indexOf(' '))));
        assertThat(client.readResponse("HEAD").status()).isEqualTo(status);
        own();
        assertThat(endpoint.connections().accepted()).isEqualTo(1);
    }

    // ---- what breaks the rules of the connection ----

    private static Named<Http2Behaviour> frame(
            String name, int type, int flags, int stream, byte[] payload) {
        return Named.of(name, (request, wire) -> wire.frame(type, flags, stream, payload));
    }

    static Stream<Named<Http2Behaviour>> brokenConnections() {
        byte[] promise = {0, 0, 0, 2, (byte) 0x88};
        return Stream.of(
                frame("data on a stream that never was", 0, 0, 99, new byte[3]),
                frame("a head on a stream that never was", 1, 5, 99, new byte[] {(byte) 0x88}),
                frame("a head on a stream of its own", 1, 5, 2, new byte[] {(byte) 0x88}),
                frame("a reset of a stream that never was", 3, 0, 99, new byte[4]),
                frame("a window of a stream that never was", 8, 0, 99, Http2Wire.number(1)),
                frame("data on no stream", 0, 0, 0, new byte[3]),
                frame("settings on a stream", 4, 0, 1, new byte[0]),
                frame("settings of no size", 4, 0, 0, new byte[5]),
                frame("a ping of no size", 6, 0, 0, new byte[7]),
                frame("a frame that is too large", 0, 0, 1, new byte[20_000]),
                frame("a window that is not opened", 8, 0, 0, new byte[4]),
                frame("a window beyond all bounds", 8, 0, 0, Http2Wire.number(0x7fffffff)),
                frame(
                        "a block that is no HPACK",
                        1,
                        5,
                        1,
                        new byte[] {(byte) 0xff, -1, -1, -1, -1}),
                frame("a continuation of nothing", 9, 4, 1, new byte[] {(byte) 0x88}),
                Named.of("a push", (request, wire) -> wire.frame(5, 4, request.stream(), promise)),
                Named.of(
                        "a farewell that comes back",
                        (request, wire) -> {
                            wire.goAway(request.stream(), 0);
                            wire.goAway(request.stream() + 2, 0);
                        }),
                Named.of(
                        "a block that is interrupted",
                        (request, wire) -> {
                            wire.frame(1, 1, request.stream(), new byte[] {(byte) 0x88});
                            wire.frame(6, 0, 0, new byte[8]);
                        }),
                Named.of(
                        "HTTP/1.1",
                        (request, wire) ->
                                wire.raw("HTTP/1.1 400 No\r\n\r\n".getBytes(ISO_8859_1))));
    }

    @ParameterizedTest
    @MethodSource("brokenConnections")
    void endsAConnectionWhoseRulesAreBroken(Http2Behaviour lie) throws Exception {
        bad = lie;
        try (RawClient other = gate.client()) {
            assertThat(other.send(BAD).readFinalResponse().status()).isEqualTo(502);
        }
        own();
        assertThat(endpoint.connections().accepted()).isEqualTo(2);
        await().untilAsserted(() -> assertThat(endpoint.connections().open()).isEqualTo(1));
    }

    @Test
    void saysThatAnEndpointSpeaksNoHttp2() throws Exception {
        try (var other =
                        ScriptedHttp2Endpoint.start((request, wire) -> wire.hang())
                                .saying("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(ISO_8859_1));
                var wrong =
                        Gate.openOnOneLoop(
                                Gate.to(other.address())
                                        .replace("all: { end", "all: { protocol: h2c, end"))) {
            RawResponse answer = wrong.get("/");
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).contains("not HTTP");
        }
    }

    // ---- too much ----

    private static Named<Http2Behaviour> flood(String name, Http2Behaviour one) {
        return Named.of(
                name,
                (request, wire) -> {
                    for (int i = 0; i < 20_000; i++) {
                        one.answer(request, wire);
                    }
                });
    }

    static Stream<Named<Http2Behaviour>> floods() {
        return Stream.of(
                flood("pings", (request, wire) -> wire.frame(6, 0, 0, new byte[8])),
                flood("acknowledged pings", (request, wire) -> wire.frame(6, 1, 0, new byte[8])),
                flood("settings", (request, wire) -> wire.frame(4, 0, 0, new byte[0])),
                flood("priorities", (q, wire) -> wire.frame(2, 0, q.stream(), new byte[5])),
                flood("tiny windows", (request, wire) -> wire.window(0, 1)),
                flood("unknown frames", (request, wire) -> wire.frame(77, 0, 0, new byte[1])),
                flood("farewells", (request, wire) -> wire.goAway(request.stream(), 0)),
                Named.of(
                        "empty data",
                        (request, wire) -> {
                            wire.head(200, false, "content-length: 10");
                            for (int i = 0; i < 20_000; i++) {
                                wire.data("", false);
                            }
                        }),
                Named.of(
                        "empty continuations",
                        (request, wire) -> {
                            wire.frame(1, 0, request.stream(), new byte[] {(byte) 0x88});
                            for (int i = 0; i < 20_000; i++) {
                                wire.frame(9, 0, request.stream(), new byte[0]);
                            }
                        }),
                Named.of(
                        "small continuations",
                        (request, wire) -> {
                            wire.frame(1, 0, request.stream(), new byte[] {(byte) 0x88});
                            for (int i = 0; i < 20_000; i++) {
                                wire.frame(9, 0, request.stream(), new byte[] {0, 1, 'a', 1, 'b'});
                            }
                        }),
                Named.of(
                        "interim answers",
                        (request, wire) -> {
                            for (int i = 0; i < 20_000; i++) {
                                wire.head(103, false);
                            }
                        }));
    }

    /// What the flood is for gets no answer; its connection ends before the flood does.
    @ParameterizedTest
    @MethodSource("floods")
    void endsTheConnectionOfAFlood(Http2Behaviour lie) throws Exception {
        bad =
                (request, wire) -> {
                    lie.answer(request, wire);
                    wire.hang();
                };
        try (RawClient other = gate.client()) {
            String once = BAD.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
            String answer = new String(other.send(once).readUntilClosed(), ISO_8859_1);
            assertThat(answer).containsAnyOf(" 502 ", " 504 ", "Content-Length: 10");
        }
        // Those that come while the connection ends may end with it.
        await().untilAsserted(this::own);
        await().untilAsserted(() -> assertThat(endpoint.connections().open()).isEqualTo(1));
    }

    /// A block of 5 KB that is 1,000 times a field of 4,000 bytes (CVE-2026-49975).
    @Test
    void isNotBlownUpByABombOfFields() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.write(0x88);
        // A literal that goes into the table, its name and value of known lengths.
        bomb.writeBytes(new byte[] {0x40, 1, 'b', 127, (byte) 0xa1, 30});
        bomb.writeBytes("x".repeat(4_000).getBytes(ISO_8859_1));
        for (int i = 0; i < 1_000; i++) {
            bomb.write(0x80 | 62);
        }
        bad = (request, wire) -> wire.frame(1, 5, request.stream(), bomb.toByteArray());
        for (int i = 0; i < 20; i++) {
            try (RawClient other = gate.client()) {
                assertThat(other.send(BAD).readFinalResponse().status()).isEqualTo(502);
            }
            own();
        }
    }
}
