package dev.weir.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// An endpoint on 127.0.0.1 that speaks HTTP/2 in the clear by prior knowledge (RFC 9113 §3.3), does what its {@link Http2Behaviour}
/// says, and remembers every request and every frame. What it may do wrong is up to the behaviour. Thread-safe.
public final class ScriptedHttp2Endpoint implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final byte[] NO_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

    private final ServerSocket listening;
    private final Set<Http2Peer> open = new LinkedHashSet<>();
    private final List<Http2Request> requests = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private Http2Behaviour behaviour;
    private byte[] settings = NO_SETTINGS;
    private boolean opensWindows = true;
    private boolean acknowledges = true;
    private int accepted;
    private int completed;

    /// A frame that arrived.
    ///
    /// @param connection number of the connection at this endpoint, from 1
    /// @param type as RFC 9113 §6 numbers them
    @SuppressWarnings("ArrayRecordComponent") // bytes are what tests look at
    public record Frame(int connection, int type, int flags, int stream, byte[] payload) {}

    private ScriptedHttp2Endpoint(ServerSocket listening, Http2Behaviour behaviour) {
        this.listening = listening;
        this.behaviour = behaviour;
    }

    /// Starts an endpoint on a free port.
    public static ScriptedHttp2Endpoint start(Http2Behaviour behaviour) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.bind(new InetSocketAddress(LOOPBACK, 0), 1024);
        var endpoint = new ScriptedHttp2Endpoint(socket, behaviour);
        Thread.ofVirtual().start(endpoint::accept);
        return endpoint;
    }

    /// Announces one setting on connections to come.
    public synchronized ScriptedHttp2Endpoint announcing(int id, long value) {
        byte[] frame = new byte[15];
        frame[2] = 6;
        frame[3] = 4;
        frame[10] = (byte) id;
        System.arraycopy(Http2Wire.number(value), 0, frame, 11, 4);
        settings = frame;
        return this;
    }

    /// Says these bytes instead of settings on connections to come.
    public synchronized ScriptedHttp2Endpoint saying(byte[] first) {
        settings = first.clone();
        return this;
    }

    /// Never opens a window by itself.
    public synchronized ScriptedHttp2Endpoint holdingWindows() {
        opensWindows = false;
        return this;
    }

    /// Acknowledges neither pings nor settings from now on.
    public synchronized void silent() {
        acknowledges = false;
    }

    public int port() {
        return listening.getLocalPort();
    }

    /// For example `127.0.0.1:12345`.
    public String address() {
        return "127.0.0.1:" + port();
    }

    /// From the next request on, does this instead.
    public synchronized void behave(Http2Behaviour next) {
        behaviour = next;
    }

    /// The requests whose head arrived, in that order.
    public synchronized List<Http2Request> requests() {
        return List.copyOf(requests);
    }

    /// The frames that arrived, in that order.
    public synchronized List<Frame> frames() {
        return List.copyOf(frames);
    }

    /// The frames of one type that arrived.
    public List<Frame> frames(int type) {
        return frames().stream().filter(frame -> frame.type == type).toList();
    }

    /// Waits until so many requests arrived in full.
    public List<Http2Request> awaitRequests(int count) {
        await(() -> completed >= count);
        return requests();
    }

    /// Waits until the heads of so many requests arrived.
    public List<Http2Request> awaitHeads(int count) {
        await(() -> requests.size() >= count);
        return requests();
    }

    /// What reached this endpoint that is no HTTP/2. Empty behind a proxy that does its job.
    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    public synchronized ScriptedEndpoint.Connections connections() {
        return new ScriptedEndpoint.Connections(accepted, open.size());
    }

    /// Stops listening and resets every connection.
    public void kill() {
        end(true);
    }

    /// Stops for good.
    ///
    /// @throws AssertionError if a behaviour failed otherwise than by {@link IOException}
    @Override
    public void close() {
        end(false);
        synchronized (this) {
            if (!failures.isEmpty()) {
                throw new AssertionError("a behaviour of the endpoint failed", failures.getFirst());
            }
        }
    }

    synchronized byte[] settings() {
        return settings;
    }

    synchronized boolean opensWindows() {
        return opensWindows;
    }

    synchronized boolean acknowledges() {
        return acknowledges;
    }

    synchronized Http2Behaviour behaviour() {
        return behaviour;
    }

    synchronized void arrived(Http2Request request) {
        requests.add(request);
        notifyAll();
    }

    synchronized void received(Frame frame) {
        frames.add(frame);
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

    synchronized void left(Http2Peer peer) {
        open.remove(peer);
        notifyAll();
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = listening.accept();
                synchronized (this) {
                    Http2Peer peer = new Http2Peer(this, socket, ++accepted);
                    open.add(peer);
                    peer.start();
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    private void end(boolean byReset) {
        try {
            listening.close();
        } catch (IOException e) {
            failed(e);
        }
        List<Http2Peer> ending;
        synchronized (this) {
            ending = List.copyOf(open);
        }
        ending.forEach(peer -> peer.end(byReset));
        for (Http2Peer peer : ending) {
            join(peer.thread());
        }
    }

    private static void join(@Nullable Thread thread) {
        try {
            if (thread != null) {
                thread.join(PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                throw new AssertionError("not within " + PATIENCE + "; arrived: " + requests);
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
