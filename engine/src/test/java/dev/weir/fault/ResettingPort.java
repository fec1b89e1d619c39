package dev.weir.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicInteger;

/// A port of 127.0.0.1 that accepts connections and resets them at once.
final class ResettingPort implements AutoCloseable {
    private final ServerSocket listening;
    private final AtomicInteger resets;

    private ResettingPort(ServerSocket listening, AtomicInteger resets) {
        this.listening = listening;
        this.resets = resets;
    }

    /// @param resets counts them
    static ResettingPort open(int port, AtomicInteger resets) throws IOException {
        var listening = new ServerSocket();
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1024);
        var resetting = new ResettingPort(listening, resets);
        Thread.ofVirtual().name("resetting-" + port).start(resetting::run);
        return resetting;
    }

    private void run() {
        try {
            while (true) {
                try (Socket socket = listening.accept()) {
                    socket.setSoLinger(true, 0);
                    resets.incrementAndGet();
                }
            }
        } catch (SocketException closed) {
            // The test is over.
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
