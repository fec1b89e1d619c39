package dev.weir.health;

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
    private static final String HEAD = "HTTP/1.1 200 OK\r\n";

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

        assertThat(probe(dead, HealthConfig.DEFAULTS, LONG)).isEqualTo(bad("connect refused"));
        assertThat(probe(dead, HealthConfig.of("/"), LONG)).isEqualTo(bad("connect refused"));
    }

    @Test
    void saysThatTheNameWasNotFound() {
        InetSocketAddress unknown = InetSocketAddress.createUnresolved("nowhere.invalid", 80);

        assertThat(probe(unknown, HealthConfig.DEFAULTS, LONG)).isEqualTo(bad("name not found"));
    }

    @Test
    void saysThatConnectTookTooLong() throws Exception {
        List<Socket> queued = new ArrayList<>();
        // Nobody accepts, so the system drops new connections once the queue is full.
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fill(full, queued);

            InetSocketAddress address = (InetSocketAddress) full.getLocalSocketAddress();
            assertThat(probe(address, HealthConfig.DEFAULTS, Duration.ofMillis(300)))
                    .isEqualTo(bad("connect timeout"));
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
                    .isEqualTo(bad("timeout after 250ms"));
            assertThat(probe(port.address(), HealthConfig.of("/"), Duration.ofSeconds(1)))
                    .isEqualTo(bad("timeout after 1s"));
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
            assertThat(probe(port.address(), wanting("ready"), Duration.ofMillis(500)))
                    .isEqualTo(bad("timeout after 500ms"));
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
            probe(port.address(), asking("POST", fields), LONG);

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
            HealthConfig config =
                    with(
                            Optional.of("/"),
                            Optional.of(checked),
                            "GET",
                            Map.of(),
                            new StatusRange(200, 399),
                            Optional.empty());

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
        HealthConfig config =
                with(
                        Optional.of("/"),
                        Optional.empty(),
                        "GET",
                        Map.of(),
                        StatusRange.parse(expected),
                        Optional.empty());

        assertThat(probeAnswer("HTTP/1.1 " + status + " Whatever\r\n\r\n", config))
                .isEqualTo(new CheckResult(good, text));
    }

    @Test
    void passesOverInterimAnswers() throws Exception {
        assertThat(
                        probeAnswer(
                                "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
                                        + "HTTP/1.1 204 No Content\r\n\r\n",
                                HealthConfig.of("/")))
                .isEqualTo(CheckResult.good("status 204"));
    }

    @Test
    void takesAnAnswerOfHttp10WithoutReason() throws Exception {
        assertThat(probeAnswer("HTTP/1.0 200\r\n\r\n", HealthConfig.of("/")))
                .isEqualTo(CheckResult.good("status 200"));
    }

    @ParameterizedTest
    @CsvSource({
        "'SSH-2.0-OpenSSH_9.2\r\n'",
        "'HTTP/2.0 200 OK\r\n\r\n'",
        "'HTTP/1.1 2x0 OK\r\n\r\n'",
        "'HTTP/1.1 099 Low\r\n\r\n'",
        "'HTTP/1.1  200 OK\r\n\r\n'",
        "'HTTP/1.1 2000 OK\r\n\r\n'",
        "'HTTP/1.1 200 OK\n\n'",
        "'HTTP/1.1 200 OK\r\nno colon\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nblank : x\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nA: b\u0000\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'",
    })
    void saysThatSomethingIsNotHttp(String answer) throws Exception {
        // The connection stays open: only what was read may decide, not the end of it.
        try (ScriptedPort port =
                ScriptedPort.open(
                        connection -> {
                            ScriptedPort.always(answer).serve(connection);
                            ScriptedPort.head(connection);
                        })) {
            assertThat(probe(port.address(), HealthConfig.of("/"), LONG))
                    .isEqualTo(bad("not HTTP"));
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "HTT", "HTTP/1.1 200", "'HTTP/1.1 200 OK\r\nA: b\r\n'"})
    void saysThatTheConnectionWasClosedBeforeAnAnswer(String answer) throws Exception {
        assertThat(probeAnswer(answer, HealthConfig.of("/")))
                .isEqualTo(bad("closed before an answer"));
    }

    @Test
    void saysThatAResetCameBeforeAnAnswer() throws Exception {
        try (ScriptedPort port =
                ScriptedPort.open(
                        connection -> {
                            ScriptedPort.head(connection);
                            connection.setSoLinger(true, 0);
                        })) {
            assertThat(probe(port.address(), HealthConfig.of("/"), LONG))
                    .isEqualTo(bad("closed before an answer"));
        }
    }

    @Test
    void readsAHeadOfUpTo32KiB() throws Exception {
        String field = "A: " + "b".repeat(1019) + "\r\n";

        assertThat(probeAnswer(HEAD + field.repeat(31) + "\r\n", HealthConfig.of("/")))
                .isEqualTo(CheckResult.good("status 200"));
        assertThat(probeAnswer(HEAD + field.repeat(33) + "\r\n", HealthConfig.of("/")))
                .isEqualTo(bad("the answer's head is larger than 32 KiB"));
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 14\r\n\r\n{status:ready}'",
        "'Content-Length: 5000\r\n\r\nready'",
        "'\r\n{status:ready}'",
        "'Transfer-Encoding: chunked\r\n\r\n5;x=y\r\n{rere\r\n4\r\nady}\r\n0\r\n\r\n'",
        "'Transfer-Encoding: gzip, Chunked\r\n\r\n0A\r\nxxreadyxxx\r\n0\r\n\r\n'",
        "'Transfer-Encoding: identity\r\nContent-Length: 1\r\n\r\n{status:ready}'",
    })
    void findsTheTextInABody(String answer) throws Exception {
        assertThat(probeAnswer(HEAD + answer, wanting("ready")))
                .isEqualTo(CheckResult.good("status 200"));
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 4\r\n\r\nready'",
        "'Content-Length: 0\r\n\r\n'",
        "'\r\n{status:starting}'",
        "'Transfer-Encoding: chunked\r\n\r\n3\r\nrea\r\n0\r\n\r\ndy'",
    })
    void saysThatTheBodyLacksTheText(String answer) throws Exception {
        assertThat(probeAnswer(HEAD + answer, wanting("ready")))
                .isEqualTo(bad("body lacks \"ready\""));
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 5000\r\n\r\nread'",
        "'Transfer-Encoding: chunked\r\n\r\n'",
        "'Transfer-Encoding: chunked\r\n\r\n3'",
        "'Transfer-Encoding: chunked\r\n\r\n5\r\nrea'",
        "'Transfer-Encoding: chunked\r\n\r\n3\r\nrea'",
    })
    void saysThatTheConnectionWasClosedInTheMiddle(String answer) throws Exception {
        assertThat(probeAnswer(HEAD + answer, wanting("ready")))
                .isEqualTo(bad("closed in the middle of its answer"));
    }

    @ParameterizedTest
    @CsvSource({
        "'x\r\nready\r\n0\r\n\r\n'",
        "'3\r\nreadyx\r\n0\r\n\r\n'",
        "'1234567890123456\r\n'",
        "'-5\r\nready\r\n'",
    })
    void saysThatBrokenChunksAreNotHttp(String chunks) throws Exception {
        assertThat(
                        probeAnswer(
                                HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks,
                                wanting("ready")))
                .isEqualTo(bad("not HTTP"));
    }

    @Test
    void looksForTheTextInTheFirst64KiBOnly() throws Exception {
        String filler = "x".repeat(64 * 1024 - 5);
        String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
        String chunked = HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(4);

        assertThat(probeAnswer(HEAD + "\r\n" + filler + "ready", wanting("ready")).good()).isTrue();
        assertThat(probeAnswer(HEAD + "\r\n" + filler + "xready", wanting("ready")).good())
                .isFalse();
        assertThat(probeAnswer(chunked + "5\r\nready\r\n0\r\n\r\n", wanting("ready")).good())
                .isFalse();
    }

    @Test
    void showsASoughtTextOnOneShortLine() throws Exception {
        assertThat(probeAnswer(HEAD + "\r\n", wanting("a\r\nb" + "c".repeat(90))).text())
                .isEqualTo("body lacks \"a  b" + "c".repeat(36) + "…\"");
    }

    @Test
    void looksForNoTextWhereTheStatusAllowsNoBody() throws Exception {
        assertThat(probeAnswer("HTTP/1.1 204 No Content\r\n\r\nready", wanting("ready")))
                .isEqualTo(bad("body lacks \"ready\""));
    }

    private CheckResult probeAnswer(String answer, HealthConfig config) throws IOException {
        try (ScriptedPort port = ScriptedPort.answering(answer)) {
            return probe(port.address(), config, LONG);
        }
    }

    private CheckResult probe(InetSocketAddress address, HealthConfig config, Duration timeout) {
        return Probe.of(address, config.withTiming(config.every(), timeout), deadlines).run();
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

    private static HealthConfig wanting(String text) {
        return with(
                Optional.of("/"),
                Optional.empty(),
                "GET",
                Map.of(),
                new StatusRange(200, 399),
                Optional.of(text));
    }

    private static HealthConfig asking(String method, Map<String, String> fields) {
        return with(
                Optional.of("/"),
                Optional.empty(),
                method,
                fields,
                new StatusRange(200, 399),
                Optional.empty());
    }

    private static HealthConfig with(
            Optional<String> path,
            Optional<Integer> port,
            String method,
            Map<String, String> fields,
            StatusRange status,
            Optional<String> body) {
        HealthConfig d = HealthConfig.DEFAULTS;
        return new HealthConfig(
                path,
                port,
                method,
                fields,
                status,
                body,
                d.every(),
                d.timeout(),
                d.upAfter(),
                d.downAfter(),
                d.protocol());
    }

    private static CheckResult bad(String text) {
        return CheckResult.bad(text);
    }
}
