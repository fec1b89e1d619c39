package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.Request;
import dev.weir.testkit.ScriptedEndpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Attacks on the framing of HTTP/1 requests (RFC 9112 §11.2), on sockets. Behind each a request is smuggled that must
/// never be seen.
class RequestFramingAttacksTest {
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: weir.test\r\n\r\n";
    private static final String GOOD = "GET /good HTTP/1.1\r\nHost: weir.test\r\n\r\n";
    private static final Duration ALONE = Duration.ofNanos(50_000);
    private static final int SHORT = 250;
    private static final int ONE_READ = 2000;

    /// Gets nothing in this whole class, from the first attack to the last.
    private static ScriptedEndpoint untouched;

    private static Gate shared;

    private ScriptedEndpoint endpoint;
    private Gate gate;

    @BeforeAll
    static void openShared() throws Exception {
        untouched = ScriptedEndpoint.start(Behaviours.echo());
        shared = Gate.open(Gate.to(untouched.address()));
    }

    @AfterAll
    static void closeShared() {
        shared.close();
        untouched.close();
    }

    @BeforeEach
    void open() throws Exception {
        endpoint = ScriptedEndpoint.start(Behaviours.echo());
        gate = Gate.openOnOneLoop(Gate.to(endpoint.address()));
    }

    @AfterEach
    void close() {
        gate.close();
        endpoint.close();
    }

    static Stream<Attack> heads() {
        return RequestAttacks.heads();
    }

    static Stream<Attack> bodies() {
        return RequestAttacks.bodies();
    }

    /// Those that come in one read with their heads.
    static Stream<Attack> shortBodies() {
        return bodies().filter(attack -> attack.bytes().length() <= ONE_READ);
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void refused(RawClient client, int status) {
        RawResponse response = client.readResponse("POST");
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("Connection")).isEqualTo("close");
        assertThat(client.readUntilClosed()).isEmpty();
    }

