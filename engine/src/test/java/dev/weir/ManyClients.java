package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Thousands of client connections from several addresses of loopback, without a thread or a buffer each. For one
/// thread. Closed together.
final class ManyClients implements AutoCloseable {
    /// No address may run out of ports.
    private static final int ADDRESSES = 5;

    /// So many requests are in flight at a time.
    private static final int WAVE = 200;

    private final List<SocketChannel> clients = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(8 << 10);

    static ManyClients connect(int port, int count) throws IOException {
        ManyClients all = new ManyClients();
        try {
            for (int i = 0; i < count; i++) {
                SocketChannel client = SocketChannel.open();
                all.clients.add(client);
                client.bind(new InetSocketAddress("127.0.0." + (2 + i % ADDRESSES), 0));
                client.connect(new InetSocketAddress("127.0.0.1", port));
            }
        } catch (IOException e) {
            all.close();
            throw e;
        }
        return all;
    }

    /// Sends one request on each connection and reads the answer, which is to be 200 and to end with this text.
    void exchange(String end) throws IOException {
        byte[] request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
        for (int from = 0; from < clients.size(); from += WAVE) {
            List<SocketChannel> wave = clients.subList(from, Math.min(from + WAVE, clients.size()));
            for (SocketChannel client : wave) {
                client.write(ByteBuffer.wrap(request));
            }
            for (SocketChannel client : wave) {
                assertThat(answer(client, end)).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    private String answer(SocketChannel client, String end) throws IOException {
        buffer.clear();
        String text = "";
        while (!text.endsWith(end)) {
            assertThat(client.read(buffer)).as("more than: " + text).isPositive();
            text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
        }
        return text;
    }

    /// How many of the connections the other end has closed by now. Nothing else may have arrived on any.
    int closedByPeer() throws IOException {
        int closed = 0;
        for (SocketChannel client : clients) {
            client.configureBlocking(false);
            int read = client.read(buffer.clear());
            assertThat(read).as("bytes that nobody asked for").isNotPositive();
            closed += read < 0 ? 1 : 0;
        }
        return closed;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
    }
}
