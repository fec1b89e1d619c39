package dev.weir.cli;

import static org.awaitility.Awaitility.await;

import io.netty.channel.unix.DomainDatagramSocketAddress;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Systemd's side: a datagram socket of Unix that hears notices.
final class Notices implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Socket socket = Socket.newSocketDomainDgram();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);

    Notices(String path) {
        try {
            socket.bind(new DomainSocketAddress(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next notice that has come, or null.
    @Nullable String poll() {
        try {
            DomainDatagramSocketAddress from =
                    socket.recvFromDomainSocket(buffer, 0, buffer.capacity());
            if (from == null) {
                return null;
            }
            byte[] bytes = new byte[from.receivedAmount()];
            buffer.get(0, bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String next() {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(this::poll, notice -> notice != null);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
