package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// An endpoint that takes requests, says so, and answers none before it is opened.
final class Gate implements AutoCloseable {
    private final ServerSocket listening =
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final CountDownLatch request = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    Gate() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    void awaitRequest() throws InterruptedException {
        assertThat(request.await(30, TimeUnit.SECONDS)).as("a request came").isTrue();
    }

    void open() {
        open.countDown();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            open.countDown(); // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            String line = in.readLine();
            while (line != null && !line.isEmpty()) {
                line = in.readLine();
            }
            if (line == null) {
                return; // a health check: connected, and left
            }
            request.countDown();
            open.await();
            socket.getOutputStream()
                    .write(
                            "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nthrough"
                                    .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException | InterruptedException e) {
            return; // the gateway has cut the connection
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
