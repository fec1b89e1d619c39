package dev.weir.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Clients that ask for much and read as little of it as they are told, with small receive buffers, so that the
/// kernel takes little on their behalf. For one thread.
final class SlowReaders implements AutoCloseable {
    private static final int RECEIVE_BUFFER = 16 << 10;

    private final int port;
    private final String path;
    private final List<SocketChannel> readers = new ArrayList<>();
    private long bytes;

    SlowReaders(int port, String path) {
        this.port = port;
        this.path = path;
    }

    /// So many more ask.
    void join(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel reader = SocketChannel.open();
            reader.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            reader.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            reader.write(
                    ByteBuffer.wrap(
                            ("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n")
                                    .getBytes(StandardCharsets.ISO_8859_1)));
            reader.configureBlocking(false);
            readers.add(reader);
        }
    }

    /// Each reads up to so many bytes, if they are there.
    void read(int each) throws IOException {
        for (SocketChannel reader : List.copyOf(readers)) {
            int count = reader.read(ByteBuffer.allocate(each));
            if (count < 0) {
                reader.close();
                readers.remove(reader);
            } else {
                bytes += count;
            }
        }
    }

    /// How many have not been cut.
    int open() {
        return readers.size();
    }

    /// Read by all.
    long bytes() {
        return bytes;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel reader : readers) {
            reader.close();
        }
    }
}
