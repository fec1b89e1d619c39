package dev.weir;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Upgrades to WebSocket, byte by byte: Weir looks at no frame.
class WebSocketTest {
    private static final Duration SOON = Duration.ofSeconds(3);
    private static final String ASKS =
            """
            GET /chat?room=1 HTTP/1.1\r
            Host: weir.test\r
            Connection: keep-alive, Upgrade\r
            Upgrade: WebSocket\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Protocol: chat\r
            \r
            """;
    private static final String AGREES =
            """
            HTTP/1.1 101 Switching Protocols\r
            Connection: upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
            \r
            """;

    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final AtomicReference<String> answer = new AtomicReference<>(AGREES);

    @TempDir Path folder;
    private TcpEndpoint endpoint;

    /// Says its answer to each head, and sends back what follows one that was a 101.
    @BeforeEach
    void start() throws Exception {
        endpoint = TcpEndpoint.start(this::serve);
    }

    @AfterEach
    void stop() throws Exception {
        endpoint.close();
    }

    private void serve(Socket socket) throws Exception {
        while (true) {
            heads.add(head(socket.getInputStream()));
            String said = answer.get();
            socket.getOutputStream().write(said.getBytes(ISO_8859_1));
            if (said.startsWith("HTTP/1.1 101")) {
                socket.getInputStream().transferTo(socket.getOutputStream());
                return;
            }
        }
    }

