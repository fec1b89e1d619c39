package dev.weir.health;

import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A port of this machine that does to each connection what a script says. Thread-safe.
final class ScriptedPort implements AutoCloseable {
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    static final String NOT_FOUND = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

    private final ServerSocket listening;
    private final Script script;
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /// What happens to a connection, which is closed afterwards. Runs on a virtual thread of its own.
    interface Script {
        void serve(Socket connection) throws Exception;
    }

    private ScriptedPort(int port, Script script) throws IOException {
        this.listening = new ServerSocket(port, 4096, InetAddress.getLoopbackAddress());
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    static ScriptedPort open(Script script) throws IOException {
        return new ScriptedPort(0, script);
    }

    static ScriptedPort open(int port, Script script) throws IOException {
        return new ScriptedPort(port, script);
    }

    static ScriptedPort answering(String answer) throws IOException {
        return open(always(answer));
    }

    /// Accepts, and never says a word.
    static ScriptedPort hanging() throws IOException {
        return open(
                connection ->
                        connection.getInputStream().transferTo(OutputStream.nullOutputStream()));
    }

    static Script always(String answer) {
        return connection -> {
            head(connection);
            connection.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        };
    }

    /// Reads a request's head, its empty line included.
    static String head(Socket connection) throws IOException {
        InputStream in = connection.getInputStream();
        StringBuilder head = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.append((char) b);
            if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                break;
            }
        }
        return head.toString();
    }

    /// A port at which nobody listens, and which the kernel gives to nobody who asks for any: a test beside this one
    /// could be that somebody.
    static InetSocketAddress closed() throws IOException {
        return new InetSocketAddress("127.0.0.1", ScriptedEndpoint.deadPort());
    }

    InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", listening.getLocalPort());
    }

    /// Connections accepted so far.
    int connections() {
        return connections.get();
    }

    /// Connections whose script still runs.
    int openConnections() {
        return open.size();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket connection : open) {
            connection.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = listening.accept();
                open.add(connection);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException closed) {
            // The test is over, or wants the port to be dead.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            script.serve(connection);
        } catch (Exception gone) {
            // The check hung up; what came of it is what tests look at.
        } finally {
            open.remove(connection);
        }
    }
}
