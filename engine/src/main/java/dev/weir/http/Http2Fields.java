package dev.weir.http;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Translates between our heads and the field blocks of HTTP/2: names in lower case, what was the request line as pseudo-header
/// fields before the others, and nothing that means a connection. What is read is checked as strictly as what an HTTP/1.1 endpoint
/// says. Knows no state. Source: RFC 9113 §8.2, §8.3.
public final class Http2Fields {
    public static final AsciiString HTTP = AsciiString.cached("http");
    public static final AsciiString HTTPS = AsciiString.cached("https");
    private static final AsciiString CONNECT = AsciiString.cached("CONNECT");
    private static final AsciiString PROTOCOL = AsciiString.cached(":protocol");
    private static final AsciiString WEBSOCKET = AsciiString.cached("websocket");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");
    private static final AsciiString GRPC = AsciiString.cached("application/grpc");

    private Http2Fields() {}

    /// The field block of a request, of one for a WebSocket as an extended CONNECT (RFC 8441 §4). It refers to the head's bytes, so it is
    /// to be encoded before these change.
    ///
    /// @param fallbackHost the host asked for if the client named none
    public static Http2Headers request(RequestHead head, String fallbackHost, AsciiString scheme) {
        Headers headers = head.headers();
        Rows rows = new Rows(headers, headers.rows() + 3);
        if (head.webSocket) {
            rows.add(PROTOCOL, WEBSOCKET);
        }
        headers.forEachRow(rows);
        if (head.bodyLength > 0 || head.lengthSaid) {
            rows.add(Field.CONTENT_LENGTH, new AsciiString(Long.toString(head.bodyLength)));
        }
        if (head.takesTrailers || rows.grpc) {
            rows.add(Field.TE, TRAILERS);
        }
        AsciiString host = rows.host;
        return ReadOnlyHttp2Headers.clientHeaders(
                false,
                head.webSocket ? CONNECT : range(headers, head.methodStart, head.methodEnd),
                target(head),
                scheme,
                host == null ? new AsciiString(fallbackHost) : host,
                rows.all());
    }

    private static AsciiString target(RequestHead head) {
        Headers headers = head.headers();
        int start = head.sentEnd > 0 ? head.sentStart : head.pathStart;
        int end = head.sentEnd > 0 ? head.sentEnd : head.pathEnd;
        if (!head.hasQuery()) {
            return range(headers, start, end);
        }
        int query = head.queryEnd - head.queryStart;
        byte[] target = Arrays.copyOfRange(headers.bytes, start, end + 1 + query);
        target[end - start] = '?';
        System.arraycopy(headers.bytes, head.queryStart, target, end - start + 1, query);
        return new AsciiString(target, false);
    }

    /// The field block of those trailers that may go on, or null if there is none. It has bytes of its own.
    ///
    /// @param head the fields of the message's head, which announce trailers
    public static @Nullable Http2Headers trailers(@Nullable Headers trailers, Headers head) {
        if (trailers == null) {
            return null;
        }
        Trailers.keepAllowed(trailers, head);
        Headers own = new Headers();
        own.copy(trailers);
        Rows rows = new Rows(own, own.rows());
        own.forEachRow(rows);
        return rows.used == 0 ? null : ReadOnlyHttp2Headers.trailers(false, rows.all());
    }

