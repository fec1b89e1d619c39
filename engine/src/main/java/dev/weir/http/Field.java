package dev.weir.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The fields that Weir itself reads, drops or writes. They are recognised while a head is parsed, so that
/// asking for one of them costs no comparison of names.
public enum Field {
    ACCEPT("Accept"),
    AUTHORIZATION("Authorization"),
    CONNECTION("Connection", Hop.YES),
    CONTENT_ENCODING("Content-Encoding"),
    CONTENT_LENGTH("Content-Length"),
    CONTENT_RANGE("Content-Range"),
    CONTENT_TYPE("Content-Type"),
    COOKIE("Cookie"),
    DATE("Date"),
    EXPECT("Expect"),
    FORWARDED("Forwarded"),
    HOST("Host"),
    HTTP2_SETTINGS("HTTP2-Settings", Hop.YES),
    KEEP_ALIVE("Keep-Alive", Hop.YES),
    PROXY_AUTHENTICATE("Proxy-Authenticate", Hop.YES),
    PROXY_AUTHORIZATION("Proxy-Authorization", Hop.YES),
    PROXY_CONNECTION("Proxy-Connection", Hop.YES),
    SEC_WEBSOCKET_ACCEPT("Sec-WebSocket-Accept"),
    SEC_WEBSOCKET_KEY("Sec-WebSocket-Key"),
    SET_COOKIE("Set-Cookie"),
    TE("TE", Hop.YES),
    TRAILER("Trailer", Hop.YES),
    TRANSFER_ENCODING("Transfer-Encoding", Hop.YES),
    UPGRADE("Upgrade", Hop.YES),
    USER_AGENT("User-Agent"),
    REFERER("Referer"),
    VIA("Via"),
    X_FORWARDED_FOR("X-Forwarded-For"),
    X_FORWARDED_HOST("X-Forwarded-Host"),
    X_FORWARDED_PORT("X-Forwarded-Port"),
    X_FORWARDED_PROTO("X-Forwarded-Proto"),
    X_REAL_IP("X-Real-IP"),
    X_REQUEST_ID("X-Request-Id"),
    X_WEIR_EXPLAIN("X-Weir-Explain"),
    X_WEIR_PRIORITY("X-Weir-Priority");

    private enum Hop {
        YES,
        NO
    }

    private static final int LONGEST = 24;
    private static final Field[] ALL = values();
    private static final Names[] BY_LENGTH = byLength();

    private final String text;
    private final byte[] lower;
    private final byte[] line;
    private final AsciiString lowerText;
    private final boolean hopByHop;

    Field(String text) {
        this(text, Hop.NO);
    }

    Field(String text, Hop hop) {
        this.text = text;
        this.lower = text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
        this.lowerText = new AsciiString(lower, false);
        this.line = (text + ": ").getBytes(StandardCharsets.US_ASCII);
        this.hopByHop = hop == Hop.YES;
    }

    /// The name as it is usually written.
    public String text() {
        return text;
    }

    /// The name in lower case, as HTTP/2 has it.
    AsciiString lowerText() {
        return lowerText;
    }

    /// The name with colon and space, ready to be written. Not to be changed.
    byte[] line() {
        return line;
    }

    /// Means only the connection it came on (RFC 9110 §7.6.1), so it never goes further.
    public boolean hopByHop() {
        return hopByHop;
    }

    static Field of(int ordinal) {
        return ALL[ordinal];
    }

    /// The field whose name stands in these bytes, in any case, or null for one that Weir does not treat
    /// specially.
    ///
    /// @param bytes a token stands there
    static @Nullable Field recognise(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length >= LONGEST) {
            return null;
        }
        Names names = BY_LENGTH[length];
        return from + Long.BYTES > bytes.length
                ? names.slowly(bytes, from)
                : names.find(bytes, from, to);
    }

    static @Nullable Field recognise(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        return bytes.length >= LONGEST ? null : BY_LENGTH[bytes.length].slowly(bytes, 0);
    }

    /// The fields whose names have the same length, with what is compared of each side by side: its first eight bytes, the eight behind these,
    /// and the last eight, as far as there are so many. Immutable.
    private record Names(Field[] fields, long[] words) {
        private static final int WORDS = 3;

        static Names of(int length) {
            Field[] fields =
                    Arrays.stream(ALL)
                            .filter(field -> field.lower.length == length)
                            .toArray(Field[]::new);
            long[] words = new long[fields.length * WORDS];
            for (int i = 0; i < fields.length; i++) {
                byte[] name = Arrays.copyOf(fields[i].lower, Math.max(length, Long.BYTES));
                words[i * WORDS] = first(name, 0, length);
                words[i * WORDS + 1] = middle(name, 0, length);
                words[i * WORDS + 2] = last(name, length, length);
            }
            return new Names(fields, words);
        }

        private static long first(byte[] bytes, int from, int length) {
            long eight = Ascii.eightLower(bytes, from);
            return length < Long.BYTES ? eight & (1L << length * Byte.SIZE) - 1 : eight;
        }

        private static long middle(byte[] bytes, int from, int length) {
            return length > 2 * Long.BYTES ? Ascii.eightLower(bytes, from + Long.BYTES) : 0;
        }

        private static long last(byte[] bytes, int length, int to) {
            return length > Long.BYTES ? Ascii.eightLower(bytes, to - Long.BYTES) : 0;
        }

        @Nullable Field find(byte[] bytes, int from, int to) {
            if (fields.length == 0) {
                return null;
            }
            int length = to - from;
            long first = first(bytes, from, length);
            long middle = middle(bytes, from, length);
            long last = last(bytes, length, to);
            for (int i = 0; i < words.length; i += WORDS) {
                if (words[i] == first && words[i + 1] == middle && words[i + 2] == last) {
                    return fields[i / WORDS];
                }
            }
            return null;
        }

        /// Of names so near to the array's end that eight bytes cannot be read at once, and of any text.
        @Nullable Field slowly(byte[] bytes, int from) {
            for (Field field : fields) {
                if (Ascii.equalsLower(bytes, from, field.lower)) {
                    return field;
                }
            }
            return null;
        }
    }

    private static Names[] byLength() {
        Names[] table = new Names[LONGEST];
        Arrays.setAll(table, Names::of);
        return table;
    }
}
