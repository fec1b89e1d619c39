package dev.weir.bench.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// Reads answers as they come, in any pieces: head, and body by length, in chunks, up to the end of the connection, or
/// none. Takes a well-meaning proxy's word and checks little; shares no code with the proxy that it may measure.
///
/// Confined to the generator's loop; one instance per connection. Source: RFC 9112 §4, §6.3, §7.1.
final class AnswerReader {
    /// What [#read] has reached.
    enum Progress {
        MORE,
        WHOLE,
        MALFORMED
    }

    private enum State {
        STATUS_LINE,
        FIELDS,
        COUNTED,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILERS,
        UNTIL_CLOSE,
        WHOLE,
        MALFORMED
    }

    private static final int LONGEST_LINE = 64 << 10;
    private static final long ABSENT = -1;
    private static final byte[] HTTP_1 = ascii("http/1.");
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] CONNECTION = ascii("connection");

    private byte[] line = new byte[256];
    private int length;
    private State state = State.STATUS_LINE;
    private boolean toHead;
    private int status;
    private long left;
    private boolean chunked;
    private boolean keepAlive;

    /// Before each answer.
    ///
    /// @param toHead whether the request was a HEAD, whose answer has no body
    void begin(boolean toHead) {
        this.toHead = toHead;
        state = State.STATUS_LINE;
        length = 0;
    }

    int status() {
        return status;
    }

    /// Whether another request may follow on the connection.
    boolean keepAlive() {
        return keepAlive;
    }

    /// Whether the end of the connection ends the answer.
    boolean endsWithConnection() {
        return state == State.UNTIL_CLOSE;
    }

    /// Takes all bytes. What comes behind an answer is malformed: nobody asked for it.
    Progress read(ByteBuf in) {
        while (in.isReadable()) {
            switch (state) {
                case COUNTED, CHUNK -> body(in);
                case UNTIL_CLOSE -> in.skipBytes(in.readableBytes());
                case WHOLE, MALFORMED -> {
                    state = State.MALFORMED;
                    return Progress.MALFORMED;
                }
                case STATUS_LINE, FIELDS, CHUNK_SIZE, CHUNK_END, TRAILERS -> {
                    if (takeLine(in)) {
                        state = afterLine();
                        length = 0;
                    }
                }
            }
        }
        return switch (state) {
            case WHOLE -> Progress.WHOLE;
            case MALFORMED -> Progress.MALFORMED;
            default -> Progress.MORE;
        };
    }

    private void body(ByteBuf in) {
        int part = (int) Math.min(left, in.readableBytes());
        in.skipBytes(part);
        left -= part;
        if (left == 0) {
            state = state == State.CHUNK ? State.CHUNK_END : State.WHOLE;
        }
    }

    /// @return whether the line is whole; it stands in `line` without its end
    private boolean takeLine(ByteBuf in) {
        int toEnd = in.bytesBefore((byte) '\n');
        int part = toEnd < 0 ? in.readableBytes() : toEnd + 1;
        if (length + part > line.length) {
            if (length + part > LONGEST_LINE) {
                in.skipBytes(part);
                state = State.MALFORMED;
                return false;
            }
            line = Arrays.copyOf(line, Math.max(2 * line.length, length + part));
        }
        in.readBytes(line, length, part);
        length += part;
        if (toEnd < 0) {
            return false;
        }
        length--;
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        return true;
    }

    private State afterLine() {
        return switch (state) {
            case STATUS_LINE -> statusLine();
            case FIELDS -> length == 0 ? afterHead() : field();
            case CHUNK_SIZE -> chunkSize();
            case CHUNK_END -> length == 0 ? State.CHUNK_SIZE : State.MALFORMED;
            case TRAILERS -> length == 0 ? State.WHOLE : State.TRAILERS;
            default -> throw new IllegalStateException(state + " has no lines");
        };
    }

    /// `HTTP/1.x 200 …`
    private State statusLine() {
        if (length < 12 || !startsWith(HTTP_1) || line[8] != ' ') {
            return State.MALFORMED;
        }
        status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + line[11] - '0';
        keepAlive = line[7] != '0';
        left = ABSENT;
        chunked = false;
        return status >= 100 && status <= 599 ? State.FIELDS : State.MALFORMED;
    }

    /// Only three fields matter, and their first letters tell most others apart.
    private State field() {
        int first = line[0] | 0x20;
        if (first == 'c') {
            if (named(CONTENT_LENGTH)) {
                left = number(CONTENT_LENGTH.length + 1, 10);
                return left < 0 ? State.MALFORMED : State.FIELDS;
            }
            if (named(CONNECTION)) {
                String said = value(CONNECTION).toLowerCase(Locale.ROOT);
                keepAlive = keepAlive ? !said.contains("close") : said.contains("keep-alive");
            }
        } else if (first == 't' && named(TRANSFER_ENCODING)) {
            chunked = value(TRANSFER_ENCODING).equalsIgnoreCase("chunked");
            return chunked ? State.FIELDS : State.MALFORMED;
        }
        return State.FIELDS;
    }

    private State afterHead() {
        if (status < 200) {
            return status == 101 ? State.MALFORMED : State.STATUS_LINE;
        }
        if (toHead || status == 204 || status == 304) {
            return State.WHOLE;
        }
        if (chunked) {
            return State.CHUNK_SIZE;
        }
        if (left == ABSENT) {
            keepAlive = false;
            return State.UNTIL_CLOSE;
        }
        return left == 0 ? State.WHOLE : State.COUNTED;
    }

    private State chunkSize() {
        left = number(0, 16);
        if (left < 0) {
            return State.MALFORMED;
        }
        return left == 0 ? State.TRAILERS : State.CHUNK;
    }

    /// The number that stands in the line, up to a blank or semicolon; -1 if there is none.
    private long number(int from, int radix) {
        int at = from;
        while (at < length && line[at] == ' ') {
            at++;
        }
        long number = 0;
        int start = at;
        for (; at < length && line[at] != ';' && line[at] != ' '; at++) {
            int digit = Character.digit(line[at], radix);
            if (digit < 0 || at - start == 15) {
                return -1;
            }
            number = number * radix + digit;
        }
        return at > start ? number : -1;
    }

    private boolean named(byte[] lower) {
        return length > lower.length && line[lower.length] == ':' && startsWith(lower);
    }

    private boolean startsWith(byte[] lower) {
        for (int i = 0; i < lower.length; i++) {
            byte b = line[i];
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    private String value(byte[] name) {
        int from = name.length + 1;
        return new String(line, from, length - from, StandardCharsets.ISO_8859_1).strip();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
