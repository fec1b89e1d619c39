package dev.weir.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/// Stands between a client and a server of this machine, and lets something happen just before a certain request arrives.
final class Between implements AutoCloseable {
    private final ServerSocket listening =
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int to;
    private final String start;
    private final Runnable happens;
    private final AtomicBoolean happened = new AtomicBoolean();

    /// @param to the server's port
    /// @param start how the request starts
    /// @param happens once, before the first such request
    Between(int to, String start, Runnable happens) throws IOException {
        this.to = to;
        this.start = start;
        this.happens = happens;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Thread.ofVirtual().start(() -> pass(client));
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    private void pass(Socket client) {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), to)) {
            byte[] head = head(client.getInputStream());
            if (new String(head, StandardCharsets.ISO_8859_1).startsWith(start)
                    && !happened.getAndSet(true)) {
                happens.run();
            }
            server.getOutputStream().write(head);
            Thread.ofVirtual().start(() -> copy(client, server));
            server.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            return; // one side has gone
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            from.getInputStream().transferTo(out);
        } catch (IOException e) {
            return; // one side has gone
        }
    }

    private static byte[] head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.write(next);
        }
        return head.toByteArray();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