    /// Reads the head of an answer, interim or final.
    ///
    /// @param toHead whether this answers a HEAD request, so that it has no body whatever it says
    /// @param last whether nothing follows
    /// @return false if it is malformed or larger than the limits
    public static boolean answer(
            Http2Headers block,
            ResponseHead head,
            boolean toHead,
            boolean last,
            LimitsConfig limits) {
        head.clear();
        int status = status(block.status());
        if (status < 100) {
            return false;
        }
        Headers headers = head.headers();
        head.status = status;
        head.minorVersion = 1;
        head.persistent = true;
        headers.append(Reasons.of(status).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        head.reasonEnd = headers.end;
        return fields(block, headers, limits, 1) && framed(head, toHead, last);
    }

    private static int status(@Nullable CharSequence said) {
        if (said == null || said.length() != 3) {
            return -1;
        }
        int status = 0;
        for (int i = 0; i < 3; i++) {
            int digit = said.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            status = status * 10 + digit;
        }
        return status <= 599 ? status : -1;
    }

    private static boolean framed(ResponseHead head, boolean toHead, boolean last) {
        Headers headers = head.headers();
        long said = Framing.of(headers, 1);
        if (said < 0 && said != Framing.ABSENT || Hop.end(headers) == Hop.MALFORMED) {
            return false;
        }
        int status = head.status;
        boolean bodiless = status < 200 || status == 204 || status == 304 || toHead;
        head.saidLength = said >= 0 && status >= 200 && status != 204 ? said : -1;
        if (bodiless) {
            head.bodyLength = ResponseHead.NO_BODY;
        } else if (last) {
            head.bodyLength = ResponseHead.NO_BODY;
            head.saidLength = 0;
            return said <= 0;
        } else {
            head.bodyLength = said >= 0 ? said : ResponseHead.CHUNKED;
        }
        return true;
    }

    /// Reads the trailers of a message.
    ///
    /// @return null if they are malformed or larger than the limits
    public static @Nullable Headers trailers(Http2Headers block, LimitsConfig limits) {
        Headers headers = new Headers();
        return fields(block, headers, limits, 0) ? headers : null;
    }

    /// @param pseudo how many pseudo-header fields there are, all at the beginning
    private static boolean fields(
            Http2Headers block, Headers headers, LimitsConfig limits, int pseudo) {
        if (block.size() - pseudo > limits.headerCount()) {
            return false;
        }
        int seen = 0;
        for (Map.Entry<CharSequence, CharSequence> field : block) {
            if (seen++ >= pseudo && !field(field.getKey(), field.getValue(), headers)) {
                return false;
            }
        }
        return headers.end <= limits.headers().bytes();
    }

    private static boolean field(CharSequence name, CharSequence value, Headers headers) {
        int start = headers.end;
        append(headers, name);
        int nameEnd = headers.end;
        headers.append((byte) ':');
        headers.append((byte) ' ');
        int valueStart = headers.end;
        append(headers, value);
        int end = headers.end;
        byte[] bytes = headers.bytes;
        for (int i = start; i < nameEnd; i++) {
            if (!Ascii.token(bytes[i]) || Ascii.lower(bytes[i]) != bytes[i]) {
                return false;
            }
        }
        if (nameEnd == start
                || end > valueStart && (blank(bytes[valueStart]) || blank(bytes[end - 1]))
                || !Ascii.values(bytes, valueStart, end)) {
            return false;
        }
        Field field = Field.recognise(bytes, start, nameEnd);
        if (field == null ? Framing.mimicked(bytes, start, nameEnd) : ofConnection(field)) {
            return false;
        }
        headers.row(start, nameEnd, valueStart, end, field);
        headers.append((byte) '\r');
        headers.append((byte) '\n');
        return true;
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\t';
    }

    /// RFC 9113 §8.2.2.
    private static boolean ofConnection(Field field) {
        return switch (field) {
            case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TRANSFER_ENCODING, UPGRADE -> true;
            default -> false;
        };
    }

    private static void append(Headers headers, CharSequence text) {
        if (text instanceof AsciiString ascii) {
            headers.append(ascii.array(), ascii.arrayOffset(), ascii.length());
        } else {
            for (int i = 0; i < text.length(); i++) {
                headers.append((byte) text.charAt(i));
            }
        }
    }

    private static AsciiString range(Headers headers, int from, int to) {
        return new AsciiString(headers.bytes, from, to - from, false);
    }

    /// Collects names and values, one after the other.
    private static final class Rows implements Headers.RowVisitor {
        private final Headers headers;
        private final AsciiString[] rows;
        private int used;
        private @Nullable AsciiString host;
        private boolean grpc;

        Rows(Headers headers, int most) {
            this.headers = headers;
            this.rows = new AsciiString[2 * most];
        }

        @Override
        public void row(
                @Nullable Field field, int nameStart, int nameEnd, int valueStart, int valueEnd) {
            AsciiString value = range(headers, valueStart, valueEnd);
            if (field == null) {
                rows[used++] = range(headers, nameStart, nameEnd).toLowerCase();
                rows[used++] = value;
            } else if (field == Field.HOST) {
                host = host == null ? value : host;
            } else if (!field.hopByHop()
                    && field != Field.CONTENT_LENGTH
                    && field != Field.SEC_WEBSOCKET_KEY) {
                grpc |= field == Field.CONTENT_TYPE && value.startsWith(GRPC);
                add(field, value);
            }
        }

        void add(Field field, AsciiString value) {
            add(field.lowerText(), value);
        }

        void add(AsciiString name, AsciiString value) {
            rows[used++] = name;
            rows[used++] = value;
        }

        AsciiString[] all() {
            return used == rows.length ? rows : Arrays.copyOf(rows, used);
        }
    }
}
