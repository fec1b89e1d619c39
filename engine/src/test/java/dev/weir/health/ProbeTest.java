package dev.weir.health;

import static dev.weir.service.ServiceConfig.Protocol.H1;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.health.HealthConfig.StatusRange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Single checks against real sockets.
@Timeout(120)
class ProbeTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final ScheduledExecutorService deadlines = Executors.newScheduledThreadPool(1);

    @AfterEach
    void stopDeadlines() {
        deadlines.shutdownNow();
    }

    @Test
    void tcpCheckIsGoodWhenThePortAccepts() throws Exception {
        try (ScriptedPort port = ScriptedPort.hanging()) {
            assertThat(probe(port.address(), HealthConfig.DEFAULTS, LONG))
                    .isEqualTo(CheckResult.good("connected"));
        }
    }

    @Test
    void saysThatConnectWasRefused() throws Exception {
        InetSocketAddress dead = ScriptedPort.closed();

        assertThat(probe(dead, HealthConfig.DEFAULTS, LONG)).isEqualTo(silent("connect refused"));
        assertThat(probe(dead, HealthConfig.of("/"), LONG)).isEqualTo(silent("connect refused"));
    }

    @Test
    void saysThatTheNameWasNotFound() {
        InetSocketAddress unknown = InetSocketAddress.createUnresolved("nowhere.invalid", 80);

        assertThat(probe(unknown, HealthConfig.DEFAULTS, LONG)).isEqualTo(silent("name not found"));
    }

    @Test
    void saysThatConnectTookTooLong() throws Exception {
        List<Socket> queued = new ArrayList<>();
        // Nobody accepts, so the system drops new connections once the queue is full.
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fill(full, queued);

            InetSocketAddress address = (InetSocketAddress) full.getLocalSocketAddress();
            assertThat(probe(address, HealthConfig.DEFAULTS, Duration.ofMillis(300)))
                    .isEqualTo(silent("connect timeout"));
        } finally {
            for (Socket socket : queued) {
                socket.close();
            }
        }
    }

    @Test
    void saysThatNoAnswerCameInTime() throws Exception {
        try (ScriptedPort port = ScriptedPort.hanging()) {
            assertThat(probe(port.address(), HealthConfig.of("/"), Duration.ofMillis(250)))
                    .isEqualTo(silent("timeout after 250ms"));
            assertThat(probe(port.address(), HealthConfig.of("/"), Duration.ofSeconds(1)))
                    .isEqualTo(silent("timeout after 1s"));
            await("sockets are closed").until(() -> port.openConnections() == 0);
        }
    }

    /// Every byte comes well within the timeout, the whole answer would take half an hour.
    @ParameterizedTest
    @CsvSource({"HTTP/1.1 200 OK, X: ", "'HTTP/1.1 200 OK\r\n\r\n', x"})
    void cutsADrippingAnswerAtTheDeadline(String start, String drop) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedPort port =
                ScriptedPort.open(
                        connection -> {
                            OutputStream out = connection.getOutputStream();
                            out.write(start.getBytes(StandardCharsets.US_ASCII));
                            for (int i = 0; i < 100_000; i++) {
                                out.write(drop.charAt(0));
                                never.await(20, MILLISECONDS);
                            }
                        })) {
            assertThat(
                            probe(
                                    port.address(),
                                    HealthConfig.of("/").withBody("ready"),
                                    Duration.ofMillis(500)))
                    .isEqualTo(silent("timeout after 500ms"));
        }
    }

    @Test
    void sendsAPlainRequest() throws Exception {
        BlockingQueue<String> requests = new LinkedBlockingQueue<>();
        try (ScriptedPort port = recording(requests)) {
            probe(port.address(), HealthConfig.of("/healthz?full=1"), LONG);

            assertThat(requests.take())
                    .isEqualTo(
                            "GET /healthz?full=1 HTTP/1.1\r\n"
                                    + "Host: 127.0.0.1:%d\r\n".formatted(port.address().getPort())
                                    + "Accept: */*\r\n"
                                    + "Connection: close\r\n"
                                    + "User-Agent: weir-health\r\n\r\n");
        }
    }

    @Test
    void sendsTheConfiguredMethodAndFields() throws Exception {
        BlockingQueue<String> requests = new LinkedBlockingQueue<>();
        Map<String, String> fields =
                Map.of("host", "users.internal", "user-agent", "probe", "X-Token", "a b");
        try (ScriptedPort port = recording(requests)) {
            probe(port.address(), HealthConfig.of("/").withRequest("POST", fields), LONG);

            assertThat(requests.take())
                    .isEqualTo(
                            """
                            POST / HTTP/1.1\r
                            Host: users.internal\r
                            Accept: */*\r
                            Connection: close\r
                            Content-Length: 0\r
                            User-Agent: probe\r
                            X-Token: a b\r
                            \r
                            """);
        }
    }

    @Test
    void checksAnotherPortThanTheEndpointsOwn() throws Exception {
        BlockingQueue<String> requests = new LinkedBlockingQueue<>();
        try (ScriptedPort port = recording(requests)) {
            int checked = port.address().getPort();
            HealthConfig config = HealthConfig.of("/").withPort(checked);

            assertThat(probe(ScriptedPort.closed(), config, LONG))
                    .isEqualTo(CheckResult.good("status 200"));
            assertThat(requests.take()).contains("\r\nHost: 127.0.0.1:" + checked + "\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "200, 200-399, true, status 200",
        "302, 200-399, true, status 302",
        "404, 200-399, false, status 404 (expected 200-399)",
        "503, 200-399, false, status 503 (expected 200-399)",
        "200, 204-204, false, status 200 (expected 204)",
        "404, 400-499, true, status 404",
    })
    void judgesTheStatus(int status, String expected, boolean good, String text) throws Exception {
        HealthConfig config = HealthConfig.of("/").withStatus(StatusRange.parse(expected));

        assertThat(probeAnswer("HTTP/1.1 " + status + " Whatever\r\n\r\n", config))
                .isEqualTo(good ? CheckResult.good(text) : CheckResult.bad(text));
    }

    private CheckResult probeAnswer(String answer, HealthConfig config) throws IOException {
        try (ScriptedPort port = ScriptedPort.answering(answer)) {
            return probe(port.address(), config, LONG);
        }
    }

    private CheckResult probe(InetSocketAddress address, HealthConfig config, Duration timeout) {
        return Probe.of(
                        address,
                        Optional.empty(),
                        config.withTiming(config.every(), timeout),
                        Optional.empty(),
                        H1,
                        deadlines)
                .run();
    }

    private static ScriptedPort recording(BlockingQueue<String> requests) throws IOException {
        return ScriptedPort.open(
                connection -> {
                    requests.add(ScriptedPort.head(connection));
                    connection
                            .getOutputStream()
                            .write(ScriptedPort.OK.getBytes(StandardCharsets.US_ASCII));
                });
    }

    private static void fill(ServerSocket full, List<Socket> queued) throws IOException {
        for (int i = 0; i < 16; i++) {
            Socket socket = new Socket();
            queued.add(socket);
            try {
                socket.connect(full.getLocalSocketAddress(), 300);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
        throw new AssertionError("the system queued 16 connections where 1 was asked for");
    }

    private static CheckResult silent(String text) {
        return CheckResult.silent(text);
    }
}
