package dev.weir;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Hpack;
import dev.weir.testkit.Http2Frame;
import dev.weir.testkit.RawHttp2Client;
import dev.weir.testkit.RawHttp2Client.Http2Answer;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// WebSockets of HTTP/2 clients, by extended CONNECT (RFC 8441), before endpoints of HTTP/1.1. Frame by frame.
class Http2WebSocketTest {
    private static final int ENABLE_CONNECT_PROTOCOL = 8;

    private final List<String> heads = new CopyOnWriteArrayList<>();

    @TempDir private Path folder;
    private TcpEndpoint endpoint;

    /// What the endpoint says instead of its 101, made from that.
    private volatile UnaryOperator<String> otherwise = UnaryOperator.identity();

    @BeforeEach
    void start() throws Exception {
        endpoint = TcpEndpoint.start(this::serve);
    }

    @AfterEach
    void stop() throws Exception {
        endpoint.close();
    }

    private void serve(Socket socket) throws Exception {
        agree(socket);
        socket.getInputStream().transferTo(socket.getOutputStream());
    }

    private void agree(Socket socket) throws Exception {
        String head = WebSocketEcho.head(socket.getInputStream());
        heads.add(head);
        socket.getOutputStream()
                .write(otherwise.apply(WebSocketEcho.agreement(head)).getBytes(US_ASCII));
    }

    private Gate gate(String route, String rest) throws Exception {
        return Gate.openForHttp2(
                """
                routes: [{ name: chat, to: all%s }]
                services: { all: { endpoints: [%s], balance: round-robin } }
                logs: { access: { to: %s } }
                """
                                .formatted(route, endpoint.address(), folder.resolve("access.log"))
                        + rest);
    }

    private List<String> log(int lines) throws Exception {
        Path file = folder.resolve("access.log");
        await().ignoreExceptions().until(() -> Files.readAllLines(file).size() >= lines);
        return Files.readAllLines(file);
    }

    /// The fields of an extended CONNECT, with further ones behind them.
    static String[] connect(String... more) {
        return connectTo("/chat?room=1", more);
    }

    private static String[] connectTo(String path, String... more) {
        List<String> fields = new ArrayList<>(List.of(RawHttp2Client.request("CONNECT", path)));
        fields.addAll(List.of(":protocol", "websocket", "sec-websocket-version", "13"));
        fields.addAll(List.of(more));
        return fields.toArray(String[]::new);
    }

    /// Opens a tunnel on a stream.
    static RawHttp2Client join(RawHttp2Client client, int id) {
        client.head(id, false, connect());
        assertThat(status(client, id)).isEqualTo("200");
        return client;
    }

    private static String status(RawHttp2Client client, int id) {
        Http2Frame head = client.await(RawHttp2Client.HEADERS, id);
        assertThat(head.has(RawHttp2Client.END_STREAM)).isFalse();
        return Hpack.fields(head.payload()).getFirst().value();
    }

    /// The next bytes on a stream, and gives their window back.
    static byte[] bytes(RawHttp2Client client, int id, int count) {
        byte[] all = new byte[count];
        for (int have = 0; have < count; ) {
            byte[] piece = client.await(RawHttp2Client.DATA, id).payload();
            System.arraycopy(piece, 0, all, have, piece.length);
            have += piece.length;
            if (piece.length > 0) {
                client.window(0, piece.length).window(id, piece.length);
            }
        }
        return all;
    }

    /// Reads until the end of a stream's data, if that has not come yet.
    static void awaitEnd(RawHttp2Client client, int id) {
        Predicate<Http2Frame> end =
                one ->
                        one.type() == 0
                                && one.streamId() == id
                                && one.has(RawHttp2Client.END_STREAM);
        if (client.seen().stream().noneMatch(end)) {
            client.await("the end of stream " + id, end);
        }
    }

    // ---- the handshake ----