    private static String head(InputStream in) throws Exception {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new java.io.EOFException();
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private Gate gate(String route, String rest) throws Exception {
        return Gate.open(
                """
                routes: [{ to: all%s }]
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

    private static RawClient joined(Gate gate) throws Exception {
        RawClient client = gate.client();
        assertThat(head(client)).startsWith("HTTP/1.1 101 ");
        return client;
    }

    private static String head(RawClient client) {
        client.send(ASKS);
        return readHead(client);
    }

    private static String readHead(RawClient client) {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) client.readBytes(1)[0]);
        }
        return head.toString();
    }

    @Test
    void writesTheUpgradeAnewOnBothSidesAndLeavesTheRestAsItIs() throws Exception {
        try (Gate gate = gate("", "");
                RawClient client = gate.client()) {
            assertThat(head(client).lines())
                    .containsExactlyInAnyOrder(
                            "HTTP/1.1 101 Switching Protocols",
                            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "");
            assertThat(heads.getFirst().lines())
                    .contains(
                            "GET /chat?room=1 HTTP/1.1",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Protocol: chat",
                            "X-Forwarded-For: 127.0.0.1");
            assertThat(heads.getFirst().lines().filter(line -> line.startsWith("Connection")))
                    .hasSize(1);
        }
    }

    @Test
    void passesBytesBothWaysUntilBothEnd() throws Exception {
        byte[] bytes = new byte[300_000];
        new Random(3).nextBytes(bytes);
        try (Gate gate = gate("", "");
                RawClient client = joined(gate)) {
            CompletableFuture<byte[]> back =
                    CompletableFuture.supplyAsync(() -> client.readBytes(bytes.length));
            client.send(bytes);
            assertThat(back.join()).isEqualTo(bytes);
            client.halfClose();
            assertThat(client.readUntilClosed()).isEmpty();
            assertThat(log(1).getFirst())
                    .contains("\"path\":\"/chat?room=1\"")
                    .contains("\"status\":101")
                    .contains("\"bytes_in\":300000,\"bytes_out\":300000")
                    .contains("\"ended_by\":\"client\"")
                    .doesNotContain("\"reason\"");
        }
    }

    @Test
    void keepsWhatTheClientSendsEarlyUntilTheEndpointHasAgreed() throws Exception {
        CompletableFuture<Void> agree = new CompletableFuture<>();
        CompletableFuture<Integer> early = new CompletableFuture<>();
        try (TcpEndpoint slow =
                        TcpEndpoint.start(
                                socket -> {
                                    head(socket.getInputStream());
                                    await().pollDelay(Duration.ofMillis(200)).until(() -> true);
                                    early.complete(socket.getInputStream().available());
                                    agree.join();
                                    socket.getOutputStream()
                                            .write((AGREES + "hello").getBytes(US_ASCII));
                                    socket.getInputStream().transferTo(socket.getOutputStream());
                                });
                Gate gate = Gate.open(Gate.to(slow.address()));
                RawClient client = gate.client()) {
            client.send(ASKS + "early").send(" bytes");
            assertThat(early.join()).as("bytes at the endpoint before its answer").isZero();
            agree.complete(null);
            assertThat(readHead(client)).startsWith("HTTP/1.1 101 ");
            assertThat(client.readBytes(16)).isEqualTo("helloearly bytes".getBytes(US_ASCII));
        }
    }

    @Test
    void goesOnWithHttpWhereTheEndpointDoesNotAgree() throws Exception {
        answer.set(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nno");
        try (Gate gate = gate("", "");
                RawClient client = gate.client()) {
            RawResponse response = client.send(ASKS).readResponse();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().keySet())
                    .noneMatch(name -> name.equalsIgnoreCase("upgrade"));
            client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().text()).isEqualTo("no");
            assertThat(heads.get(1)).startsWith("GET /next ").doesNotContain("Upgrade");
            assertThat(endpoint.accepted()).isEqualTo(1);
        }
    }

    /// Whatever is sent behind it, by which an endpoint that did not agree could be made to hide a request.
    @Test
    void takesWhatFollowsARefusedUpgradeForTheNextRequest() throws Exception {
        answer.set("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n");
        try (Gate gate = gate("", "");
                RawClient client = gate.client()) {
            client.send(ASKS + "\u0081\u0085raw frame\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(426);
            assertThat(client.readResponse().status()).isEqualTo(400);
            assertThat(heads).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket, h2c\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nUpgrade: websocket\r\n\r\n",
            })
    void takesA101ThatAgreesToSomethingElseForABadAnswer(String said) throws Exception {
        answer.set(said);
        try (Gate gate = gate("", "");
                RawClient client = gate.client()) {
            assertThat(client.send(ASKS).readResponse().status()).isEqualTo(502);
        }
    }

    @Test
    void takesA101ThatNobodyAskedForForABadAnswer() throws Exception {
        try (Gate gate = gate("", "")) {
            assertThat(gate.get("/").status()).isEqualTo(502);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket, h2c\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\nx",
            })
    void passesNoOtherUpgradeOn(String request) throws Exception {
        answer.set("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        try (Gate gate = gate("", "")) {
            assertThat(gate.exchange(request).status()).isEqualTo(200);
        }
        assertThat(heads.getFirst())
                .doesNotContainIgnoringCase("upgrade")
                .doesNotContainIgnoringCase("http2-settings");
    }

    @Test
    void aRouteCanForbidIt() throws Exception {
        answer.set("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        try (Gate gate = gate(", upgrade: []", "");
                RawClient client = gate.client()) {
            assertThat(client.send(ASKS).readResponse().status()).isEqualTo(200);
            assertThat(heads.getFirst()).doesNotContain("Upgrade");
            answer.set(AGREES);
            assertThat(client.send(ASKS).readResponse().status()).isEqualTo(502);
        }
    }

    @Test
    void goesThroughTheFiltersOfTheRoute() throws Exception {
        try (Gate gate = gate(", filters: [{ ip-deny: 127.0.0.1 }]", "");
                RawClient client = gate.client()) {
            assertThat(client.send(ASKS).readResponse().status()).isEqualTo(403);
        }
        assertThat(heads).isEmpty();
    }

    @Test
    void triesAnotherEndpointBeforeA101() throws Exception {
        try (Gate gate =
                Gate.open(
                        Gate.to("127.0.0.1:" + ScriptedEndpoint.deadPort(), endpoint.address()))) {
            for (int i = 0; i < 4; i++) {
                joined(gate).close();
            }
        }
    }

    @Test
    void holdsItsPlaceAtTheServiceUntilItEnds() throws Exception {
        try (Gate gate =
                        Gate.open(
                                """
                                routes: [{ to: all }]
                                services: { all: { endpoints: [%s], connections: { max: 1, pending: 0 } } }
                                """
                                        .formatted(endpoint.address()));
                RawClient client = joined(gate)) {
            assertThat(gate.get("/").status()).isEqualTo(503);
            client.close();
            await().untilAsserted(
                            () -> {
                                try (RawClient next = gate.client()) {
                                    assertThat(head(next)).startsWith("HTTP/1.1 101 ");
                                }
                            });
        }
    }

    @Test
    void countsAsARequestInFlightAtItsEndpoint() throws Exception {
        try (TcpEndpoint other = TcpEndpoint.start(this::serve);
                Gate gate =
                        Gate.open(
                                """
                                routes: [{ to: all }]
                                services: { all: { endpoints: [%s, %s], balance: least-connections } }
                                """
                                        .formatted(endpoint.address(), other.address()))) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                clients.add(joined(gate));
            }
            assertThat(endpoint.accepted()).isEqualTo(5);
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void isNeverReusedForAnotherRequest() throws Exception {
        try (Gate gate = Gate.openOnOneLoop(Gate.to(endpoint.address()));
                RawClient client = joined(gate)) {
            client.send("x").readBytes(1);
            client.halfClose();
            client.readUntilClosed();
            joined(gate).close();
            assertThat(endpoint.accepted()).isEqualTo(2);
        }
    }

    @Test
    void livesLongerThanARequestMayTakeAndEndsWhenNothingMoves() throws Exception {
        try (Gate gate =
                        gate(
                                ", timeout: { first-byte: 200ms, request: 300ms, tunnel: 700ms }",
                                "");
                RawClient client = joined(gate)) {
            for (int i = 0; i < 4; i++) {
                await().pollDelay(Duration.ofMillis(300)).until(() -> true);
                assertThat(client.send("x").readBytes(1)).hasSize(1);
            }
            assertThat(client.closedByPeer(SOON)).isTrue();
            assertThat(log(1).getFirst())
                    .contains("\"reason\":\"tunnel-idle\"")
                    .contains("\"bytes_in\":4");
        }
    }

    @Test
    void passesTheEndAtTheEndpointOn() throws Exception {
        try (TcpEndpoint closing =
                        TcpEndpoint.start(
                                socket -> {
                                    head(socket.getInputStream());
                                    socket.getOutputStream()
                                            .write((AGREES + "bye").getBytes(US_ASCII));
                                });
                Gate gate = Gate.open(Gate.to(closing.address()));
                RawClient client = joined(gate)) {
            assertThat(client.readUntilClosed()).isEqualTo("bye".getBytes(US_ASCII));
        }
    }

    @Test
    void aResetAtTheEndpointResetsTheClient() throws Exception {
        try (TcpEndpoint closing =
                        TcpEndpoint.start(
                                socket -> {
                                    head(socket.getInputStream());
                                    socket.getOutputStream().write(AGREES.getBytes(US_ASCII));
                                    socket.getInputStream().read();
                                    socket.setSoLinger(true, 0);
                                });
                Gate gate = Gate.open(Gate.to(closing.address()));
                RawClient client = joined(gate)) {
            client.send("x");
            assertThat(client.closedByPeer(SOON)).isTrue();
        }
    }

    @Test
    void getsTheDrainTimeAndIsThenCut() throws Exception {
        try (Gate gate = gate("", "drain: { delay: 0s, timeout: 600ms }");
                RawClient client = joined(gate)) {
            CompletableFuture<Boolean> draining =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return gate.weir().drain();
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                            });
            await().pollDelay(Duration.ofMillis(200)).until(() -> true);
            assertThat(client.send("y").readBytes(1)).isEqualTo("y".getBytes(US_ASCII));
            assertThat(client.closedByPeer(SOON)).isTrue();
            assertThat(draining.join()).as("nothing was cut").isFalse();
            assertThat(log(1).getFirst())
                    .contains("\"reason\":\"draining\"")
                    .contains("\"ended_by\":\"weir\"");
        }
    }
}