    private static void nothingForwarded(ScriptedEndpoint endpoint) {
        assertThat(endpoint.requestCount()).isZero();
        assertThat(endpoint.violations()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource({"heads", "shortBodies"})
    void refusesClosesAndForwardsNothing(Attack attack) throws Exception {
        try (RawClient client = shared.client()) {
            client.send(attack.bytes() + SMUGGLED);
            refused(client, attack.status());
        }
        nothingForwarded(untouched);
    }

    @ParameterizedTest
    @MethodSource("heads")
    void refusesTheSameByteByByte(Attack attack) throws Exception {
        byte[] all = bytes(attack.bytes() + SMUGGLED);
        try (RawClient client = shared.client()) {
            if (all.length <= SHORT) {
                client.sendSlowly(all, ALONE);
            } else {
                client.sendCut(all, ALONE, 1, 40, all.length / 2, all.length - 1);
            }
            refused(client, attack.status());
        }
        nothingForwarded(untouched);
    }

    /// A body is passed on as it comes, so the endpoint may have got its head by then; but never its end.
    @ParameterizedTest
    @MethodSource("bodies")
    void endsARequestWhoseBodyGoesWrongLaterWithoutCompletingIt(Attack attack) throws Exception {
        byte[] all = bytes(attack.bytes() + SMUGGLED);
        int head = attack.headLength();
        try (RawClient client = gate.client()) {
            client.send(Arrays.copyOf(all, head));
            assertThat(endpoint.awaitHeads(1)).hasSize(1);
            client.sendSlowly(
                    Arrays.copyOfRange(all, head, Math.min(all.length, head + 20)), ALONE);
            client.send(Arrays.copyOfRange(all, Math.min(all.length, head + 20), all.length));
            refused(client, attack.status());
        }
        await().until(() -> endpoint.connections().open() == 0);
        assertThat(endpoint.requests()).noneMatch(request -> request.body().complete()).hasSize(1);
        assertThat(endpoint.violations()).isEmpty();
    }

    /// The head of a request is held until what came with it has been read.
    @ParameterizedTest
    @MethodSource("shortBodies")
    void forwardsNothingOnAKeptConnectionEither(Attack attack) throws Exception {
        assertThat(gate.exchange(GOOD).status()).isEqualTo(200);
        try (RawClient client = gate.client()) {
            client.send(attack.bytes() + SMUGGLED);
            refused(client, attack.status());
        }
        assertThat(gate.exchange(GOOD).status()).isEqualTo(200);
        assertThat(endpoint.requests()).extracting(Request::target).containsOnly("/good");
        assertThat(endpoint.violations()).isEmpty();
    }

    // ---- CL.0, 0.CL: what is a body stays one ----

    private static String withBody(String method, String path, String body, boolean chunked) {
        return method
                + " "
                + path
                + " HTTP/1.1\r\nHost: weir.test\r\n"
                + (chunked
                        ? "Transfer-Encoding: chunked\r\n\r\n"
                                + Integer.toHexString(body.length())
                                + "\r\n"
                                + body
                                + "\r\n0\r\n\r\n"
                        : "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "DELETE", "POST", "PURGE"})
    void passesABodyThatLooksLikeARequestAsABody(String method) throws Exception {
        try (RawClient client = gate.client()) {
            for (boolean chunked : new boolean[] {false, true}) {
                client.send(withBody(method, "/a", SMUGGLED, chunked));
                assertThat(client.readResponse().text()).endsWith(SMUGGLED);
                assertThat(client.send(GOOD).readResponse().header("X-Echo-Target"))
                        .isEqualTo("/good");
            }
        }
        assertThat(endpoint.requests())
                .extracting(Request::target)
                .containsExactly("/a", "/good", "/a", "/good");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void endsBothConnectionsWithTheBodyOfAGet(String method) throws Exception {
        for (boolean chunked : new boolean[] {false, true}) {
            try (RawClient client = gate.client()) {
                client.send(withBody(method, "/a", SMUGGLED, chunked) + GOOD);
                RawResponse response = client.readResponse(method);
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.header("X-Echo-Body-Length"))
                        .isEqualTo(Integer.toString(SMUGGLED.length()));
                assertThat(response.header("Connection")).isEqualTo("close");
                assertThat(client.readUntilClosed()).isEmpty();
            }
            await().until(() -> endpoint.connections().open() == 0);
        }
        assertThat(endpoint.requests())
                .hasSize(2)
                .allMatch(request -> request.values("Connection").contains("close"));
    }

    @Test
    void skipsTheShortBodyOfARequestThatItAnswersItself() throws Exception {
        try (Gate routes = Gate.open(routeTo("/good", endpoint));
                RawClient client = routes.client()) {
            client.send(withBody("POST", "/nowhere", SMUGGLED, false) + GOOD);
            assertThat(client.readResponse().status()).isEqualTo(404);
            assertThat(client.readResponse().header("X-Echo-Target")).isEqualTo("/good");
            client.send(withBody("POST", "/nowhere", SMUGGLED, true) + GOOD);
            refused(client, 404);
        }
        assertThat(endpoint.requestCount()).isEqualTo(1);
    }

    @Test
    void closesInsteadOfSkippingALongBody() throws Exception {
        try (Gate routes = Gate.open(routeTo("/good", endpoint));
                RawClient client = routes.client()) {
            client.send("POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
            client.send(GOOD);
            refused(client, 404);
        }
        nothingForwarded(endpoint);
    }

    private static String routeTo(String path, ScriptedEndpoint endpoint) {
        return """
        routes: [{ match: { path: %s }, to: all }]
        services: { all: { endpoints: [%s] } }
        """
                .formatted(path, endpoint.address());
    }

    // ---- chunks, trailers ----

    @Test
    void dropsChunkExtensionsAndWritesChunksAnew() throws Exception {
        gate.exchange(
                "POST /a HTTP/1.1\r\nHost: weir.test\r\nTransfer-Encoding: CHUNKED\r\n\r\n"
                        + "0005;a=b;c=\"d\\\";\"\r\nhello\r\n0;x\r\n\r\n");
        Request request = endpoint.awaitRequests(1).getFirst();
        assertThat(request.body().text()).isEqualTo("hello");
        assertThat(request.rawHead()).contains("Transfer-Encoding: chunked\r\n");
        assertThat(endpoint.violations()).isEmpty();
    }

    @Test
    void dropsTrailersThatCouldBeTakenForFields() throws Exception {
        String names =
                "Content-Length, Transfer-Encoding, Host, Authorization, Content-Type, Cookie,"
                        + " Connection, Trailer, X-Forwarded-For, TE, X-Sum, Cache-Control,"
                        + " X-Forwarded-Prefix, X-Known";
        StringBuilder trailers = new StringBuilder();
        for (String name : names.split(", ?")) {
            trailers.append(name).append(": 7\r\n");
        }
        try (RawClient client = gate.client()) {
            client.send(
                    "POST /a HTTP/1.1\r\nHost: weir.test\r\nX-Known: 1\r\nTransfer-Encoding: chunked\r\nTrailer: "
                            + names
                            + "\r\n\r\n1\r\nx\r\n0\r\n"
                            + trailers
                            + "X-Unannounced: 7\r\n\r\n"
                            + GOOD);
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readResponse().header("X-Echo-Target")).isEqualTo("/good");
        }
        Request request = endpoint.awaitRequests(2).getFirst();
        assertThat(request.body().trailers()).extracting(line -> line.name()).containsOnly("X-Sum");
        assertThat(request.header("Host")).isEqualTo("weir.test");
        assertThat(request.header("Content-Length")).isNull();
        assertThat(request.header("Cookie")).isNull();
    }

    // ---- targets, methods, expectations, pipelines ----

    @Test
    void skipsAnEmptyLineOrTwoBeforeARequest() throws Exception {
        try (RawClient client = gate.client()) {
            client.send("\r\n\r\n" + GOOD + "\r\n" + GOOD);
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void letsTheHostOfAnAbsoluteTargetWin() throws Exception {
        String request =
                "POST http://OTHER.test:81/x?y HTTP/1.1\r\nHost: weir.test\r\nContent-Length: 3\r\n\r\nabc";
        try (RawClient client = gate.client()) {
            client.send(request + GOOD);
            assertThat(client.readResponse().text()).endsWith("\r\n\r\nabc");
            assertThat(client.readResponse().header("X-Echo-Target")).isEqualTo("/good");
        }
        Request received = endpoint.awaitRequests(2).getFirst();
        assertThat(received.target()).isEqualTo("/x?y");
        assertThat(received.values("Host")).containsExactly("OTHER.test:81");
        assertThat(received.values("X-Forwarded-Host")).containsExactly("OTHER.test:81");
    }

    @Test
    void answersOptionsOfTheServerItself() throws Exception {
        assertThat(gate.exchange("OPTIONS * HTTP/1.1\r\nHost: weir.test\r\n\r\n").status())
                .isEqualTo(204);
        nothingForwarded(endpoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRACE /a HTTP/1.1\r\nHost: weir.test",
                "TRACE /a HTTP/1.1\r\nHost: weir.test\r\nMax-Forwards: 0",
                "CONNECT weir.test:80 HTTP/1.1\r\nHost: weir.test:80",
                "CONNECT weir.test:80 HTTP/1.0",
            })
    void neverForwardsTraceOrConnect(String head) throws Exception {
        try (RawClient client = gate.client()) {
            client.send(head + "\r\n\r\n");
            RawResponse response = client.readResponse("TRACE");
            assertThat(response.status()).isEqualTo(405);
            assertThat(response.text()).doesNotContain("weir.test");
        }
        nothingForwarded(endpoint);
    }

    @Test
    void answersWhatCameBeforeAnAttackInItsPipeline() throws Exception {
        try (RawClient client = gate.client()) {
            client.send(GOOD.repeat(3) + "GET /a HTTP/1.1\r\n\r\n" + SMUGGLED);
            for (int i = 0; i < 3; i++) {
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
            refused(client, 400);
        }
        assertThat(endpoint.requests())
                .extracting(Request::target)
                .containsOnly("/good")
                .hasSize(3);
    }

    @Test
    void takesNoBodyForARequestWhenTheAnswerComesInsteadOf100() throws Exception {
        endpoint.behave((request, wire) -> wire.answer(403, bytes("no")));
        try (RawClient client = gate.client()) {
            client.send(
                    "PUT /a HTTP/1.1\r\nHost: weir.test\r\nExpect: 100-continue\r\nContent-Length: "
                            + SMUGGLED.length()
                            + "\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(403);
            client.send(SMUGGLED);
            assertThat(client.readUntilClosed()).isEmpty();
        }
        assertThat(endpoint.requestCount()).isEqualTo(1);
        assertThat(endpoint.requests().getFirst().target()).isEqualTo("/a");
    }
}
