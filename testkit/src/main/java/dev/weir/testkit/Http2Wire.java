package dev.weir.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A stream of a {@link ScriptedHttp2Endpoint} as an {@link Http2Behaviour} sees it: says what is right, and by {@link #frame} whatever
/// is wrong. Thread-safe.
public final class Http2Wire {
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int MOST_BYTES_OF_A_FRAME = 16 << 10;

    private final Http2Peer peer;
    private final Http2Request request;

    Http2Wire(Http2Peer peer, Http2Request request) {
        this.peer = peer;
        this.request = request;
    }

    /// Waits until the request is here as a whole.
    public void readBody() throws IOException {
        request.awaitEnd();
    }

    /// Sends a head, final or interim.
    ///
    /// @param last whether nothing follows
    /// @param lines for example `content-type: text/plain`
    public void head(int status, boolean last, String... lines) throws IOException {
        List<HeaderLine> fields = new ArrayList<>();
        fields.add(new HeaderLine(":status", Integer.toString(status)));
        fields.addAll(parsed(lines));
        fields(fields, last);
    }

    /// Sends trailers, which end the stream.
    public void trailers(String... lines) throws IOException {
        fields(parsed(lines), true);
    }

    /// Sends any block of fields.
    public void fields(List<HeaderLine> fields, boolean last) throws IOException {
        byte[] block = Http2Peer.encoded(fields);
        int at = Math.min(block.length, MOST_BYTES_OF_A_FRAME);
        int flags = (last ? END_STREAM : 0) | (at == block.length ? END_HEADERS : 0);
        peer.send(1, flags, request.stream(), Arrays.copyOf(block, at));
        while (at < block.length) {
            int end = Math.min(block.length, at + MOST_BYTES_OF_A_FRAME);
            byte[] piece = Arrays.copyOfRange(block, at, end);
            peer.send(9, end == block.length ? END_HEADERS : 0, request.stream(), piece);
            at = end;
        }
    }

    /// Sends data as the other side's windows allow.
    public void data(byte[] bytes, boolean last) throws IOException {
        int at = 0;
        do {
            int length =
                    peer.awaitWindow(request, Math.min(MOST_BYTES_OF_A_FRAME, bytes.length - at));
            byte[] piece = Arrays.copyOfRange(bytes, at, at + length);
            at += length;
            peer.send(0, last && at == bytes.length ? END_STREAM : 0, request.stream(), piece);
        } while (at < bytes.length);
    }

    /// Sends data as the other side's windows allow.
    public void data(String latin1, boolean last) throws IOException {
        data(Text.bytes(latin1), last);
    }

    /// Sends a whole answer, with `content-length`; without the body if the request was a HEAD.
    public void answer(int status, String body, String... lines) throws IOException {
        String[] all = new String[lines.length + 1];
        all[0] = "content-length: " + body.length();
        System.arraycopy(lines, 0, all, 1, lines.length);
        boolean empty = body.isEmpty() || "HEAD".equals(request.field(":method"));
        head(status, empty, all);
        if (!empty) {
            data(body, true);
        }
    }

    /// Agrees to a tunnel, as a proxy does to a CONNECT.
    public void agree(String... lines) throws IOException {
        head(200, false, lines);
    }

    /// Waits until so many bytes of the request's body have come, or all of them.
    public void awaitBody(int bytes) throws IOException {
        var _ = request.awaitMore(bytes - 1);
    }

    /// Sends back what comes on the stream, until that ends.
    public void echo() throws IOException {
        int have = 0;
        for (byte[] more = request.awaitMore(0); more.length > 0; ) {
            data(more, false);
            have += more.length;
            more = request.awaitMore(have);
        }
        data(new byte[0], true);
    }

    /// Sends RST_STREAM.
    public void reset(long code) throws IOException {
        peer.send(3, 0, request.stream(), number(code));
    }

    /// Sends GOAWAY.
    public void goAway(int lastStream, long code) throws IOException {
        byte[] payload = new byte[8];
        System.arraycopy(number(lastStream), 0, payload, 0, 4);
        System.arraycopy(number(code), 0, payload, 4, 4);
        peer.send(7, 0, 0, payload);
    }

    /// Sends a SETTINGS frame with one setting.
    public void setting(int id, long value) throws IOException {
        peer.setting(id, value);
    }

    /// Opens a window of the other side.
    ///
    /// @param stream 0 for the connection's
    public void window(int stream, int bytes) throws IOException {
        peer.send(8, 0, stream, number(bytes));
    }

    /// Sends any frame.
    public void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        peer.send(type, flags, stream, payload);
    }

    /// Sends any bytes.
    public void raw(byte[] bytes) throws IOException {
        peer.raw(bytes);
    }

    /// Waits.
    public void pause(Duration time) {
        Pause.of(time);
    }

    /// Says nothing until the stream is reset or the connection ends.
    public void hang() throws IOException {
        request.awaitReset();
    }

    /// Ends the connection in order of TCP.
    public void close() {
        peer.end(false);
    }

    /// Ends the connection by a TCP reset.
    public void cut() {
        peer.end(true);
    }

    /// Four bytes, as most payloads have them.
    public static byte[] number(long value) {
        return new byte[] {
            (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
        };
    }

    private static List<HeaderLine> parsed(String... lines) {
        List<HeaderLine> fields = new ArrayList<>();
        for (String line : lines) {
            int colon = line.indexOf(": ", 1);
            fields.add(new HeaderLine(line.substring(0, colon), line.substring(colon + 2)));
        }
        return fields;
    }
}