    /// Otherwise a WebSocket would pass by what guards a path.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/chat/../admin/x",
                "/chat/%2e%2e/admin/x",
                "/%61dmin/x",
                "/./admin/x",
                "//admin/x",
                "/chat/..;/admin/x",
                "/chat%2f..%2fadmin/x",
                "/admin%00/x",
                "/../../admin/x",
                "/%zz/x",
                "/%2et"
            })
    void aPathMeansWhatItMeansInAnyOtherRequest(String path) throws Exception {
        try (Gate gate =
                        Gate.openForHttp2(
                                """
                                routes:
                                  - { name: admin, match: { path: /admin/** }, respond: { status: 403, body: no } }
                                  - { name: all, to: all }
                                services: { all: { endpoints: [%s] } }
                                """
                                        .formatted(endpoint.address()));
                RawHttp2Client client = gate.http2()) {
            Http2Answer plain = client.head(1, true, RawHttp2Client.request("GET", path)).answer(1);
            client.head(3, false, connectTo(path));
            Http2Frame head = client.await(RawHttp2Client.HEADERS, 3);
            String status = Hpack.fields(head.payload()).getFirst().value();
            if (plain.status() == 403 || plain.status() == 400) {
                assertThat(status).isEqualTo(String.valueOf(plain.status()));
                assertThat(heads).as("what was forwarded").isEmpty();
            } else {
                assertThat(status).isEqualTo("200");
                assertThat(heads.getLast()).startsWith("GET /.t HTTP/1.1\r\n");
            }
        }
    }

    @Test
    void announcesThatItTakesExtendedConnects() throws Exception {
        try (Gate gate = gate("", "");
                RawHttp2Client client = gate.http2()) {
            Http2Frame settings = client.await("settings", one -> one.type() == 4);
            boolean found = false;
            for (int at = 0; at < settings.payload().length; at += 6) {
                found |=
                        settings.payload()[at + 1] == ENABLE_CONNECT_PROTOCOL
                                && settings.code(at + 2) == 1;
            }
            assertThat(found).isTrue();
        }
    }

    @Test
    void asksAnHttp1EndpointForAnUpgradeWithAKeyOfItsOwn() throws Exception {
        otherwise =
                said ->
                        said.replace(
                                "\r\n\r\n",
                                "\r\n"
                                        + "Sec-WebSocket-Protocol: chat\r\n"
                                        + "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                                        + "X-Room: 1\r\n\r\n");
        try (Gate gate = gate("", "");
                RawHttp2Client client = gate.http2()) {
            client.head(
                    1,
                    false,
                    connect(
                            "sec-websocket-protocol", "chat",
                            "sec-websocket-extensions", "permessage-deflate",
                            "sec-websocket-key", "bm90IHVzZWQgaW4gaHR0cDI="));
            var fields = Hpack.fields(client.await(RawHttp2Client.HEADERS, 1).payload());
            assertThat(fields)
                    .extracting(field -> field.name() + ": " + field.value())
                    .contains(
                            ":status: 200",
                            "sec-websocket-protocol: chat",
                            "sec-websocket-extensions: permessage-deflate",
                            "x-room: 1");
            assertThat(fields)
                    .extracting(field -> field.name())
                    .doesNotContain(
                            "sec-websocket-accept", "upgrade", "connection", "content-length");
            assertThat(heads.getFirst().lines())
                    .startsWith("GET /chat?room=1 HTTP/1.1")
                    .contains(
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "sec-websocket-version: 13",
                            "sec-websocket-protocol: chat",
                            "sec-websocket-extensions: permessage-deflate")
                    .doesNotContain("sec-websocket-key: bm90IHVzZWQgaW4gaHR0cDI=")
                    .filteredOn(line -> line.matches("(?i)sec-websocket-key: [A-Za-z0-9+/]{22}=="))
                    .hasSize(1);
            join(client, 3);
            assertThat(WebSocketEcho.key(heads.get(0)))
                    .as("keys of two handshakes")
                    .isNotEqualTo(WebSocketEcho.key(heads.get(1)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
                "",
                "Sec-WebSocket-Accept: RIGHT\r\nSec-WebSocket-Accept: RIGHT\r\n"
            })
    void takesA101ThatAnswersAnotherKeyForABadAnswer(String accepts) throws Exception {
        otherwise =
                said -> {
                    String right = said.replaceAll("(?s).*Accept: ([^\r]*)\r.*", "$1");
                    return said.replaceAll(
                            "Sec-WebSocket-Accept: [^\r]*\r\n", accepts.replace("RIGHT", right));
                };
        try (Gate gate = gate("", "");
                RawHttp2Client client = gate.http2()) {
            Http2Answer answer = client.head(1, false, connect()).answer(1);
            assertThat(answer.status()).isEqualTo(502);
            assertThat(log(1).getFirst()).contains("\"reason\":\"bad-answer\"");
        }
    }

    @Test
    void passesARefusalOnAsItIs() throws Exception {
        otherwise = _ -> "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 4\r\n\r\nno!\n";
        try (Gate gate = gate("", "");
                RawHttp2Client client = gate.http2()) {
            Http2Answer answer = client.head(1, false, connect()).answer(1);
            assertThat(answer.status()).isEqualTo(426);
            assertThat(answer.text()).isEqualTo("no!\n");
            assertThat(client.awaitReset(1)).isEqualTo(RawHttp2Client.NO_ERROR);
        }
    }

    /// The client would take any 2xx for an agreement, and the page for what a stranger says in the tunnel.
    @Test
    void neverPassesAnOrdinaryPageOnAsAnAgreement() throws Exception {
        otherwise = _ -> "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage";
        try (Gate gate = gate(", retry: { attempts: 3 }", "");
                RawHttp2Client client = gate.http2()) {
            Http2Answer answer = client.head(1, false, connect()).answer(1);
            assertThat(answer.status()).isEqualTo(502);
            assertThat(log(1).getFirst()).contains("\"reason\":\"no-websocket\"");
            assertThat(heads).hasSize(1);
        }
    }

    @Test
    void keepsWhatTheClientSendsEarlyUntilTheEndpointHasAgreed() throws Exception {
        CompletableFuture<Integer> early = new CompletableFuture<>();
        try (TcpEndpoint slow =
                        TcpEndpoint.start(
                                socket -> {
                                    String head = WebSocketEcho.head(socket.getInputStream());
                                    await().pollDelay(Duration.ofMillis(200)).until(() -> true);
                                    early.complete(socket.getInputStream().available());
                                    socket.getOutputStream()
                                            .write(
                                                    (WebSocketEcho.agreement(head) + "hello")
                                                            .getBytes(US_ASCII));
                                    socket.getInputStream().transferTo(socket.getOutputStream());
                                });
                Gate gate = Gate.openForHttp2(Gate.to(slow.address()));
                RawHttp2Client client = gate.http2()) {
            client.head(1, false, connect()).data(1, false, "early").data(1, true, " bytes");
            assertThat(status(client, 1)).isEqualTo("200");
            assertThat(early.join()).as("bytes at the endpoint before its answer").isZero();
            assertThat(new String(bytes(client, 1, 16), US_ASCII))
                    .contains("hello")
                    .contains("early bytes");
            awaitEnd(client, 1);
        }
    }

    // ---- what is refused ----

    @ParameterizedTest
    @ValueSource(strings = {":scheme", ":path", ":authority", ":method"})
    void resetsAnExtendedConnectThatLacksAPseudoField(String name) throws Exception {
        List<String> fields = new ArrayList<>(List.of(connect()));
        int at = fields.indexOf(name);
        fields.remove(at);
        fields.remove(at);
        resets(fields.toArray(String[]::new));
    }

    @Test
    void resetsExtendedConnectsThatBreakARule() throws Exception {
        resets(RawHttp2Client.request("GET", "/", ":protocol", "websocket"));
        resets(connect("content-length", "0"));
        resets(connect("content-length", "5"));
        resets(connect("upgrade", "websocket"));
        resets(connect("connection", "upgrade"));
        resets(connect(":protocol", "websocket"));
        resets(RawHttp2Client.request("CONNECT", "/", ":protocol", ""));
        resets(RawHttp2Client.request("CONNECT", "/", ":protocol", "web socket"));
        resets(RawHttp2Client.request("CONNECT", "*", ":protocol", "websocket"));
        resets(RawHttp2Client.request("CONNECT", "/", "x-a", "b", ":protocol", "websocket"));
        assertThat(heads).isEmpty();
    }

    private void resets(String... fields) throws Exception {
        try (Gate gate = gate("", "");
                RawHttp2Client client = gate.http2()) {
            client.head(1, false, fields);
            assertThat(client.awaitReset(1)).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
        }
    }

    @Test
    void answers501ToOtherProtocolsAndWhereTheRouteAllowsNone() throws Exception {
        String[] other = connect();
        other[List.of(other).indexOf("websocket")] = "connect-udp";
        try (Gate gate = gate("", "");
                Gate closed = gate(", upgrade: []", "");
                RawHttp2Client client = gate.http2();
                RawHttp2Client shut = closed.http2()) {
            assertThat(client.head(1, false, other).answer(1).status()).isEqualTo(501);
            assertThat(shut.head(1, false, connect()).answer(1).status()).isEqualTo(501);
            assertThat(log(2)).allMatch(line -> line.contains("\"reason\":\"protocol-unknown\""));
            client.head(3, false, ":method", "CONNECT", ":authority", "a:1");
            assertThat(client.answer(3).status()).as("a plain CONNECT").isEqualTo(405);
        }
        assertThat(heads).isEmpty();
    }

    /// The client would take it for an agreement.
    @Test
    void neverAgreesByItself() throws Exception {
        try (Gate gate =
                        Gate.openForHttp2(
                                "routes: [{ match: { path: /chat }, respond: { status: 200 } }, { respond: { status: 404 } }]");
                RawHttp2Client client = gate.http2()) {
            assertThat(client.head(1, false, connect()).answer(1).status()).isEqualTo(501);
            assertThat(client.get(3, "/chat").answer(3).status()).isEqualTo(200);
        }
    }

    @Test
    void goesThroughTheRoutesAndTheirFilters() throws Exception {
        try (Gate gate = gate(", filters: [{ ip-deny: 127.0.0.1 }]", "");
                Gate other = gate(", match: { path: /chat, methods: [GET], host: weir.test }", "");
                RawHttp2Client denied = gate.http2();
                RawHttp2Client client = other.http2()) {
            assertThat(denied.head(1, false, connect()).answer(1).status()).isEqualTo(403);
            join(client, 1).data(1, true, "");
            awaitEnd(client, 1);
            String[] elsewhere = connect();
            elsewhere[List.of(elsewhere).indexOf("/chat?room=1")] = "/nothing";
            assertThat(client.head(3, false, elsewhere).answer(3).status()).isEqualTo(404);
            assertThat(log(3).get(1))
                    .contains("\"route\":\"chat\"")
                    .contains("\"method\":\"GET\"")
                    .contains("\"protocol\":\"HTTP/2.0\"")
                    .contains("\"status\":200");
        }
    }

    // ---- the tunnel ----

    @Test
    void anEndOfADirectionIsPassedOnBothWays() throws Exception {
        CompletableFuture<byte[]> got = new CompletableFuture<>();
        try (TcpEndpoint listening =
                        TcpEndpoint.start(
                                socket -> {
                                    agree(socket);
                                    got.complete(socket.getInputStream().readAllBytes());
                                    socket.getOutputStream().write("late".getBytes(US_ASCII));
                                });
                Gate gate = Gate.openForHttp2(Gate.to(listening.address()));
                RawHttp2Client client = gate.http2()) {
            join(client, 1).data(1, false, "some").data(1, true, " bytes");
            assertThat(got.join()).isEqualTo("some bytes".getBytes(US_ASCII));
            assertThat(bytes(client, 1, 4)).isEqualTo("late".getBytes(US_ASCII));
            awaitEnd(client, 1);
            await().until(() -> listening.ended() == 1);
        }
    }

    @Test
    void theClientMayGoOnAfterTheEndpointHasEnded() throws Exception {
        CompletableFuture<byte[]> rest = new CompletableFuture<>();
        try (TcpEndpoint ending =
                        TcpEndpoint.start(
                                socket -> {
                                    agree(socket);
                                    socket.shutdownOutput();
                                    rest.complete(socket.getInputStream().readAllBytes());
                                });
                Gate gate = Gate.openForHttp2(Gate.to(ending.address()));
                RawHttp2Client client = gate.http2()) {
            join(client, 1);
            awaitEnd(client, 1);
            client.data(1, false, "still ").data(1, true, "here");
            assertThat(rest.join()).isEqualTo("still here".getBytes(US_ASCII));
        }
    }

    @Test
    void aResetIsPassedOnBothWays() throws Exception {
        CompletableFuture<IOException> broken = new CompletableFuture<>();
        try (TcpEndpoint listening =
                        TcpEndpoint.start(
                                socket -> {
                                    agree(socket);
                                    try {
                                        while (socket.getInputStream().read() != 'r') {}
                                        socket.setSoLinger(true, 0);
                                    } catch (IOException e) {
                                        broken.complete(e);
                                    }
                                });
                Gate gate =
                        Gate.openForHttp2(
                                Gate.to(listening.address())
                                        + "logs: { access: { to: %s } }"
                                                .formatted(folder.resolve("access.log")));
                RawHttp2Client client = gate.http2()) {
            join(client, 1).reset(1, RawHttp2Client.CANCEL);
            assertThat(broken.join()).hasMessageContaining("reset");
            assertThat(log(1).getFirst()).contains("\"reason\":\"client-gone\"");
            join(client, 3).data(3, false, "r");
            assertThat(client.awaitReset(3)).isEqualTo(RawHttp2Client.CANCEL);
            assertThat(log(2).get(1)).contains("\"reason\":\"tunnel-broken\"");
        }
    }

    @Test
    void aLostConnectionResetsItsTunnels() throws Exception {
        CompletableFuture<IOException> broken = new CompletableFuture<>();
        try (TcpEndpoint listening =
                        TcpEndpoint.start(
                                socket -> {
                                    agree(socket);
                                    try {
                                        socket.getInputStream().readAllBytes();
                                    } catch (IOException e) {
                                        broken.complete(e);
                                    }
                                });
                Gate gate = Gate.openForHttp2(Gate.to(listening.address()))) {
            join(gate.http2(), 1).close();
            assertThat(broken.join()).hasMessageContaining("reset");
        }
    }

    @Test
    void aHeadInTheMiddleIsAnErrorOfTheStream() throws Exception {
        try (Gate gate = gate("", "");
                RawHttp2Client client = gate.http2()) {
            join(client, 1).head(1, true, "x-trailer", "1");
            assertThat(client.awaitReset(1)).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
            assertThat(log(1).getFirst())
                    .contains("\"reason\":\"client-gone\"", "\"status\":200")
                    .doesNotContain("weir_ms");
            join(client, 3).data(3, false, "on");
            assertThat(bytes(client, 3, 2)).isEqualTo("on".getBytes(US_ASCII));
        }
    }

    @Test
    void aClientThatTakesNothingStopsTheEndpoint() throws Exception {
        try (TcpEndpoint flooding =
                        TcpEndpoint.start(
                                socket -> {
                                    agree(socket);
                                    byte[] much = new byte[1 << 20];
                                    for (int i = 0; i < 64; i++) {
                                        socket.getOutputStream().write(much);
                                    }
                                });
                Gate gate = Gate.openForHttp2(Gate.to(flooding.address()));
                RawHttp2Client client = gate.http2()) {
            client.window(0, 1 << 20);
            join(client, 1);
            join(client, 3);
            // One takes nothing; the other is not held up by it.
            for (long have = 0; have < 16 << 20; ) {
                Http2Frame frame = client.await("data", one -> one.type() == RawHttp2Client.DATA);
                if (frame.streamId() == 3) {
                    have += frame.payload().length;
                    client.window(0, frame.payload().length).window(3, frame.payload().length);
                }
            }
            assertThat(
                            client.seen().stream()
                                    .filter(one -> one.type() == 0 && one.streamId() == 1)
                                    .mapToInt(one -> one.payload().length)
                                    .sum())
                    .isEqualTo(65_535);
            assertThat(flooding.ended()).isZero();
        }
    }

    // ---- time, places, streams ----

    @Test
    void endsWhenNothingMoves() throws Exception {
        try (Gate gate =
                        gate(
                                ", timeout: { first-byte: 200ms, request: 300ms, tunnel: 700ms }",
                                "limits: { body-idle: 200ms }");
                RawHttp2Client client = gate.http2()) {
            join(client, 1);
            for (int i = 0; i < 4; i++) {
                await().pollDelay(Duration.ofMillis(300)).until(() -> true);
                assertThat(bytes(client.data(1, false, "x"), 1, 1)).hasSize(1);
            }
            assertThat(client.awaitReset(1)).isEqualTo(RawHttp2Client.CANCEL);
            assertThat(log(1).getFirst())
                    .contains("\"reason\":\"tunnel-idle\"")
                    .contains("\"bytes_in\":4");
        }
    }

    @Test
    void holdsItsPlaceAtTheServiceUntilItEnds() throws Exception {
        try (Gate gate =
                        Gate.openForHttp2(
                                """
                                routes: [{ to: all }]
                                services: { all: { endpoints: [%s], connections: { max: 1, pending: 0 } } }
                                """
                                        .formatted(endpoint.address()));
                RawHttp2Client client = gate.http2()) {
            join(client, 1);
            assertThat(client.head(3, false, connect()).answer(3).status()).isEqualTo(503);
            client.data(1, true, "");
            awaitEnd(client, 1);
            join(client, 5).reset(5, RawHttp2Client.CANCEL);
            join(client, 7);
        }
    }

    @Test
    void aFloodOfTunnelsEndsAtTheBoundForStreams() throws Exception {
        try (Gate gate = gate("", "");
                RawHttp2Client client = gate.http2()) {
            int id = 1;
            for (int i = 0; i < 100; i++, id += 2) {
                join(client, id);
            }
            client.head(id, false, connect());
            assertThat(client.awaitReset(id)).isEqualTo(RawHttp2Client.REFUSED_STREAM);
            assertThat(bytes(client.data(199, false, "x"), 199, 1)).hasSize(1);
            client.reset(1, RawHttp2Client.CANCEL);
            join(client, id + 2);
            assertThat(heads).hasSize(101);
        }
    }

    @Test
    void getsTheDrainTimeAndIsThenCut() throws Exception {
        try (Gate gate = gate("", "drain: { delay: 0s, timeout: 900ms }");
                RawHttp2Client client = gate.http2()) {
            join(client, 1);
            CompletableFuture<Boolean> draining =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return gate.weir().drain();
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                            });
            assertThat(client.awaitGoAway()).isEqualTo(RawHttp2Client.NO_ERROR);
            assertThat(bytes(client.data(1, false, "y"), 1, 1)).isEqualTo("y".getBytes(US_ASCII));
            assertThat(client.awaitReset(1)).isEqualTo(RawHttp2Client.CANCEL);
            assertThat(draining.join()).as("nothing was cut").isFalse();
            assertThat(log(1).getFirst())
                    .contains("\"reason\":\"draining\"")
                    .contains("\"ended_by\":\"weir\"");
        }
    }
}
