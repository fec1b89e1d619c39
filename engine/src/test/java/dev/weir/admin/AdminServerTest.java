package dev.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.admin.Operation.Gives;
import dev.weir.admin.Operation.Takes;
import dev.weir.admin.Operation.Verb;
import dev.weir.schema.HostPort;
import dev.weir.testkit.RawClient;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Clients of the admin API that are slow, with times that are short.
class AdminServerTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// More than the buffers of both sockets hold.
    private static final byte[] LARGE = new byte[32 << 20];

    private final CountDownLatch cut = new CountDownLatch(1);
    private AdminServer server;
    private int port;

    @BeforeEach
    void begin() throws Exception {
        Json json = new Json();
        List<Operation> operations =
                List.of(
                        Operation.get(
                                "/large",
                                "Much.",
                                Gives.other("text/plain"),
                                _ -> new Answer.Bytes(200, "text/plain", LARGE, Map.of())),
                        Operation.get(
                                "/stream",
                                "Without an end.",
                                Gives.other(AdminConnection.EVENTS),
                                _ -> new Answer.Stream(this::tell)),
                        Operation.change(
                                Verb.PUT,
                                "/text",
                                "Takes a text.",
                                Takes.CONFIG,
                                Gives.other("text/plain"),
                                _ -> Answer.text(200, "text/plain", "taken")));
        server =
                new AdminServer(
                        new Access(AdminConfig.onPort(0)),
                        AdminLimits.USUAL.withTimes(SHORT, SHORT, SHORT),
                        _ -> {},
                        () -> new Router(operations, json));
        port = server.listen(new HostPort("127.0.0.1", 0)).getPort();
    }

    @AfterEach
    void end() {
        server.close();
    }

    private void tell(Subscriber subscriber) {
        subscriber.onEnd(cut::countDown);
        String text = "x".repeat(64 << 10);
        while (cut.getCount() > 0) {
            subscriber.send("much", text);
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    @Test
    void cutsAClientThatDoesNotEndItsHead() throws Exception {
        try (RawClient client = RawClient.connect(port)) {
            client.send("GET /large HTTP/1.1\r\nHost: localhost\r\n");
            assertThat(client.closedByPeer(PATIENCE)).isTrue();
        }
    }

    @Test
    void cutsAClientThatDoesNotEndItsBody() throws Exception {
        try (RawClient client = RawClient.connect(port)) {
            client.send(
                    "PUT /text HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/yaml\r\nContent-Length: 10\r\n\r\nabc");
            assertThat(client.closedByPeer(PATIENCE)).isTrue();
        }
    }

    /// Connects with a window so small that next to nothing fits into it.
    private Socket sleepy(String path) throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream()
                .write(
                        ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        return socket;
    }

    @Test
    void cutsAClientThatDoesNotTakeItsAnswer() throws Exception {
        try (Socket sleepy = sleepy("/large")) {
            // Another one is served by the same thread meanwhile, until the time is up.
            try (RawClient client = RawClient.connect(port)) {
                client.send("PUT /text HTTP/1.1\r\nHost: localhost\r\n");
                assertThat(client.closedByPeer(PATIENCE)).isTrue();
            }
            long came = 0;
            InputStream in = sleepy.getInputStream();
            byte[] buffer = new byte[1 << 16];
            try {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    came += n;
                }
            } catch (java.net.SocketException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
            assertThat(came).isLessThan(LARGE.length);
        }
    }

    @Test
    void cutsAReaderOfEventsThatTakesNothing() throws Exception {
        try (Socket _ = sleepy("/stream")) {
            assertThat(cut.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }
}
