package dev.weir.health;

import dev.weir.runtime.Transport;
import dev.weir.tls.EndpointTls;
import dev.weir.tls.HandshakeTrouble;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connection of one check. One deadline holds for everything together (connect, write, every read): when
/// it is over the socket is closed from outside, whatever the check is doing, so an endpoint that sends a byte now
/// and then gains nothing by it.
///
/// Confined to the virtual thread of the check, but for [#expire], which the deadlines' thread calls. An
/// interrupt of the virtual thread closes the socket too (see [Socket#connect]).
final class CheckConnection implements Talk, AutoCloseable {
    // Without NO_PROXY a SOCKS proxy of the JVM's settings would answer in the endpoint's stead.
    private final Socket socket = new Socket(Proxy.NO_PROXY);
    private final Duration timeout;

    /// What is written to and read from: the socket, or TLS on it.
    private Socket talking = socket;

    private volatile boolean expired;
    private @Nullable Future<?> deadline;
    private boolean connected;

    private CheckConnection(Duration timeout) {
        this.timeout = timeout;
    }

    /// Connects, and begins to count the timeout.
    static CheckConnection open(
            InetSocketAddress address, Duration timeout, ScheduledExecutorService deadlines)
            throws CheckFailed {
        CheckConnection connection = new CheckConnection(timeout);
        connection.deadline =
                deadlines.schedule(connection::expire, timeout.toNanos(), TimeUnit.NANOSECONDS);
        try {
            connection.connect(address);
            return connection;
        } catch (IOException e) {
            connection.close();
            throw connection.explain(e);
        }
    }

    /// Shakes hands, within the same timeout.
    void secure(EndpointTls tls, InetSocketAddress endpoint) throws CheckFailed {
        try {
            talking = tls.secure(socket, endpoint);
        } catch (IOException e) {
            throw new CheckFailed(
                    expired
                            ? "TLS handshake timeout"
                            : "TLS handshake failed: " + HandshakeTrouble.text(e));
        }
    }

    @Override
    public void write(byte[] bytes) throws CheckFailed {
        try {
            talking.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw explain(e);
        }
    }

    @Override
    public int read(byte[] into) throws CheckFailed {
        try {
            return talking.getInputStream().read(into);
        } catch (IOException e) {
            if (expired) {
                throw explain(e);
            }
            return -1;
        }
    }

    @Override
    public void close() {
        if (deadline != null) {
            deadline.cancel(false);
        }
        closeSocket();
    }

    private void connect(InetSocketAddress address) throws IOException {
        socket.connect(address);
        // A dead port of the range from which the system takes local ports can be drawn as the
        // local port of
        // this very connection, which then meets itself (simultaneous open, RFC 9293 §3.5).
        if (socket.getLocalSocketAddress().equals(socket.getRemoteSocketAddress())) {
            throw new ConnectException("Connection refused");
        }
        connected = true;
    }

    private void expire() {
        expired = true;
        closeSocket();
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException e) {
            // The system has released the descriptor all the same, and the check has its result.
        }
    }

    private CheckFailed explain(IOException e) {
        if (connected) {
            return new CheckFailed(
                    expired ? "timeout after " + text(timeout) : "closed before an answer");
        }
        if (expired) {
            return new CheckFailed("connect timeout");
        }
        String lacking = Transport.lacking(e);
        if (lacking != null) {
            return new CheckFailed("not checked: no " + lacking + " left", true);
        }
        // java.net says some of these only by the system's message.
        String message = String.valueOf(e.getMessage());
        return new CheckFailed(
                switch (e) {
                    case NoRouteToHostException _ -> "no route";
                    case UnknownHostException _ -> "name not found";
                    case ConnectException _ when message.contains("timed out") -> "connect timeout";
                    case ConnectException _ -> "connect refused";
                    case SocketException _ when message.contains("unreachable") -> "no route";
                    default -> "connect failed: " + message;
                });
    }

    private static String text(Duration time) {
        long millis = time.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
