package dev.weir.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
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
    private static final Field[][] BY_LENGTH = byLength();

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
    static @Nullable Field recognise(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length >= LONGEST) {
            return null;
        }
        for (Field field : BY_LENGTH[length]) {
            if (Ascii.equalsLower(bytes, from, field.lower)) {
                return field;
            }
        }
        return null;
    }

    static @Nullable Field recognise(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        return recognise(bytes, 0, bytes.length);
    }

    private static Field[][] byLength() {
        Field[][] table = new Field[LONGEST][];
        for (int length = 0; length < LONGEST; length++) {
            int wanted = length;
            table[length] =
                    java.util.Arrays.stream(ALL)
                            .filter(field -> field.lower.length == wanted)
                            .toArray(Field[]::new);
        }
        return table;
    }
}
