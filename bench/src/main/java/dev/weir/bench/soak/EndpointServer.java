package dev.weir.bench.soak;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// An endpoint of the soak: answers what the request's `Soak-` fields ask for, writes down what it gets, and
/// misbehaves as [Conduct] says. Each connection has a virtual thread. Thread-safe.
final class EndpointServer implements AutoCloseable {
    private static final int BACKLOG = 512;
    private static final long SLOW_MILLIS = 2000;
    private static final long HALF_OPEN_MILLIS = 100;
    private static final int DRIP_BYTES = 2 << 10;
    private static final long DRIP_MILLIS = 10;

    /// Of ten requests.
    private static final int BUSY_SHARE = 3;

    private final String name;
    private final EndpointLog log;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong turns = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private volatile Conduct conduct = Conduct.HONEST;
    private volatile boolean healthy = true;

    private EndpointServer(String name, EndpointLog log, ServerSocket listening) {
        this.name = name;
        this.log = log;
        this.listening = listening;
    }

    /// Listens on 127.0.0.1; port 0 takes a free one.
    static EndpointServer start(String name, int port, EndpointLog log) throws IOException {
        ServerSocket listening = new ServerSocket();
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        EndpointServer server = new EndpointServer(name, log, listening);
        Thread.ofVirtual().name(name).start(server::accept);
        return server;
    }

    String name() {
        return name;
    }

    int port() {
        return listening.getLocalPort();
    }

    /// Requests that came so far, health checks not counted.
    long requests() {
        return requests.get();
    }

    /// Behaves like this from now on.
    void conduct(Conduct next) {
        conduct = next;
    }

    /// What health checks hear from now on; requests are answered all the same.
    void healthy(boolean answer) {
        healthy = answer;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                // Closed, or a connection that was reset before it was accepted.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            if (conduct == Conduct.RESET_ON_ACCEPT) {
                reset(socket);
                return;
            }
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            MessageReader reader = new MessageReader(in);
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 16 << 10);
            boolean again = true;
            for (int turn = 1; again; turn++) {
                Message head = reader.head();
                again = head != null && exchange(socket, reader, out, head, turn);
            }
        } catch (IOException e) {
            // The other side went away: what a connection may always do.
        } finally {
            open.remove(socket);
        }
    }

    /// @return whether another request may follow
    private boolean exchange(
            Socket socket, MessageReader reader, OutputStream out, Message head, int turn)
            throws IOException {
        if (head.word(1).equals("/health")) {
            boolean good = healthy;
            log.checked(name, good, System.nanoTime());
            String status = good ? "200 OK" : "503 Down";
            out.write(Body.latin1("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n"));
            out.flush();
            return !head.closes();
        }
        Conduct now = conduct;
        String id = head.field("soak-id");
        requests.incrementAndGet();
        log.received(name, id, head.word(0), System.nanoTime());
        if (now == Conduct.RESET_ON_REUSE && turn > 1) {
            reset(socket);
            return false;
        }
        readBody(reader, id, head);
        pause(now == Conduct.SLOW ? SLOW_MILLIS : number(head, "soak-delay"));
        return answer(socket, out, head, now) && !head.closes();
    }

    private void readBody(MessageReader reader, String id, Message head) throws IOException {
        try {
            Message.Read read = reader.body(head.framing(0), MessageReader.Pace.FULL);
            log.read(name, id, read.length(), read.sha256(), true);
        } catch (IOException e) {
            log.read(name, id, 0, "", false);
            throw e;
        }
    }

    private boolean answer(Socket socket, OutputStream out, Message head, Conduct now)
            throws IOException {
        String id = head.field("soak-id");
        Body body = new Body(id, number(head, "soak-size"));
        if (now == Conduct.BUSY && turns.incrementAndGet() % 10 < BUSY_SHARE) {
            out.write(Body.latin1("HTTP/1.1 503 Busy\r\nSoak-Id: " + id));
            out.write(Body.latin1("\r\nContent-Length: 0\r\n\r\n"));
            out.flush();
            return true;
        }
        if (now == Conduct.RESET_IN_HEAD) {
            out.write(Body.latin1("HTTP/1.1 200 OK\r\nSoak-Id: " + id));
            out.flush();
            reset(socket);
            return false;
        }
        boolean chunked = head.field("soak-framing").equals("chunked");
        writeHead(out, body, chunked);
        if (head.word(0).equals("HEAD")) {
            out.flush();
            return true;
        }
        return writeBody(socket, out, body, chunked, now);
    }

    private void writeHead(OutputStream out, Body body, boolean chunked) throws IOException {
        StringBuilder text = new StringBuilder("HTTP/1.1 200 OK\r\n");
        text.append("Soak-Id: ").append(body.id()).append("\r\n");
        text.append("Soak-Endpoint: ").append(name).append("\r\n");
        text.append("Soak-Length: ").append(body.length()).append("\r\n");
        if (chunked) {
            text.append("Trailer: Soak-Sha256\r\nTransfer-Encoding: chunked\r\n");
        } else {
            text.append("Soak-Sha256: ").append(body.sha256()).append("\r\n");
            text.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        out.write(Body.latin1(text.append("\r\n").toString()));
    }

    private boolean writeBody(
            Socket socket, OutputStream out, Body body, boolean chunked, Conduct now)
            throws IOException {
        boolean cuts = now == Conduct.CUT && turns.incrementAndGet() % 2 == 0;
        OutputStream to =
                switch (now) {
                    case DRIP -> new DripStream(out);
                    case CUT, HALF_OPEN ->
                            cuts || now == Conduct.HALF_OPEN
                                    ? new ShortStream(out, body.length() / 2)
                                    : out;
                    default -> out;
                };
        try {
            if (chunked) {
                String sha256 = body.writeChunksTo(to);
                to.write(Body.latin1("0\r\nSoak-Sha256: " + sha256 + "\r\n\r\n"));
            } else {
                body.writeTo(to);
            }
            to.flush();
            return true;
        } catch (ShortStream.Enough e) {
            out.flush();
            if (now == Conduct.HALF_OPEN) {
                socket.shutdownOutput();
                pause(HALF_OPEN_MILLIS);
            }
            reset(socket);
            return false;
        }
    }

    private static void reset(Socket socket) throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
    }

    private static long number(Message head, String field) {
        String text = head.field(field);
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    private static void pause(long millis) throws IOException {
        if (millis > 0) {
            Pauses.of(millis);
        }
    }

    /// Writes a little, waits a little.
    private static final class DripStream extends OutputStream {
        private final OutputStream out;

        DripStream(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; done += DRIP_BYTES) {
                out.write(bytes, offset + done, Math.min(DRIP_BYTES, length - done));
                out.flush();
                pause(DRIP_MILLIS);
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }

    /// Ends when so many bytes are written.
    private static final class ShortStream extends OutputStream {
        /// The bytes are written.
        static final class Enough extends IOException {
            private static final long serialVersionUID = 1;
        }

        private final OutputStream out;
        private long left;

        ShortStream(OutputStream out, long most) {
            this.out = out;
            this.left = most;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int part = (int) Math.min(left, length);
            out.write(bytes, offset, part);
            left -= part;
            if (left == 0) {
                throw new Enough();
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}
