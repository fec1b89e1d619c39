package dev.weir.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/// A client that speaks in bytes: sends exactly what it is told and reads answers strictly (RFC 9112). For one
/// thread at a time, except that one may send while another reads. Every operation is limited in time (5 s unless told
/// otherwise); all failures but that of {@link #connect} are an {@link AssertionError} that says what was
/// awaited and what came.
public final class RawClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int PIECE = 64 * 1024;

    private final Socket socket;
    private final WireReader in;
    private final Duration patience;

    private RawClient(Socket socket, Duration patience) {
        this.socket = socket;
        this.in = new WireReader(socket);
        this.patience = patience;
    }

    /// Connects to 127.0.0.1.
    ///
    /// @throws java.net.ConnectException       if nobody listens
    /// @throws java.net.SocketTimeoutException if nobody answers
    public static RawClient connect(int port) throws IOException {
        return connect(port, PATIENCE);
    }

    /// Connects to 127.0.0.1.
    ///
    /// @param patience how long each later operation may take, too
    public static RawClient connect(int port, Duration patience) throws IOException {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
            socket.connect(address, (int) patience.toMillis());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return new RawClient(socket, patience);
    }

    /// Speaks on a connection that stands.
    public static RawClient over(Socket socket) {
        return new RawClient(socket, PATIENCE);
    }

    /// The port of this end, as the peer sees it.
    public int localPort() {
        return socket.getLocalPort();
    }

    public RawClient send(String latin1) {
        return send(Text.bytes(latin1));
    }

    public RawClient send(byte[] bytes) {
        for (int offset = 0; offset < bytes.length; offset += PIECE) {
            write(bytes, offset, Math.min(PIECE, bytes.length - offset));
        }
        return this;
    }

    /// Sends every byte by itself, with a pause behind each, so that the peer has to read it alone.
    public RawClient sendSlowly(byte[] bytes, Duration pause) {
        int[] everywhere = new int[bytes.length];
        for (int i = 0; i < everywhere.length; i++) {
            everywhere[i] = i;
        }
        return sendCut(bytes, pause, everywhere);
    }

    /// Sends the bytes in pieces.
    ///
    /// @param offsets where to cut, ascending
    public RawClient sendCut(byte[] bytes, Duration pause, int... offsets) {
        int from = 0;
        for (int offset : offsets) {
            if (offset > from) {
                write(bytes, from, offset - from);
                Pause.of(pause);
                from = offset;
            }
        }
        write(bytes, from, bytes.length - from);
        return this;
    }

    /// Sends a body as it is generated, in constant memory; the time limit holds per 64 KiB.
    ///
    /// @param chunked in the chunked coding, as announced by the head sent before
    public RawClient send(GeneratedBody body, boolean chunked) {
        try {
            if (chunked) {
                body.writeChunkedTo(watched());
            } else {
                body.writeTo(watched());
            }
        } catch (IOException e) {
            throw new AssertionError("a watched stream fails by itself", e);
        }
        return this;
    }

    /// Reads the next response, which may be an interim one (1xx), to a GET.
    public RawResponse readResponse() {
        return readResponse("GET");
    }

    /// Reads the next response, which may be an interim one (1xx).
    ///
    /// @param method of the request it answers: a response to `HEAD` has no body, nor has 2xx to `CONNECT`
    public RawResponse readResponse(String method) {
        in.within(patience);
        var body = new ByteArrayOutputStream();
        return response(method, (bytes, length) -> body.write(bytes, 0, length), body);
    }

    /// Reads the next response to a GET that is not an interim one.
    public RawResponse readFinalResponse() {
        RawResponse response = readResponse();
        while (response.status() < 200) {
            response = readResponse();
        }
        return response;
    }

    /// Reads the next response to a GET in constant memory; the time limit holds per read.
    public HashedResponse readHashed() {
        in.eachWithin(patience);
        MessageDigest digest = Digests.sha256();
        long[] count = new long[1];
        RawResponse response =
                response(
                        "GET",
                        (bytes, length) -> {
                            digest.update(bytes, 0, length);
                            count[0] += length;
                        },
                        new ByteArrayOutputStream());
        return new HashedResponse(response, count[0], HexFormat.of().formatHex(digest.digest()));
    }

    /// Reads exactly so many bytes.
    public byte[] readBytes(int count) {
        in.within(patience);
        byte[] bytes = new byte[count];
        int filled = 0;
        try {
            while (filled < count) {
                int n = in.read(bytes, filled, count - filled);
                if (n < 0) {
                    throw new EOFException("the connection ended");
                }
                filled += n;
            }
            return bytes;
        } catch (IOException e) {
            throw failure("awaited " + count + " bytes, got " + filled, e);
        }
    }

    /// Reads everything until the peer closes in order; a reset is a failure.
    public byte[] readUntilClosed() {
        in.within(patience);
        var bytes = new ByteArrayOutputStream();
        try {
            new Framing.UntilClosed().read(in, (piece, length) -> bytes.write(piece, 0, length));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw failure(
                    "awaited the end of the connection, got "
                            + Text.shown(Text.latin1(bytes.toByteArray())),
                    e);
        }
    }

    /// Whether the peer closes or resets the connection within this time. Bytes instead of an end are a failure.
    public boolean closedByPeer(Duration timeout) {
        return !silent(timeout, "awaited the end of the connection");
    }

    /// Whether nothing comes for this long and the connection stays open. Bytes are a failure.
    public boolean silentFor(Duration time) {
        return silent(time, "awaited silence");
    }

    /// Ends the sending direction only.
    public void halfClose() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw failure("could not half-close", e);
        }
    }

    /// Ends the connection with a TCP reset.
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw failure("could not reset", e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw failure("could not close", e);
        }
    }

    private RawResponse response(String method, Framing.Sink sink, ByteArrayOutputStream kept) {
        String awaited = "awaited a response to " + method;
        try {
            Head head = Head.read(in);
            if (head == null) {
                throw new EOFException("the peer closed before its first byte");
            }
            awaited += ", its head was " + Text.shown(head.raw());
            StatusLine line = StatusLine.parse(head.startLine());
            Framing framing = Framing.ofResponse(head.lines(), line.status(), method);
            List<HeaderLine> trailers = framing.read(in, sink);
            return new RawResponse(
                    line.status(),
                    line.reason(),
                    line.version(),
                    HeaderLine.byName(head.lines()),
                    kept.toByteArray(),
                    HeaderLine.byName(trailers),
                    Text.bytes(head.raw()));
        } catch (IOException e) {
            throw failure(awaited, e);
        }
    }

    private boolean silent(Duration time, String awaited) {
        in.within(time);
        try {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            byte[] more = new byte[1 + in.buffered()];
            more[0] = (byte) next;
            int count = 1 + in.read(more, 1, more.length - 1);
            throw new AssertionError(
                    awaited + ", got " + count + " bytes: " + Text.shown(Text.latin1(more)));
        } catch (SocketTimeoutException e) {
            return true;
        } catch (SocketException e) {
            return false;
        } catch (IOException e) {
            throw failure(awaited, e);
        }
    }

    private OutputStream watched() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                RawClient.this.write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                RawClient.this.write(bytes, offset, length);
            }
        };
    }

    /// A blocking write knows no time limit, so somebody else closes the socket when it is over.
    private void write(byte[] bytes, int offset, int length) {
        try (var limit = new TimeLimit(socket, patience)) {
            try {
                socket.getOutputStream().write(bytes, offset, length);
            } catch (IOException e) {
                throw limit.exceeded()
                        ? new AssertionError(
                                "sending "
                                        + length
                                        + " bytes took longer than "
                                        + patience
                                        + ": the peer does not read")
                        : failure("could not send " + length + " bytes", e);
            }
        }
    }

    private AssertionError failure(String awaited, IOException e) {
        String late = "nothing more came within " + patience;
        String what =
                switch (e) {
                    case SocketTimeoutException _ -> late;
                    case MalformedMessage cut
                            when cut.getCause() instanceof SocketTimeoutException ->
                            late + "; " + cut.arrived();
                    default -> Text.reason(e);
                };
        return new AssertionError(awaited + "; " + what, e);
    }
}
