package dev.weir;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.runtime.Transport;
import dev.weir.testkit.Behaviour;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One side has sent a lot and ended, while the other does not take it: what the kernel keeps stays there until there is room.
class EndsWhilePausedTest {
    private static final int PIECE = 64 << 10;

    private static final int READ = 500;

    /// What is sent once nobody takes it any more: much more than a connection may hold in Weir, and less than what the kernel keeps.
    private static final int PIECES_MORE = 12;

    private static final double MOST_HELD = 7 * PIECE;

    @TempDir Path folder;

    private Gate gate(ScriptedEndpoint endpoint, Transport.Choice transport) throws Exception {
        Transports.assumeOffered(transport);
        return Gate.open(
                "logs: { access: { to: "
                        + folder.resolve("access.log")
                        + " } }\nroutes: [{ to: all }]\nservices: { all: { endpoints: ["
                        + endpoint.address()
                        + "] } }\n",
                transport);
    }

    private static double held(Gate gate) {
        return Scraped.of(gate.weir()).value("weir_memory_held_bytes");
    }

    /// Whether something waits in Weir that does not go on.
    private static boolean stuck(Gate gate) {
        for (int i = 0; i < 5; i++) {
            if (held(gate) < PIECE) {
                return false;
            }
            LockSupport.parkNanos(2_000_000);
        }
        return true;
    }

    /// Never more than a connection may hold, though all of it could be had.
    private static void staysSmall(Gate gate) {
        await().during(Duration.ofMillis(500)).until(() -> held(gate) < MOST_HELD);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void anAnswerThatEndsWithItsConnectionIsReadAsTheClientTakesIt(Transport.Choice transport)
            throws Exception {
        CompletableFuture<Gate> opened = new CompletableFuture<>();
        CompletableFuture<Long> sent = new CompletableFuture<>();
        Behaviour ending =
                (_, wire) -> {
                    wire.sendHead(200, "Connection: close");
                    byte[] piece = new byte[PIECE];
                    long count = 0;
                    // The client reads the first of them, so that the kernel makes room for more.
                    while (count < READ || !stuck(opened.join())) {
                        wire.send(piece);
                        count++;
                    }
                    for (int i = 0; i < PIECES_MORE; i++, count++) {
                        wire.send(piece);
                    }
                    wire.close();
                    sent.complete(count * PIECE);
                };
        try (var endpoint = ScriptedEndpoint.start(ending);
                Gate gate = gate(endpoint, transport);
                RawClient client = gate.client()) {
            opened.complete(gate);
            client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
            client.readBytes(READ * PIECE);
            long all = sent.get(20, TimeUnit.SECONDS);
            staysSmall(gate);
            byte[] rest = client.readUntilClosed();
            assertThat((long) READ * PIECE + rest.length).isGreaterThan(all).isLessThan(all + 1000);
        }
    }

    /// A client in the middle of an upload that Weir does not read any more, as the endpoint takes nothing.
    private static SocketChannel stuckUpload(Gate gate, ScriptedEndpoint endpoint)
            throws Exception {
        SocketChannel client =
                SocketChannel.open(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), gate.port()));
        client.write(
                ByteBuffer.wrap(
                        "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n"
                                .getBytes(US_ASCII)));
        endpoint.awaitHeads(1);
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        await().pollInterval(Duration.ofMillis(2))
                .until(
                        () -> {
                            client.write(piece.clear());
                            return stuck(gate);
                        });
        // So much fits into what Weir's side of the connection keeps.
        for (int i = 0; i < PIECES_MORE; i++) {
            client.write(piece.clear());
        }
        return client;
    }

    private void isGone() {
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(
                        () ->
                                assertThat(Files.readString(folder.resolve("access.log")))
                                        .contains("\"reason\":\"client-gone\"")
                                        .contains("\"status\":499"));
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void anUploadWhoseClientEndsIsCancelled(Transport.Choice transport) throws Exception {
        try (var endpoint = ScriptedEndpoint.start((_, wire) -> wire.pause(Duration.ofMinutes(1)));
                Gate gate = gate(endpoint, transport);
                SocketChannel client = stuckUpload(gate, endpoint)) {
            client.shutdownOutput();
            staysSmall(gate);
            isGone();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void anUploadWhoseClientResetsIsCancelled(Transport.Choice transport) throws Exception {
        try (var endpoint = ScriptedEndpoint.start((_, wire) -> wire.pause(Duration.ofMinutes(1)));
                Gate gate = gate(endpoint, transport)) {
            SocketChannel client = stuckUpload(gate, endpoint);
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
            staysSmall(gate);
            isGone();
        }
    }
}
