package dev.weir;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Connections that are passed on as they are, seen from both sides.
class TcpRouteTest {
    private static final Duration SOON = Duration.ofSeconds(3);

    @TempDir Path folder;

    private static Gate gate(String settings, String... endpoints) throws Exception {
        return Gate.openWith(yaml("all", settings, endpoints));
    }

    private static String yaml(String tcp, String settings, String... endpoints) {
        return """
        weir: 1
        listeners: { web: { listen: "127.0.0.1:0", tcp: %s } }
        services: { all: { endpoints: [%s], balance: round-robin%s } }
        """
                .formatted(tcp, String.join(", ", endpoints), settings);
    }

    private Gate logged(String yaml) throws Exception {
        return Gate.openWith(
                yaml + "logs: { access: { to: " + folder.resolve("access.log") + " } }\n");
    }

    /// The lines of the log, once there are so many.
    private List<String> log(int lines) {
        Path file = folder.resolve("access.log");
        await().ignoreExceptions().until(() -> Files.readAllLines(file).size() >= lines);
        try {
            return Files.readAllLines(file);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void passesBytesBothWaysAsTheyAre() throws Exception {
        try (TcpEndpoint endpoint = TcpEndpoint.echo();
                Gate gate = gate("", endpoint.address());
                RawClient client = gate.client()) {
            byte[] bytes = new byte[100_000];
            new Random(1).nextBytes(bytes);
            assertThat(client.send("\0\r\n\u00ff").readBytes(4))
                    .isEqualTo(
                            "\0\r\n\u00ff".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            CompletableFuture<byte[]> back =
                    CompletableFuture.supplyAsync(() -> client.readBytes(bytes.length));
            client.send(bytes);
            assertThat(back.join()).isEqualTo(bytes);
        }
    }

    @Test
    void letsAnEndpointSpeakFirst() throws Exception {
        try (TcpEndpoint endpoint =
                        TcpEndpoint.start(
                                socket -> {
                                    socket.getOutputStream()
                                            .write("220 ready\r\n".getBytes(US_ASCII));
                                    socket.getInputStream().read();
                                });
                Gate gate = gate("", endpoint.address());
                RawClient client = gate.client()) {
            assertThat(client.readBytes(11)).isEqualTo("220 ready\r\n".getBytes(US_ASCII));
        }
    }

    @Test
    void passesTheEndOfOneDirectionOnAndTheOtherGoesOn() throws Exception {
        try (TcpEndpoint endpoint =
                        TcpEndpoint.start(
                                socket -> {
                                    byte[] all = socket.getInputStream().readAllBytes();
                                    socket.getOutputStream()
                                            .write(("got " + all.length).getBytes(US_ASCII));
                                });
                Gate gate = gate("", endpoint.address());
                RawClient client = gate.client()) {
            client.send("question").halfClose();
            assertThat(client.readUntilClosed()).isEqualTo("got 8".getBytes(US_ASCII));
        }
    }

    @Test
    void passesTheEndOfTheEndpointsDirectionOn() throws Exception {
        CompletableFuture<byte[]> got = new CompletableFuture<>();
        try (TcpEndpoint endpoint =
                        TcpEndpoint.start(
                                socket -> {
                                    socket.getOutputStream().write("bye".getBytes(US_ASCII));
                                    socket.shutdownOutput();
                                    got.complete(socket.getInputStream().readAllBytes());
                                });
                Gate gate = gate("", endpoint.address());
                RawClient client = gate.client()) {
            assertThat(client.readUntilClosed()).isEqualTo("bye".getBytes(US_ASCII));
            client.send("still here").halfClose();
            assertThat(got.get(5, java.util.concurrent.TimeUnit.SECONDS))
                    .isEqualTo("still here".getBytes(US_ASCII));
        }
    }

    /// A client that is done before its endpoint has been found.
    @Test
    void passesOnWhatCameBeforeTheEndpointWasThere() throws Exception {
        try (TcpEndpoint endpoint = TcpEndpoint.echo();
                Gate gate = gate("", endpoint.address())) {
            for (int i = 0; i < 50; i++) {
                try (RawClient client = gate.client()) {
                    client.send("early").halfClose();
                    assertThat(client.readUntilClosed()).isEqualTo("early".getBytes(US_ASCII));
                }
            }
        }
    }

    @Test
    void passesAResetOn() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (TcpEndpoint endpoint =
                        TcpEndpoint.start(
                                socket -> {
                                    try {
                                        while (socket.getInputStream().read() >= 0) {}
                                        seen.complete("end");
                                    } catch (java.net.SocketException e) {
                                        seen.complete("reset");
                                    }
                                });
                Gate gate = logged(yaml("all", "", endpoint.address()));
                RawClient client = gate.client()) {
            client.send("x");
            await().until(() -> endpoint.accepted() == 1);
            client.reset();
            assertThat(seen.get(5, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo("reset");
            assertThat(log(1).getFirst())
                    .contains("\"ended_by\":\"client\"")
                    .contains("\"reason\":\"client-gone\"");
        }
        try (TcpEndpoint endpoint =
                        TcpEndpoint.start(
                                socket -> {
                                    socket.getInputStream().read();
                                    socket.setSoLinger(true, 0);
                                });
                Gate gate = logged(yaml("all", "", endpoint.address()));
                Socket client = new Socket("127.0.0.1", gate.port())) {
            client.setSoTimeout(5000);
            client.getOutputStream().write('x');
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(java.net.SocketException.class)
                    .hasMessageContaining("reset");
            assertThat(log(2).getLast())
                    .contains("\"ended_by\":\"endpoint\"")
                    .contains("\"reason\":\"tunnel-broken\"");
        }
    }

    @Test
    void carriesMuchBothWaysAtOnceInLittleMemory() throws Exception {
        long bytes = 64L << 20;
        try (TcpEndpoint endpoint = TcpEndpoint.echo();
                Gate gate =
                        Gate.openWith(
                                "limits: { memory: 2MiB }\n"
                                        + yaml("all", "", endpoint.address()));
                Socket client = new Socket("127.0.0.1", gate.port())) {
            CompletableFuture<String> sent =
                    CompletableFuture.supplyAsync(() -> generate(client, bytes));
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            InputStream in = client.getInputStream();
            byte[] piece = new byte[1 << 16];
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                digest.update(piece, 0, n);
            }
            assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(sent.join());
        }
    }

    private static String generate(Socket client, long bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            Random random = new Random(7);
            byte[] piece = new byte[1 << 16];
            for (long left = bytes; left > 0; left -= piece.length) {
                random.nextBytes(piece);
                digest.update(piece);
                client.getOutputStream().write(piece);
            }
            client.shutdownOutput();
            return HexFormat.of().formatHex(digest.digest());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// What the endpoint's and the client's kernel hold is a few megabytes; a gateway that kept the rest would take all.
    @Test
    void stopsReadingASideWhoseOtherSideTakesNothing() throws Exception {
        AtomicInteger written = new AtomicInteger();
        try (TcpEndpoint endpoint =
                        TcpEndpoint.start(
                                socket -> {
                                    byte[] piece = new byte[1 << 20];
                                    for (int i = 0; i < 256; i++) {
                                        socket.getOutputStream().write(piece);
                                        written.incrementAndGet();
                                    }
                                });
                Gate gate = gate("", endpoint.address());
                Socket client = new Socket()) {
            client.setReceiveBufferSize(16 << 10);
            client.connect(new InetSocketAddress("127.0.0.1", gate.port()));
            await().during(Duration.ofMillis(500))
                    .atMost(Duration.ofSeconds(10))
                    .until(written::get, new Unchanged()::test);
            assertThat(written.get()).isLessThan(32);
            client.getInputStream().skipNBytes(256L << 20);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static final class Unchanged {
        private int last = -1;

        boolean test(int now) {
            boolean same = now == last;
            last = now;
            return same;
        }
    }

    @Test
    void triesAnotherEndpointWhereOneTakesNoConnection() throws Exception {
        try (TcpEndpoint endpoint = TcpEndpoint.echo();
                Gate gate =
                        logged(
                                yaml(
                                        "all",
                                        ", outliers: off",
                                        "127.0.0.1:" + ScriptedEndpoint.deadPort(),
                                        endpoint.address()))) {
            for (int i = 0; i < 10; i++) {
                try (RawClient client = gate.client()) {
                    assertThat(client.send("hello").readBytes(5))
                            .isEqualTo("hello".getBytes(US_ASCII));
                }
            }
            assertThat(log(10))
                    .anyMatch(
                            line ->
                                    line.contains("\"attempts\":2")
                                            && line.contains("connect-refused"))
                    .allMatch(line -> line.contains("\"endpoint\":\"" + endpoint.address()));
        }
    }

    @Test
    void triesAnotherEndpointWhereOneAcceptsNobodyInTime() throws Exception {
        try (ScriptedEndpoint hole = ScriptedEndpoint.neverAccepting();
                TcpEndpoint endpoint = TcpEndpoint.echo();
                Gate gate =
                        gate(
                                ", connections: { connect-timeout: 200ms }",
                                hole.address(),
                                endpoint.address())) {
            for (int i = 0; i < 4; i++) {
                try (RawClient client = gate.client()) {
                    assertThat(client.send("hello").readBytes(5))
                            .isEqualTo("hello".getBytes(US_ASCII));
                }
            }
        }
    }

    @Test
    void resetsTheClientWhereNoEndpointTakesIt() throws Exception {
        try (Gate gate = logged(yaml("all", "", "127.0.0.1:" + ScriptedEndpoint.deadPort()))) {
            assertThat(endsAtOnce(gate)).isTrue();
            assertThat(log(1).getFirst())
                    .contains("\"reason\":\"connect-refused\"")
                    .contains("\"ended_by\":\"endpoint\"")
                    .contains("\"protocol\":\"TCP\"")
                    .doesNotContain("\"status\"")
                    .doesNotContain("\"path\"");
        }
    }

    @Test
    void ejectsAnEndpointThatRefusesConnections() throws Exception {
        String dead = "127.0.0.1:" + ScriptedEndpoint.deadPort();
        try (TcpEndpoint endpoint = TcpEndpoint.echo();
                Gate gate =
                        gate(", outliers: { failures: 3, eject: 30s }", dead, endpoint.address())) {
            for (int i = 0; i < 12; i++) {
                try (RawClient client = gate.client()) {
                    client.send("hello").readBytes(5);
                }
            }
            await().until(
                            () ->
                                    gate.events().stream()
                                            .anyMatch(
                                                    line ->
                                                            line.contains(dead)
                                                                    && line.contains("ejected")));
        }
    }

    @Test
    void countsAConnectionAgainstThePlacesOfTheServiceAsLongAsItLasts() throws Exception {
        try (TcpEndpoint endpoint = TcpEndpoint.echo();
                Gate gate =
                        logged(
                                yaml(
                                        "all",
                                        ", connections: { max: 1, pending: 1, max-wait: 5s }",
                                        endpoint.address()));
                RawClient first = echoed(gate);
                RawClient second = gate.client()) {
            second.send("2");
            assertThat(second.silentFor(Duration.ofMillis(200))).isTrue();
            assertThat(endsAtOnce(gate)).isTrue();
            assertThat(log(1).getFirst()).contains("\"reason\":\"queue-full\"");
            first.close();
            assertThat(second.readBytes(1)).isEqualTo("2".getBytes(US_ASCII));
        }
    }

    private static boolean endsAtOnce(Gate gate) throws Exception {
        try (RawClient client = gate.client()) {
            return client.closedByPeer(SOON);
        } catch (SocketException _) {
            // So soon that connecting itself failed.
            return true;
        }
    }

    private static RawClient echoed(Gate gate) throws Exception {
        RawClient client = gate.client();
        client.send("x").readBytes(1);
        return client;
    }

    @Test
    void aClientThatLeavesTheLineLeavesItToOthers() throws Exception {
        try (TcpEndpoint endpoint = TcpEndpoint.echo();
                Gate gate =
                        gate(
                                ", connections: { max: 1, pending: 1, max-wait: 5s }",
                                endpoint.address());
                RawClient first = echoed(gate);
                RawClient leaving = gate.client()) {
            await().pollDelay(Duration.ofMillis(100)).until(() -> true);
            leaving.reset();
            await().pollDelay(Duration.ofMillis(100)).until(() -> true);
            try (RawClient third = gate.client()) {
                third.send("3");
                first.close();
                assertThat(third.readBytes(1)).isEqualTo("3".getBytes(US_ASCII));
            }
            assertThat(endpoint.accepted()).isEqualTo(2);
        }
    }

    @Test
    void sharesConnectionsOutByWhoHasFewest() throws Exception {
        try (TcpEndpoint one = TcpEndpoint.echo();
                TcpEndpoint two = TcpEndpoint.echo();
                Gate gate =
                        Gate.openWith(
                                yaml("all", "", one.address(), two.address())
                                        .replace("round-robin", "least-connections"))) {
            List<RawClient> clients = new java.util.ArrayList<>();
            for (int i = 0; i < 20; i++) {
                RawClient client = gate.client();
                client.send("x").readBytes(1);
                clients.add(client);
            }
            assertThat(one.accepted()).isEqualTo(10);
            assertThat(two.accepted()).isEqualTo(10);
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void sendsAClientToTheSameEndpointByItsAddress() throws Exception {
        try (TcpEndpoint one = TcpEndpoint.echo();
                TcpEndpoint two = TcpEndpoint.echo();
                Gate gate =
                        Gate.openWith(
                                yaml("all", "", one.address(), two.address())
                                        .replace("round-robin", "{ hash: client.ip }"))) {
            for (int i = 0; i < 10; i++) {
                try (RawClient client = gate.client()) {
                    client.send("x").readBytes(1);
                }
            }
            assertThat(List.of(one.accepted(), two.accepted())).containsExactlyInAnyOrder(0, 10);
        }
    }

    @Test
    void endsAConnectionOnWhichNothingMoves() throws Exception {
        try (TcpEndpoint endpoint = TcpEndpoint.echo();
                Gate gate = logged(yaml("{ to: all, idle: 400ms }", "", endpoint.address()));
                RawClient client = gate.client()) {
            for (int i = 0; i < 5; i++) {
                client.send("x").readBytes(1);
                await().pollDelay(Duration.ofMillis(150)).until(() -> true);
            }
            assertThat(client.closedByPeer(SOON)).isTrue();
            await().until(() -> endpoint.ended() == 1);
            assertThat(log(1).getFirst()).contains("\"reason\":\"tunnel-idle\"");
        }
    }

    @Test
    void writesALineForEachConnection() throws Exception {
        try (TcpEndpoint endpoint =
                        TcpEndpoint.start(
                                socket -> {
                                    socket.getInputStream().readNBytes(5);
                                    socket.getOutputStream().write(new byte[1000]);
                                });
                Gate gate = logged(yaml("all", "", endpoint.address()));
                RawClient client = gate.client()) {
            client.send("hello");
            assertThat(client.readUntilClosed()).hasSize(1000);
            client.close();
            assertThat(log(1).getFirst())
                    .contains(
                            "\"client\":\"127.0.0.1\",\"protocol\":\"TCP\",\"bytes_in\":5,\"bytes_out\":1000")
                    .contains(
                            "\"service\":\"all\",\"endpoint\":\""
                                    + endpoint.address()
                                    + "\",\"attempts\":1")
                    .contains("\"ended_by\":\"endpoint\"")
                    .contains("\"connect_ms\":")
                    .contains("\"total_ms\":")
                    .doesNotContain("\"reason\"");
        }
    }

    @Test
    void givesConnectionsTheDrainTimeAndThenCutsThem() throws Exception {
        try (TcpEndpoint endpoint = TcpEndpoint.echo();
                Gate gate =
                        logged(
                                "drain: { delay: 0s, timeout: 600ms }\n"
                                        + yaml("all", "", endpoint.address()));
                RawClient client = gate.client()) {
            client.send("x").readBytes(1);
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
            assertThat(log(1).getFirst()).contains("\"reason\":\"draining\"");
        }
    }

    @Test
    void tellsTheEndpointWhoTheClientIs() throws Exception {
        for (String version : List.of("v1", "v2")) {
            CompletableFuture<byte[]> got = new CompletableFuture<>();
            try (TcpEndpoint endpoint =
                            TcpEndpoint.start(
                                    socket ->
                                            got.complete(socket.getInputStream().readAllBytes()));
                    Gate gate = gate(", proxy-protocol: " + version, endpoint.address());
                    RawClient client = gate.client()) {
                client.send("hello").halfClose();
                byte[] bytes = got.get(5, java.util.concurrent.TimeUnit.SECONDS);
                int header = bytes.length - 5;
                assertThat(Arrays.copyOfRange(bytes, header, bytes.length))
                        .isEqualTo("hello".getBytes(US_ASCII));
                if (version.equals("v1")) {
                    assertThat(new String(bytes, 0, header, US_ASCII))
                            .isEqualTo(
                                    "PROXY TCP4 127.0.0.1 127.0.0.1 %d %d\r\n"
                                            .formatted(client.localPort(), gate.port()));
                } else {
                    assertThat(header).isEqualTo(28);
                }
            }
        }
    }

    /// An endpoint that speaks first has to know for whom.
    @Test
    void tellsItBeforeTheClientSaysAnything() throws Exception {
        CompletableFuture<byte[]> got = new CompletableFuture<>();
        CountDownLatch over = new CountDownLatch(1);
        try (TcpEndpoint endpoint =
                        TcpEndpoint.start(
                                socket -> {
                                    got.complete(socket.getInputStream().readNBytes(28));
                                    over.await();
                                });
                Gate gate = gate(", proxy-protocol: v2", endpoint.address());
                RawClient client = gate.client()) {
            assertThat(got.get(5, java.util.concurrent.TimeUnit.SECONDS)).hasSize(28);
            assertThat(client.silentFor(Duration.ofMillis(50))).isTrue();
            over.countDown();
        }
    }

    @Test
    void checksOfEndpointsThatWantAHeaderBringOne() throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        try (TcpEndpoint endpoint =
                        TcpEndpoint.start(
                                socket -> {
                                    byte[] some = socket.getInputStream().readNBytes(30);
                                    first.complete(new String(some, US_ASCII));
                                    socket.getOutputStream()
                                            .write(
                                                    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                                                            .getBytes(US_ASCII));
                                });
                Gate gate =
                        gate(", proxy-protocol: v1, health: { path: /up }", endpoint.address())) {
            assertThat(first.get(5, java.util.concurrent.TimeUnit.SECONDS))
                    .startsWith("PROXY UNKNOWN\r\nGET /up ");
            assertThat(gate.events()).noneMatch(line -> line.contains("down"));
        }
    }
}
