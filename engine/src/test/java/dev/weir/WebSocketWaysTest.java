package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawHttp2Client;
import dev.weir.testkit.ScriptedHttp2Endpoint;
import dev.weir.tls.Pki;
import dev.weir.tls.TlsWall;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// WebSockets from clients of either version to endpoints of either version, in the clear and over TLS: a megabyte there and back.
class WebSocketWaysTest {
    private static final int ENABLE_CONNECT_PROTOCOL = 8;
    private static final int PIECE = 16 << 10;
    private static final byte[] BYTES = new byte[64 * PIECE];

    static {
        new Random(5).nextBytes(BYTES);
    }

    @TempDir private Path folder;
    private Pki pki;
    private TcpEndpoint old;
    private ScriptedHttp2Endpoint fresh;

    @BeforeEach
    void start() throws Exception {
        pki = Pki.in(folder);
        pki.server("site", "localhost");
        old =
                TcpEndpoint.start(
                        socket -> {
                            String head = WebSocketEcho.head(socket.getInputStream());
                            socket.getOutputStream()
                                    .write(WebSocketEcho.agreement(head).getBytes());
                            socket.getInputStream().transferTo(socket.getOutputStream());
                        });
        fresh =
                ScriptedHttp2Endpoint.start(
                                (_, wire) -> {
                                    wire.agree();
                                    wire.echo();
                                })
                        .announcing(ENABLE_CONNECT_PROTOCOL, 1);
    }

    @AfterEach
    void stop() throws Exception {
        old.close();
        fresh.close();
        assertThat(fresh.violations()).isEmpty();
    }

    private Gate clear(String endpoint, String protocol) throws Exception {
        return Gate.openForHttp2(
                "routes: [{ to: all }]\nservices: { all: { endpoints: [\"%s\"], protocol: %s } }\n"
                        .formatted(endpoint, protocol));
    }

    private Gate encrypted(String endpoint, String protocol) throws Exception {
        return Gate.openWith(
                Http2TlsTest.listener(pki)
                        + "routes: [{ to: all }]\nservices: { all: { endpoints: [\"%s\"], tls: { ca: \"%s\" }, protocol: %s } }\n"
                                .formatted(endpoint, pki.file("ca.pem"), protocol));
    }

    private TlsWall wall(int port, String... protocols) throws Exception {
        SSLContext shown = pki.showing(pki.server("endpoint", "localhost"));
        return TlsWall.before(port, shown, false, protocols);
    }

    private Socket secure(Gate gate, String protocol) throws Exception {
        SSLSocket socket =
                (SSLSocket)
                        pki.trusting().getSocketFactory().createSocket("localhost", gate.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        assertThat(socket.getApplicationProtocol()).isEqualTo(protocol);
        return socket;
    }

    // ---- conversations ----

    private static void byHttp1(RawClient client, boolean halfCloses) {
        String head = handshake(client);
        assertThat(head)
                .startsWith("HTTP/1.1 101 ")
                .containsIgnoringCase("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        for (int at = 0; at < BYTES.length; at += PIECE) {
            byte[] piece = Arrays.copyOfRange(BYTES, at, at + PIECE);
            assertThat(client.send(piece).readBytes(PIECE)).isEqualTo(piece);
        }
        if (halfCloses) {
            client.halfClose();
            assertThat(client.readUntilClosed()).isEmpty();
        }
    }

    private static String handshake(RawClient client) {
        client.send(
                """
                GET /chat HTTP/1.1\r
                Host: localhost\r
                Connection: Upgrade\r
                Upgrade: websocket\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Sec-WebSocket-Version: 13\r
                \r
                """);
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) client.readBytes(1)[0]);
        }
        return head.toString();
    }

    private static void byHttp2(RawHttp2Client client) {
        Http2WebSocketTest.join(client, 1);
        for (int at = 0; at < BYTES.length; at += PIECE) {
            byte[] piece = Arrays.copyOfRange(BYTES, at, at + PIECE);
            client.data(1, false, piece);
            assertThat(Http2WebSocketTest.bytes(client, 1, PIECE)).isEqualTo(piece);
        }
        client.data(1, true, "");
        Http2WebSocketTest.awaitEnd(client, 1);
    }

    // ---- in the clear ----

    @Test
    void fromHttp1ToHttp1() throws Exception {
        try (Gate gate = clear(old.address(), "h1");
                RawClient client = gate.client()) {
            byHttp1(client, true);
        }
    }

    @Test
    void fromHttp1ToHttp2() throws Exception {
        try (Gate gate = clear(fresh.address(), "h2c");
                RawClient client = gate.client()) {
            byHttp1(client, true);
        }
    }

    @Test
    void fromHttp2ToHttp1() throws Exception {
        try (Gate gate = clear(old.address(), "h1");
                RawHttp2Client client = gate.http2()) {
            byHttp2(client);
        }
    }

    @Test
    void fromHttp2ToHttp2() throws Exception {
        try (Gate gate = clear(fresh.address(), "h2c");
                RawHttp2Client client = gate.http2()) {
            byHttp2(client);
        }
    }

    // ---- over TLS on both sides ----

    @Test
    void fromHttp1InTheClearToHttp1OverTls() throws Exception {
        try (TlsWall wall = wall(old.port());
                Gate gate =
                        Gate.open(
                                "routes: [{ to: all }]\nservices: { all: { endpoints: [\"%s\"], tls: { ca: \"%s\" } } }\n"
                                        .formatted(wall.url("localhost"), pki.file("ca.pem")));
                RawClient client = gate.client()) {
            byHttp1(client, true);
        }
    }

    @Test
    void fromHttp1ToHttp2OverTls() throws Exception {
        try (TlsWall wall = wall(fresh.port(), "h2");
                Gate gate = encrypted(wall.url("localhost"), "h2");
                RawClient client = RawClient.over(secure(gate, "http/1.1"))) {
            byHttp1(client, false);
        }
    }

    @Test
    void fromHttp2ToHttp1OverTls() throws Exception {
        try (TlsWall wall = wall(old.port());
                Gate gate = encrypted(wall.url("localhost"), "h1");
                RawHttp2Client client = RawHttp2Client.over(secure(gate, "h2"))) {
            byHttp2(client);
        }
    }

    @Test
    void fromHttp2ToHttp2OverTls() throws Exception {
        try (TlsWall wall = wall(fresh.port(), "h2");
                Gate gate = encrypted(wall.url("localhost"), "h2");
                RawHttp2Client client = RawHttp2Client.over(secure(gate, "h2"))) {
            byHttp2(client);
        }
    }
}
