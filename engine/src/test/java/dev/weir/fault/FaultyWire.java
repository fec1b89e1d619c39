package dev.weir.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A poor network between Weir and an endpoint: a port that passes bytes on late, unevenly, slowly, or breaks off. Thread-safe.
final class FaultyWire implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int PIECE = 1024;

    private final ServerSocket listening;
    private final int to;
    private final Random random;
    private final AtomicInteger cuts = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Weather weather;

    /// @param delay          of each piece of up to 1 KiB, one way
    /// @param jitter         more than that, at random up to this
    /// @param bytesPerSecond one way, per connection
    /// @param cuts           the share of pieces at which the connection is reset, half of the piece being through
    /// @param stalled        whether nothing passes
    record Weather(
            Duration delay, Duration jitter, int bytesPerSecond, double cuts, boolean stalled) {
        static final Weather FAIR =
                new Weather(Duration.ZERO, Duration.ZERO, Integer.MAX_VALUE, 0, false);

        Weather butStalled() {
            return new Weather(delay, jitter, bytesPerSecond, cuts, true);
        }
    }

    private FaultyWire(ServerSocket listening, int to, Weather weather, long seed) {
        this.listening = listening;
        this.to = to;
        this.weather = weather;
        this.random = new Random(seed);
    }

    static FaultyWire to(int port, Weather weather, long seed) throws IOException {
        var wire = new FaultyWire(new ServerSocket(0, 1024, LOOPBACK), port, weather, seed);
        Thread.ofVirtual().name("wire-" + port).start(wire::accept);
        return wire;
    }

    String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    void turn(Weather next) {
        weather = next;
    }

    /// How many connections it has cut.
    int cuts() {
        return cuts.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = listening.accept();
                Socket far = new Socket(LOOPBACK, to);
                open.add(near);
                open.add(far);
                Thread.ofVirtual().start(() -> pump(near, far));
                Thread.ofVirtual().start(() -> pump(far, near));
            }
        } catch (IOException e) {
            close();
        }
    }

    private void pump(Socket from, Socket into) {
        byte[] piece = new byte[PIECE];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = into.getOutputStream();
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                travel(count);
                if (random.nextDouble() < weather.cuts()) {
                    out.write(piece, 0, count / 2);
                    cuts.incrementAndGet();
                    end(from);
                    end(into);
                    return;
                }
                out.write(piece, 0, count);
            }
            into.shutdownOutput();
        } catch (IOException e) {
            end(from);
            end(into);
        }
    }

    private void travel(int bytes) {
        Weather now = weather;
        long nanos = now.delay().toNanos() + 1_000_000_000L * bytes / now.bytesPerSecond();
        if (now.jitter().isPositive()) {
            nanos += random.nextLong(now.jitter().toNanos());
        }
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        while (weather.stalled() && !listening.isClosed()) {
            LockSupport.parkNanos(5_000_000);
        }
    }

    /// By a reset.
    private void end(Socket socket) {
        open.remove(socket);
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed already.
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        open.forEach(this::end);
    }
}
