package dev.weir;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.HeaderLine;
import dev.weir.testkit.Hpack;
import dev.weir.testkit.Http2Behaviour;
import dev.weir.testkit.Http2Request;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawHttp2Client;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedHttp2Endpoint;
import java.io.DataInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// WebSockets to endpoints of HTTP/2, by extended CONNECT (RFC 8441), for clients of both versions.
class WebSocketToHttp2Test {
    private static final int ENABLE_CONNECT_PROTOCOL = 8;
    private static final String ASKS =
            """
            GET /chat?room=1 HTTP/1.1\r
            Host: weir.test\r
            Connection: keep-alive, Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Protocol: chat\r
            \r
            """;

    @TempDir private Path folder;
    private ScriptedHttp2Endpoint endpoint;
    private Gate gate;

    @BeforeEach
    void start() throws Exception {
        endpoint = ScriptedHttp2Endpoint.start(echo()).announcing(ENABLE_CONNECT_PROTOCOL, 1);
        gate = gate("", "");
    }

    @AfterEach
    void stop() throws Exception {
        gate.close();
        assertThat(endpoint.violations()).isEmpty();
        endpoint.close();
    }

    private static Http2Behaviour echo() {
        return (_, wire) -> {
            wire.agree("sec-websocket-protocol: chat");
            wire.echo();
        };
    }

    private Gate gate(String route, String service) throws Exception {
        return Gate.openForHttp2(
                """
                routes: [{ to: all%s }]
                services: { all: { endpoints: [%s], protocol: h2c%s } }
                logs: { access: { to: %s } }
                """
                        .formatted(
                                route, endpoint.address(), service, folder.resolve("access.log")));
    }

    private List<String> log(int lines) throws Exception {
        Path file = folder.resolve("access.log");
        await().ignoreExceptions().until(() -> Files.readAllLines(file).size() >= lines);
        return Files.readAllLines(file);
    }

