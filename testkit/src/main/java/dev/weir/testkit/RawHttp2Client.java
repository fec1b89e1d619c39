package dev.weir.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A client that speaks HTTP/2 in frames: sends exactly what it is told, in the clear and with prior knowledge or on a socket that
/// is given, and reads frames. Acknowledges settings by itself and nothing else. For one thread at a time, except that one
/// may send while another reads. Every wait is limited in time; failures are an {@link AssertionError} that says
/// what was awaited and what came.
public final class RawHttp2Client implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PUSH_PROMISE = 5;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;
    public static final int PADDED = 8;

    public static final int NO_ERROR = 0;
    public static final int PROTOCOL_ERROR = 1;
    public static final int INTERNAL_ERROR = 2;
    public static final int FLOW_CONTROL_ERROR = 3;
    public static final int STREAM_CLOSED = 5;
    public static final int REFUSED_STREAM = 7;
    public static final int CANCEL = 8;
    public static final int ENHANCE_YOUR_CALM = 11;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Socket socket;
    private final DataInputStream in;
    private final List<Http2Frame> seen = new ArrayList<>();

    private RawHttp2Client(Socket socket) throws IOException {
        this.socket = socket;
        InputStream bytes = socket.getInputStream();
        this.in = new DataInputStream(new java.io.BufferedInputStream(bytes, 1 << 16));
        socket.setSoTimeout((int) PATIENCE.toMillis());
    }

    /// Connects to 127.0.0.1 and sends preface and settings.
    ///
    /// @param settings id, value, id, value …
    public static RawHttp2Client connect(int port, int... settings) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                (int) PATIENCE.toMillis());
        return over(socket, settings);
    }

    /// Speaks on a connection that stands.
    public static RawHttp2Client over(Socket socket, int... settings) throws IOException {
        RawHttp2Client client = new RawHttp2Client(socket);
        client.send(Text.bytes(PREFACE));
        client.settings(settings);
        return client;
    }

    // ---- sends ----

    /// Sends bytes as they are.
    public RawHttp2Client send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new AssertionError("the peer takes nothing: " + Text.reason(e), e);
        }
        return this;
    }

    public RawHttp2Client frame(int type, int flags, int streamId, byte[] payload) {
        return send(new Http2Frame(type, flags, streamId, payload).bytes());
    }

    /// @param settings id, value, id, value …
    public RawHttp2Client settings(int... settings) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (int i = 0; i < settings.length; i += 2) {
            payload.write(settings[i] >> 8);
            payload.write(settings[i]);
            payload.writeBytes(Http2Frame.number(settings[i + 1]));
        }
        return frame(SETTINGS, 0, 0, payload.toByteArray());
    }

    /// A head that is whole, and ends the stream or not.
    ///
    /// @param fields name, value, name, value …
    public RawHttp2Client head(int streamId, boolean end, String... fields) {
        return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), streamId, Hpack.block(fields));
    }

    /// A GET for a path.
    public RawHttp2Client get(int streamId, String path) {
        return head(streamId, true, request("GET", path));
    }

    /// The fields of a request, with further ones behind them.
    public static String[] request(String method, String path, String... more) {
        List<String> fields =
                new ArrayList<>(
                        List.of(
                                ":method",
                                method,
                                ":scheme",
                                "http",
                                ":path",
                                path,
                                ":authority",
                                "weir.test"));
        fields.addAll(List.of(more));
        return fields.toArray(String[]::new);
    }

    public RawHttp2Client data(int streamId, boolean end, byte[] content) {
        return frame(DATA, end ? END_STREAM : 0, streamId, content);
    }

    public RawHttp2Client data(int streamId, boolean end, String latin1) {
        return data(streamId, end, Text.bytes(latin1));
    }

    public RawHttp2Client window(int streamId, int increment) {
        return frame(WINDOW_UPDATE, 0, streamId, Http2Frame.number(increment));
    }

    public RawHttp2Client reset(int streamId, int code) {
        return frame(RST_STREAM, 0, streamId, Http2Frame.number(code));
    }

    // ---- reads ----

    /// The next frame, or null at the end of the connection. Acknowledges settings.
    public @Nullable Http2Frame read() {
        try {
            int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int streamId = in.readInt() & 0x7fff_ffff;
            byte[] payload = in.readNBytes(length);
            if (payload.length < length) {
                return null;
            }
            Http2Frame frame = new Http2Frame(type, flags, streamId, payload);
            if (type == SETTINGS && (flags & ACK) == 0) {
                acknowledge();
            }
            seen.add(frame);
            return frame;
        } catch (EOFException _) {
            return null;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nothing came for " + PATIENCE + "; before: " + tail(), e);
        } catch (SocketException _) {
            return null;
        } catch (IOException e) {
            throw new AssertionError("cannot read: " + Text.reason(e), e);
        }
    }

    private void acknowledge() {
        reply(new Http2Frame(SETTINGS, ACK, 0, new byte[0]));
    }

    private void giveBack(Http2Frame data) {
        byte[] increment = Http2Frame.number(data.payload().length);
        if (data.payload().length > 0) {
            reply(new Http2Frame(WINDOW_UPDATE, 0, 0, increment));
            if (!data.has(END_STREAM)) {
                reply(new Http2Frame(WINDOW_UPDATE, 0, data.streamId(), increment));
            }
        }
    }

    private void reply(Http2Frame frame) {
        try {
            socket.getOutputStream().write(frame.bytes());
        } catch (IOException _) {
            // Then the next read says what there is to say.
        }
    }

    /// Reads until a frame is such.
    public Http2Frame await(String what, Predicate<Http2Frame> such) {
        while (true) {
            Http2Frame frame = read();
            if (frame == null) {
                throw new AssertionError(
                        "awaited " + what + ", but the connection ended; before: " + tail());
            }
            if (such.test(frame)) {
                return frame;
            }
        }
    }

    public Http2Frame await(int type, int streamId) {
        return await(
                Http2Frame.name(type) + " on stream " + streamId,
                frame -> frame.type() == type && frame.streamId() == streamId);
    }

    /// Reads until a stream is reset.
    ///
    /// @return the error's code
    public int awaitReset(int streamId) {
        Http2Frame frame =
                await(
                        "a reset of stream " + streamId,
                        one ->
                                one.type() == RST_STREAM && one.streamId() == streamId
                                        || one.type() == GOAWAY && one.code(4) != NO_ERROR);
        if (frame.type() == GOAWAY) {
            throw new AssertionError("awaited a reset of stream " + streamId + "; came " + frame);
        }
        return frame.code(0);
    }

    /// Reads until the connection is given up.
    ///
    /// @return the error's code
    public int awaitGoAway() {
        return await("GOAWAY", frame -> frame.type() == GOAWAY).code(4);
    }

    /// Reads until the peer ends the connection.
    ///
    /// @return what came before
    public List<Http2Frame> awaitEnd() {
        List<Http2Frame> rest = new ArrayList<>();
        for (Http2Frame frame = read(); frame != null; frame = read()) {
            rest.add(frame);
        }
        return rest;
    }

    /// Reads the whole answer on a stream; frames of other streams that come in between are dropped. Gives window back.
    public Http2Answer answer(int streamId) {
        List<HeaderLine> interim = new ArrayList<>();
        List<HeaderLine> head = new ArrayList<>();
        List<HeaderLine> trailers = new ArrayList<>();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean begun = false;
        while (true) {
            Http2Frame frame = await("an answer on " + streamId, one -> one.streamId() == streamId);
            switch (frame.type()) {
                case HEADERS -> {
                    List<HeaderLine> fields = Hpack.fields(whole(frame));
                    boolean informs =
                            fields.getFirst().value().startsWith("1")
                                    && fields.getFirst().name().equals(":status");
                    (informs ? interim : begun ? trailers : head).addAll(fields);
                    begun |= !informs;
                }
                case DATA -> {
                    body.writeBytes(frame.payload());
                    giveBack(frame);
                }
                case RST_STREAM ->
                        throw new AssertionError(
                                "stream " + streamId + " was reset: " + frame.code(0));
                default -> {}
            }
            if (frame.has(END_STREAM) && frame.type() <= HEADERS) {
                return new Http2Answer(interim, head, body.toByteArray(), trailers);
            }
        }
    }

    private byte[] whole(Http2Frame first) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(first.payload());
        for (Http2Frame frame = first; !frame.has(END_HEADERS); ) {
            frame = await("CONTINUATION", one -> true);
            if (frame.type() != CONTINUATION) {
                throw new AssertionError("awaited CONTINUATION; came " + frame);
            }
            block.writeBytes(frame.payload());
        }
        return block.toByteArray();
    }

    /// Whether the connection still serves: a GET on a fresh stream is answered 200.
    public RawHttp2Client works(int streamId) {
        Http2Answer answer = get(streamId, "/works").answer(streamId);
        if (answer.status() != 200) {
            throw new AssertionError(
                    "the connection does not serve any more: " + answer + " " + answer.text());
        }
        return this;
    }

    /// Frames that came so far, in order.
    public List<Http2Frame> seen() {
        return List.copyOf(seen);
    }

    private String tail() {
        return seen.subList(Math.max(0, seen.size() - 8), seen.size()).toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /// An answer. Immutable.
    ///
    /// @param interim fields of interim answers, one behind the other
    public record Http2Answer(
            List<HeaderLine> interim,
            List<HeaderLine> head,
            byte[] body,
            List<HeaderLine> trailers) {
        public int status() {
            String status = header(":status");
            return status == null ? 0 : Integer.parseInt(status);
        }

        public @Nullable String header(String name) {
            return HeaderLine.values(head, name).findFirst().orElse(null);
        }

        public String text() {
            return new String(body, StandardCharsets.ISO_8859_1);
        }
    }
}
