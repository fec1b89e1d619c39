package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Weir with 64 MB of heap and 64 MB of direct memory, and clients and endpoints that try to fill them.
class BoundedMemoryTest {
    private static final int MEGABYTES = 64;
    private static final long MEGABYTE = 1 << 20;

    @TempDir Path folder;

    /// Connections whose other end does as little as it can. Closed together.
    private static final class Crowd implements AutoCloseable {
        private final List<SocketChannel> members = new ArrayList<>();

        SocketChannel join(int port) throws IOException {
            SocketChannel member = SocketChannel.open();
            member.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            member.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            member.configureBlocking(false);
            members.add(member);
            return member;
        }

        /// Sends as much as the socket takes at once, and returns what is left.
        static ByteBuffer send(SocketChannel member, ByteBuffer data) throws IOException {
            try {
                member.write(data);
            } catch (IOException e) {
                // Weir has refused it, as it may.
                data.position(data.limit());
            }
            return data;
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel member : members) {
                member.close();
            }
        }
    }

    /// One service for everything, whose idle connections do not outlive the test.
    private static String to(ScriptedEndpoint endpoint) {
        return "routes: [{ to: all }]\nservices: { all: { endpoints: ["
                + endpoint.address()
                + "], connections: { idle: 500ms } } }\n";
    }

    private static ByteBuffer text(String latin1) {
        return ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void survives(SmallWeir weir, SmallWeir.Inside before) throws Exception {
        long[] most = {0};
        await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            SmallWeir.Inside now = weir.inside();
                            most[0] = Math.max(most[0], now.direct());
                            return now.descriptors() <= before.descriptors() + 20;
                        });
        assertThat(most[0]).as("while the crowd leaves").isLessThan(MEGABYTES * MEGABYTE);
        assertThat(weir.alive()).isTrue();
        try (RawClient client = RawClient.connect(weir.port())) {
            for (int i = 0; i < 20; i++) {
                client.send("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
        }
        assertThat(weir.inside().heapAfterCollection())
                .isLessThan(before.heapAfterCollection() + 16 * MEGABYTE);
        assertThat(Files.readString(folder.resolve("small.err")))
                .doesNotContain("OutOfMemory")
                .doesNotContain("OutOfDirectMemory");
    }

    @Test
    void twoThousandSlowReadersOfAMegabyteEach() throws Exception {
        try (var endpoint =
                        ScriptedEndpoint.start(
                                Behaviours.byPath(
                                        Map.of(
                                                "/ok",
                                                Behaviours.ok("ok"),
                                                "/big",
                                                Behaviours.stream(MEGABYTE))));
                var weir = SmallWeir.start(folder, to(endpoint), MEGABYTES)) {
            SmallWeir.Inside before = weir.inside();
            try (Crowd crowd = new Crowd()) {
                for (int i = 0; i < 2000; i++) {
                    Crowd.send(
                            crowd.join(weir.port()), text("GET /big HTTP/1.1\r\nHost: a\r\n\r\n"));
                }
                await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
                assertThat(weir.alive()).isTrue();
                assertThat(weir.inside().direct()).isLessThan(MEGABYTES * MEGABYTE);
            }
            survives(weir, before);
        }
    }

    @Test
    void fiveThousandConnectionsWithTheLargestHeads() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("ok"));
                var weir =
                        SmallWeir.start(
                                folder,
                                "limits: { header-timeout: 60s }\n" + to(endpoint),
                                MEGABYTES)) {
            SmallWeir.Inside before = weir.inside();
            String head =
                    "GET / HTTP/1.1\r\nHost: a\r\n"
                            + ("X: " + "a".repeat(990) + "\r\n").repeat(32).substring(0, 31_000);
            int refused = 0;
            try (Crowd crowd = new Crowd()) {
                for (int i = 0; i < 5000; i++) {
                    Crowd.send(crowd.join(weir.port()), text(head));
                }
                await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
                for (SocketChannel member : crowd.members) {
                    ByteBuffer answer = ByteBuffer.allocate(64);
                    try {
                        if (member.read(answer) > 0) {
                            refused++;
                        }
                    } catch (IOException e) {
                        refused++;
                    }
                }
                assertThat(weir.alive()).isTrue();
                assertThat(refused).as("heads that there was no room for").isPositive();
            }
            survives(weir, before);
        }
    }

    @Test
    void twoHundredUploadsOf100MegabytesToAnEndpointThatTakesNothing() throws Exception {
        try (var stalled =
                        ScriptedEndpoint.start(
                                (request, wire) -> wire.pause(Duration.ofMinutes(5)));
                var good = ScriptedEndpoint.start(Behaviours.ok("ok"));
                var weir =
                        SmallWeir.start(
                                folder,
                                """
                                routes:
                                  - { match: { path: /up }, to: stalled }
                                  - { to: good }
                                services:
                                  stalled: { endpoints: [%s] }
                                  good: { endpoints: [%s], connections: { idle: 500ms } }
                                """
                                        .formatted(stalled.address(), good.address()),
                                MEGABYTES)) {
            SmallWeir.Inside before = weir.inside();
            try (Crowd crowd = new Crowd()) {
                List<SocketChannel> members = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    SocketChannel member = crowd.join(weir.port());
                    Crowd.send(
                            member,
                            text(
                                    "PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n"));
                    members.add(member);
                }
                byte[] piece = new byte[64 << 10];
                for (int round = 0; round < 100; round++) {
                    for (SocketChannel member : members) {
                        Crowd.send(member, ByteBuffer.wrap(piece));
                    }
                }
                await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
                assertThat(weir.alive()).isTrue();
                assertThat(weir.inside().direct()).isLessThan(MEGABYTES * MEGABYTE);
            }
            survives(weir, before);
        }
    }

    /// What comes of bodies before any endpoint can be reached counts, too; an answer that was under way ends its connection; and a
    /// listener that comes while no connection is accepted accepts as soon as the others do.
    @Test
    void whileMemoryIsShortNoListenerAcceptsAndAllDoAfterwards() throws Exception {
        String yaml =
                """
                weir: 1
                limits: { memory: %s }
                listeners: { web: "127.0.0.1:0"%s }
                routes:
                  - { match: { path: /here }, respond: { status: 200 } }
                  - { match: { path: /slow }, to: slow }
                  - { to: hole }
                services:
                  slow: { endpoints: [%s] }
                  hole: { endpoints: [%s], connections: { connect-timeout: 1m } }
                """;
        CompletableFuture<Void> memoryIsShort = new CompletableFuture<>();
        Behaviour answersThen =
                (request, wire) -> {
                    memoryIsShort.join();
                    Behaviours.ok("slow").answer(request, wire);
                };
        try (var hole = ScriptedEndpoint.neverAccepting();
                var slow = ScriptedEndpoint.start(answersThen);
                var gate =
                        Gate.openWith(
                                yaml.formatted("64MiB", "", slow.address(), hole.address()),
                                WeirOptions.DEFAULTS.withLoops(1))) {
            RawClient early = gate.client();
            early.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            slow.awaitHeads(1);
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                clients.add(gate.client());
                clients.getLast()
                        .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n")
                        .send("x".repeat(60_000));
            }
            await().until(
                            () ->
                                    Scraped.of(gate.weir()).value("weir_memory_held_bytes")
                                            >= 50 * 60_000);
            String second = ", second: \"127.0.0.1:0\"";
            gate.weir()
                    .reload(
                            Gate.read(
                                    yaml.formatted(
                                            "2MiB", second, slow.address(), hole.address())));
            assertThat(accepts(gate.port())).isFalse();
            assertThat(accepts(gate.weir().port("second"))).isFalse();
            memoryIsShort.complete(null);
            assertThat(early.readResponse().header("Connection")).isEqualTo("close");
            clients.forEach(RawClient::close);
            await().untilAsserted(() -> assertThat(accepts(gate.port())).isTrue());
            await().untilAsserted(() -> assertThat(accepts(gate.weir().port("second"))).isTrue());
        }
    }

    private static boolean accepts(int port) throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            client.send("GET /here HTTP/1.1\r\nHost: a\r\n\r\n");
            return !client.silentFor(Duration.ofMillis(300));
        } catch (AssertionError _) {
            return true;
        }
    }

    @Test
    void aRequestThatThereIsNoRoomForIsAnswered503WithRetryAfter() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.stream(64 * MEGABYTE));
                var gate = Gate.open("limits: { memory: 1MiB }\n" + to(endpoint));
                Crowd crowd = new Crowd()) {
            // Before, because it may be that no connection is accepted either.
            Deque<RawClient> guests = new ArrayDeque<>();
            for (int i = 0; i < 100; i++) {
                guests.add(gate.client());
            }
            for (int i = 0; i < 200; i++) {
                Crowd.send(crowd.join(gate.port()), text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
            }
            await().untilAsserted(
                            () -> {
                                try (RawClient guest = guests.remove()) {
                                    guest.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
                                    RawResponse response = guest.readResponse("HEAD");
                                    assertThat(response.status()).isEqualTo(503);
                                    assertThat(response.header("Retry-After")).isEqualTo("1");
                                }
                            });
            guests.forEach(RawClient::close);
        }
    }
}
