package dev.weir.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// An endpoint, usually on 127.0.0.1, that does what its {@link Behaviour} says, and remembers every request exactly.
/// Each connection is served by a virtual thread. Thread-safe.
///
/// Ports are drawn from 12000 to 31999, below the range that systems give to outgoing connections: the port of a
/// killed endpoint is not taken before {@link #revive()}, and connecting to it cannot reach itself.
public final class ScriptedEndpoint implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_REQUESTS = 10_000;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final InetAddress at;
    private final int port;
    private final Set<EndpointConnection> open = new LinkedHashSet<>();
    private final List<Socket> fillers = new ArrayList<>();
    private final Deque<Request> requests = new ArrayDeque<>();
    private final List<String> violations = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private Behaviour behaviour;
    private @Nullable ServerSocket listening;
    private @Nullable Thread accepting;
    private int accepted;
    private long arrived;
    private long completed;

    private ScriptedEndpoint(ServerSocket listening, Behaviour behaviour) {
        this.listening = listening;
        this.at = listening.getInetAddress();
        this.port = listening.getLocalPort();
        this.behaviour = behaviour;
    }

    /// Starts an endpoint on a free port.
    public static ScriptedEndpoint start(Behaviour behaviour) throws IOException {
        return started(bound(1024), behaviour);
    }

    /// Starts an endpoint at an address of this machine, `0.0.0.0` for all of them.
    ///
    /// @throws java.net.BindException if it is taken
    public static ScriptedEndpoint startAt(String host, int port, Behaviour behaviour)
            throws IOException {
        var socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(host), port), 1024);
        return started(socket, behaviour);
    }

    private static ScriptedEndpoint started(ServerSocket listening, Behaviour behaviour) {
        var endpoint = new ScriptedEndpoint(listening, behaviour);
        endpoint.acceptFrom(listening);
        return endpoint;
    }

    /// Starts an endpoint that listens but never accepts, with its backlog full: connecting to it neither
    /// succeeds nor fails. Linux only.
    public static ScriptedEndpoint neverAccepting() throws IOException {
        var endpoint = new ScriptedEndpoint(bound(1), Behaviours.hang());
        endpoint.fillBacklog();
        return endpoint;
    }

    /// A port of 127.0.0.1 where nobody listens.
    public static int deadPort() throws IOException {
        try (ServerSocket bound = bound(1)) {
            return bound.getLocalPort();
        }
    }

    public int port() {
        return port;
    }

    /// For example `127.0.0.1:12345`.
    public String address() {
        return at.getHostAddress() + ":" + port;
    }

    /// From the next request on, does this instead.
    public synchronized void behave(Behaviour next) {
        behaviour = next;
    }

    /// The requests whose head arrived, in that order; of more than 10,000 the newest.
    public synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    /// How many heads arrived.
    public synchronized long requestCount() {
        return arrived;
    }

    /// Waits until so many requests arrived in full.
    ///
    /// @return as {@link #requests()}, without those that are not complete
    /// @throws AssertionError after five seconds, with those that came
    public List<Request> awaitRequests(int count) {
        return awaitRequests(count, PATIENCE);
    }

    public synchronized List<Request> awaitRequests(int count, Duration timeout) {
        awaitUntil(count, timeout, true);
        return requests.stream().filter(request -> request.body().complete()).toList();
    }

    /// Waits until the heads of so many requests arrived; their bodies may still be on the way.
    ///
    /// @return as {@link #requests()}
    public synchronized List<Request> awaitHeads(int count) {
        awaitUntil(count, PATIENCE, false);
        return requests();
    }

    /// What reached this endpoint that is no well-formed HTTP/1.x request. Empty behind a proxy that does its job.
    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    public synchronized Connections connections() {
        return new Connections(accepted, open.size());
    }

    /// Stops listening and resets every connection: from now on the port refuses. A behaviour may call it.
    public void kill() {
        end(true);
    }

    /// Listens again on the same port.
    ///
    /// @throws IllegalStateException if it was not killed
    public synchronized void revive() throws IOException {
        if (listening != null) {
            throw new IllegalStateException("the endpoint is alive");
        }
        var socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(at, port), 1024);
        listening = socket;
        acceptFrom(socket);
    }

    /// Stops for good.
    ///
    /// @throws AssertionError if a behaviour failed otherwise than by {@link IOException}
    @Override
    public void close() {
        end(false);
        synchronized (this) {
            if (!failures.isEmpty()) {
                var error =
                        new AssertionError(
                                "a behaviour of the endpoint failed", failures.getFirst());
                failures.stream().skip(1).forEach(error::addSuppressed);
                throw error;
            }
        }
    }

    /// How many connections were accepted so far, and how many of them are open.
    public record Connections(int accepted, int open) {}

    synchronized Behaviour behaviour() {
        return behaviour;
    }

    synchronized void arrived(Request request) {
        if (requests.size() == MOST_REQUESTS) {
            requests.removeFirst();
        }
        requests.addLast(request);
        arrived++;
        notifyAll();
    }

    synchronized void completed() {
        completed++;
        notifyAll();
    }

    synchronized void violated(String violation) {
        violations.add(violation);
    }

    synchronized void failed(Throwable failure) {
        failures.add(failure);
    }

    synchronized void left(EndpointConnection connection) {
        open.remove(connection);
    }

    private void acceptFrom(ServerSocket socket) {
        accepting = Thread.ofVirtual().name("endpoint-" + port).start(() -> accept(socket));
    }

    private void accept(ServerSocket socket) {
        while (true) {
            try {
                Socket next = socket.accept();
                if (!serve(socket, next)) {
                    next.setSoLinger(true, 0);
                    next.close();
                }
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    failed(e);
                }
                return;
            }
        }
    }

    /// @return false if the endpoint was killed since this connection was accepted
    private synchronized boolean serve(ServerSocket from, Socket socket) {
        if (!from.equals(listening)) {
            return false;
        }
        accepted++;
        var connection = new EndpointConnection(this, socket, accepted);
        open.add(connection);
        connection.start("endpoint-" + port + "-" + accepted);
        return true;
    }

    private void end(boolean byReset) {
        List<EndpointConnection> ending;
        synchronized (this) {
            ending = List.copyOf(open);
            try {
                if (listening != null) {
                    listening.close();
                }
                for (Socket filler : fillers) {
                    filler.close();
                }
            } catch (IOException e) {
                failures.add(e);
            }
            listening = null;
        }
        ending.forEach(connection -> connection.end(byReset));
        awaitEnd(ending);
    }

    /// A socket on which a virtual thread waits is closed by that thread when it wakes up, so the port and the
    /// connections are free only after their threads have ended.
    private void awaitEnd(List<EndpointConnection> ending) {
        Thread acceptor;
        synchronized (this) {
            acceptor = accepting;
        }
        try {
            if (acceptor != null) {
                acceptor.join();
            }
            for (EndpointConnection connection : ending) {
                if (!connection.awaitServed(PATIENCE)) {
                    failed(new AssertionError("a behaviour did not end within " + PATIENCE));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void awaitUntil(int count, Duration timeout, boolean inFull) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while ((inFull ? completed : arrived) < count) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                throw new AssertionError(
                        "awaited %d requests at %s within %s; %d heads arrived, %d in full: %s"
                                .formatted(
                                        count, address(), timeout, arrived, completed, requests));
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    private static ServerSocket bound(int backlog) throws IOException {
        while (true) {
            var socket = new ServerSocket();
            int candidate = ThreadLocalRandom.current().nextInt(12_000, 32_000);
            try {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(LOOPBACK, candidate), backlog);
                return socket;
            } catch (java.net.BindException taken) {
                socket.close();
            }
        }
    }

    /// Linux completes one handshake more than the backlog says and drops what comes after.
    private void fillBacklog() throws IOException {
        for (int i = 0; i < 16; i++) {
            var filler = new Socket();
            try {
                filler.connect(new InetSocketAddress(LOOPBACK, port), 300);
                fillers.add(filler);
            } catch (SocketTimeoutException full) {
                filler.close();
                return;
            }
        }
        throw new IOException("the backlog of port " + port + " does not fill up");
    }
}