    private static String head(RawClient client) {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) client.readBytes(1)[0]);
        }
        return head.toString();
    }

    private RawClient joined() throws Exception {
        RawClient client = gate.client();
        assertThat(head(client.send(ASKS))).startsWith("HTTP/1.1 101 ");
        return client;
    }

    // ---- the handshake ----

    @Test
    void makesAnExtendedConnectOfAnUpgradeAndAnswersTheKeyItself() throws Exception {
        try (RawClient client = gate.client()) {
            assertThat(head(client.send(ASKS)).lines())
                    .startsWith("HTTP/1.1 101 Switching Protocols")
                    .contains(
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                            "sec-websocket-protocol: chat");
            Http2Request asked = endpoint.awaitHeads(1).getFirst();
            assertThat(asked.fields().subList(0, 5))
                    .containsExactlyInAnyOrder(
                            new HeaderLine(":method", "CONNECT"),
                            new HeaderLine(":protocol", "websocket"),
                            new HeaderLine(":path", "/chat?room=1"),
                            new HeaderLine(":scheme", "http"),
                            new HeaderLine(":authority", "weir.test"));
            assertThat(asked.field("sec-websocket-version")).isEqualTo("13");
            assertThat(asked.field("sec-websocket-protocol")).isEqualTo("chat");
            assertThat(asked.fields())
                    .extracting(HeaderLine::name)
                    .doesNotContain(
                            "sec-websocket-key", "connection", "upgrade", "content-length", "host");
        }
    }

    @Test
    void passesAnExtendedConnectOnAsOne() throws Exception {
        try (RawHttp2Client client = gate.http2()) {
            client.head(1, false, Http2WebSocketTest.connect("sec-websocket-protocol", "chat"));
            List<HeaderLine> fields =
                    Hpack.fields(client.await(RawHttp2Client.HEADERS, 1).payload());
            assertThat(fields)
                    .contains(
                            new HeaderLine(":status", "200"),
                            new HeaderLine("sec-websocket-protocol", "chat"))
                    .extracting(HeaderLine::name)
                    .doesNotContain("sec-websocket-accept");
            assertThat(endpoint.awaitHeads(1).getFirst().fields().subList(0, 5))
                    .contains(
                            new HeaderLine(":method", "CONNECT"),
                            new HeaderLine(":protocol", "websocket"));
            client.data(1, true, "x");
            assertThat(Http2WebSocketTest.bytes(client, 1, 1)).hasSize(1);
            Http2WebSocketTest.awaitEnd(client, 1);
        }
        assertThat(log(1).getFirst()).contains("\"status\":200").contains("\"bytes_out\":1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-None: 1",
                "Sec-WebSocket-Key: short",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
            })
    void answers400ToAnUpgradeWhoseKeyItCannotAnswer(String instead) throws Exception {
        try (RawClient client = gate.client()) {
            String asks = ASKS.replaceAll("Sec-WebSocket-Key: [^\r]*", instead);
            assertThat(client.send(asks).readResponse().status()).isEqualTo(400);
        }
        assertThat(endpoint.requests()).isEmpty();
    }

    @Test
    void passesARefusalOnAsItIs() throws Exception {
        endpoint.behave((_, wire) -> wire.answer(403, "no"));
        try (RawClient client = gate.client()) {
            RawResponse response = client.send(ASKS).readResponse();
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.text()).isEqualTo("no");
            endpoint.behave((_, wire) -> wire.answer(200, "hello"));
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().text()).isEqualTo("hello");
        }
    }

    @Test
    void tellsWhereAnEndpointTakesNoWebSockets() throws Exception {
        try (ScriptedHttp2Endpoint without = ScriptedHttp2Endpoint.start(echo());
                Gate before =
                        Gate.openForHttp2(
                                """
                                routes: [{ to: all }]
                                services: { all: { endpoints: [%s], protocol: h2c } }
                                logs: { access: { to: %s } }
                                """
                                        .formatted(
                                                without.address(), folder.resolve("access.log")));
                RawClient old = before.client();
                RawHttp2Client client = before.http2()) {
            RawResponse response = old.send(ASKS).readResponse();
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.text()).contains("does not speak WebSocket");
            client.head(1, false, Http2WebSocketTest.connect());
            assertThat(client.answer(1).status()).isEqualTo(502);
            assertThat(log(2)).allMatch(line -> line.contains("\"reason\":\"no-websocket\""));
            without.behave((_, wire) -> wire.answer(200, "hello"));
            assertThat(before.get("/").text()).as("what is no WebSocket").isEqualTo("hello");
            assertThat(without.requests()).extracting(Http2Request::path).containsExactly("/");
        }
    }

    @Test
    void triesAnotherEndpointWhereOneTakesNoWebSockets() throws Exception {
        try (ScriptedHttp2Endpoint without = ScriptedHttp2Endpoint.start(echo());
                Gate both =
                        Gate.open(
                                """
                                routes: [{ to: all }]
                                services: { all: { endpoints: [%s, %s], protocol: h2c, balance: round-robin } }
                                """
                                        .formatted(without.address(), endpoint.address()))) {
            for (int i = 0; i < 4; i++) {
                try (RawClient client = both.client()) {
                    assertThat(head(client.send(ASKS))).startsWith("HTTP/1.1 101 ");
                }
            }
        }
    }

    /// RFC 8441 §3: not before the endpoint has said that it takes them.
    @Test
    void sendsNoExtendedConnectBeforeTheSettingsHaveCome() throws Exception {
        CompletableFuture<Boolean> early = new CompletableFuture<>();
        try (TcpEndpoint slow =
                        TcpEndpoint.start(
                                socket -> {
                                    DataInputStream in =
                                            new DataInputStream(socket.getInputStream());
                                    in.readNBytes(24);
                                    await().pollDelay(Duration.ofMillis(300)).until(() -> true);
                                    byte[] there = in.readNBytes(in.available());
                                    early.complete(hasHeaders(there));
                                    socket.getOutputStream()
                                            .write(
                                                    new byte[] {
                                                        0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 1
                                                    });
                                    while (true) {
                                        int length = in.readUnsignedByte() << 16;
                                        length |= in.readUnsignedShort();
                                        int type = in.readUnsignedByte();
                                        in.readUnsignedByte();
                                        int stream = in.readInt();
                                        in.readNBytes(length);
                                        if (type == 1) {
                                            socket.getOutputStream()
                                                    .write(
                                                            new byte[] {
                                                                0,
                                                                0,
                                                                1,
                                                                1,
                                                                4,
                                                                0,
                                                                0,
                                                                0,
                                                                (byte) stream,
                                                                (byte) 0x88
                                                            });
                                        }
                                    }
                                });
                Gate before =
                        Gate.open(
                                """
                                routes: [{ to: all }]
                                services: { all: { endpoints: [%s], protocol: h2c } }
                                """
                                        .formatted(slow.address()));
                RawClient client = before.client()) {
            assertThat(head(client.send(ASKS))).startsWith("HTTP/1.1 101 ");
            assertThat(early.join()).as("a head before the settings").isFalse();
        }
    }

    @Test
    void anEndpointThatSpeaksNoHttp2IsABadAnswer() throws Exception {
        try (TcpEndpoint old =
                        TcpEndpoint.start(
                                socket -> {
                                    socket.getInputStream().readNBytes(24);
                                    socket.getOutputStream()
                                            .write(
                                                    "HTTP/1.1 400 Bad Request\r\n\r\n"
                                                            .getBytes(US_ASCII));
                                });
                Gate before =
                        Gate.open(
                                """
                                routes: [{ to: all }]
                                services: { all: { endpoints: [%s], protocol: h2c } }
                                logs: { access: { to: %s } }
                                """
                                        .formatted(old.address(), folder.resolve("access.log")));
                RawClient client = before.client()) {
            assertThat(client.send(ASKS).readResponse().status()).isEqualTo(502);
            assertThat(log(1).getFirst()).contains("\"reason\":\"bad-answer\"");
        }
    }

    private static boolean hasHeaders(byte[] frames) {
        for (int at = 0; at + 9 <= frames.length; ) {
            if (frames[at + 3] == 1) {
                return true;
            }
            at += 9 + ((frames[at + 1] & 0xff) << 8 | frames[at + 2] & 0xff);
        }
        return false;
    }

    // ---- the tunnel ----

    @Test
    void carriesManyTunnelsOnOneConnection() throws Exception {
        try (Gate one =
                        Gate.openOnOneLoop(
                                """
                                routes: [{ to: all }]
                                services: { all: { endpoints: [%s], protocol: h2c } }
                                """
                                        .formatted(endpoint.address()));
                RawClient first = one.client();
                RawClient second = one.client()) {
            head(first.send(ASKS));
            head(second.send(ASKS));
            assertThat(second.send("two").readBytes(3)).isEqualTo("two".getBytes(US_ASCII));
            assertThat(first.send("one").readBytes(3)).isEqualTo("one".getBytes(US_ASCII));
            first.halfClose();
            assertThat(first.readUntilClosed()).isEmpty();
            assertThat(second.send("x").readBytes(1)).hasSize(1);
            assertThat(endpoint.connections().accepted()).isEqualTo(1);
        }
    }

    @Test
    void passesResetsOnBothWays() throws Exception {
        try (RawClient client = joined()) {
            client.reset();
            await().until(() -> endpoint.requests().getFirst().resetCode() == 8);
            assertThat(log(1).getFirst()).contains("\"reason\":\"client-gone\"");
        }
        endpoint.behave(
                (_, wire) -> {
                    wire.agree();
                    wire.awaitBody(1);
                    wire.reset(8);
                });
        try (RawClient client = joined()) {
            client.send("x");
            assertThat(client.closedByPeer(Duration.ofSeconds(3))).isTrue();
            assertThat(log(2).get(1)).contains("\"reason\":\"tunnel-broken\"");
        }
    }

    @Test
    void aHeadInTheMiddleIsAnErrorOfTheStream() throws Exception {
        endpoint.behave(
                (_, wire) -> {
                    wire.agree();
                    wire.awaitBody(1);
                    wire.trailers("x: y");
                    wire.hang();
                });
        try (RawClient client = joined()) {
            client.send("x");
            assertThat(client.closedByPeer(Duration.ofSeconds(3))).isTrue();
            await().until(() -> endpoint.requests().getFirst().resetCode() == 1);
        }
    }

    @Test
    void anEndpointThatLeavesMayFinishItsTunnels() throws Exception {
        endpoint.behave(
                (request, wire) -> {
                    wire.agree();
                    wire.goAway(request.stream(), 0);
                    wire.echo();
                });
        try (RawClient client = joined();
                RawClient other = joined()) {
            assertThat(client.send("on").readBytes(2)).isEqualTo("on".getBytes(US_ASCII));
            assertThat(other.send("up").readBytes(2)).isEqualTo("up".getBytes(US_ASCII));
            client.halfClose();
            assertThat(client.readUntilClosed()).isEmpty();
            assertThat(endpoint.connections().accepted()).isEqualTo(2);
        }
    }

    /// The endpoint opens no window: Weir holds what one stream may, and asks the client for no more.
    @Test
    void anEndpointThatTakesNothingStopsTheClient() throws Exception {
        try (ScriptedHttp2Endpoint holding =
                        ScriptedHttp2Endpoint.start(echo())
                                .announcing(ENABLE_CONNECT_PROTOCOL, 1)
                                .holdingWindows();
                Gate before =
                        Gate.openForHttp2(
                                """
                                routes: [{ to: all }]
                                services: { all: { endpoints: [%s], protocol: h2c } }
                                """
                                        .formatted(holding.address()));
                RawHttp2Client client = before.http2()) {
            holding.behave(
                    (request, wire) -> {
                        wire.agree();
                        wire.hang();
                    });
            Http2WebSocketTest.join(client, 1);
            int sent = 0;
            int window = 65_535;
            while (true) {
                for (; window >= 8192; window -= 8192) {
                    client.data(1, false, new byte[8192]);
                    sent += 8192;
                }
                // A ping's answer comes behind all windows that the data before it was worth.
                client.frame(RawHttp2Client.PING, 0, 0, new byte[8]);
                int opened = opened(client);
                if (opened == 0) {
                    break;
                }
                window += opened;
            }
            assertThat(sent).isBetween(100_000, 300_000);
            await().until(
                            () ->
                                    holding.frames(0).stream()
                                                    .mapToInt(one -> one.payload().length)
                                                    .sum()
                                            == 65_535);
        }
    }

    /// How far the window of stream 1 was opened before the next answer to a ping, and for a while behind it.
    private static int opened(RawHttp2Client client) {
        int opened = 0;
        while (true) {
            var frame = client.await("a frame", _ -> true);
            if (frame.type() == RawHttp2Client.PING) {
                return opened;
            }
            if (frame.type() == RawHttp2Client.WINDOW_UPDATE && frame.streamId() == 1) {
                opened += frame.code(0);
            }
        }
    }
}
