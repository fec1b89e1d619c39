package dev.weir.http;

import io.netty.buffer.ByteBuf;

/// Reads request heads, strictly: what could be read in two ways is refused, never repaired. Target and host are
/// split and normalised, the hop-by-hop fields are gone when a head is complete.
///
/// Confined to one event loop; one instance per connection. Source: RFC 9112 §2, §3, §5, §6; RFC 9110 §7.
public final class RequestParser {
    /// Robust enough for clients that send a stray line end after a body (RFC 9112 §2.2), no more.
    private static final int MOST_EMPTY_LINES = 2;

    private final LimitsConfig limits;
    private final HeadReader reader;
    private final int headLimit;
    private final int lineLimit;
    private boolean started;
    private boolean lineRead;
    private int emptyLines;

    public RequestParser(LimitsConfig limits) {
        this.limits = limits;
        this.reader = new HeadReader(limits.underscoresInHeaders());
        this.headLimit = (int) limits.headers().bytes();
        this.lineLimit = (int) limits.requestLine().bytes();
    }

    /// Whether more has come of a head than the stray line ends that some clients send behind a body.
    public boolean begun(RequestHead head) {
        return lineRead || reader.lineLength(head.headers()) > 0;
    }

    /// Takes bytes from `in` as far as they belong to the head. After anything but [Parsed#INCOMPLETE] the next call
    /// begins a new head.
    public Parsed parse(ByteBuf in, RequestHead head) {
        Headers headers = head.headers();
        if (!started) {
            started = true;
            lineRead = false;
            emptyLines = 0;
            reader.start(headers);
        }
        Parsed result = lineRead ? Parsed.COMPLETE : requestLine(in, head);
        if (result == Parsed.COMPLETE) {
            lineRead = true;
            result = reader.fields(in, headers, limits, headLimit);
            if (result == Parsed.COMPLETE) {
                reader.giveBack(in, headers);
                result = finish(head);
            }
        }
        if (result != Parsed.INCOMPLETE) {
            started = false;
        }
        return result;
    }

    private Parsed requestLine(ByteBuf in, RequestHead head) {
        Headers headers = head.headers();
        while (true) {
            int cr = reader.line(in, headers, Math.min(headLimit, reader.lineStart() + lineLimit));
            if (cr == HeadReader.NEED_MORE) {
                return Parsed.INCOMPLETE;
            }
            if (cr == HeadReader.TOO_LARGE) {
                return Parsed.LINE_TOO_LONG;
            }
            if (cr == HeadReader.BAD_LINE) {
                return Parsed.MALFORMED;
            }
            int start = reader.lineStart();
            reader.nextLine(cr);
            if (cr > start) {
                return requestLine(head, start, cr);
            }
            if (++emptyLines > MOST_EMPTY_LINES) {
                return Parsed.MALFORMED;
            }
        }
    }

    /// `method SP target SP HTTP/1.x`, with single blanks.
    private static Parsed requestLine(RequestHead head, int start, int end) {
        byte[] bytes = head.headers().bytes;
        int at = start;
        while (at < end && Ascii.token(bytes[at])) {
            at++;
        }
        if (at == start || at == end || bytes[at] != ' ') {
            return Parsed.MALFORMED;
        }
        head.methodStart = start;
        head.methodEnd = at;
        head.knownMethod = Method.recognise(bytes, start, at);
        int targetStart = ++at;
        while (at < end && Ascii.target(bytes[at])) {
            at++;
        }
        if (at == targetStart || at == end || bytes[at] != ' ') {
            return Parsed.MALFORMED;
        }
        int targetEnd = at++;
        if (end - at != 8
                || !Ascii.equals(bytes, at, at + 5, "HTTP/")
                || bytes[at + 6] != '.'
                || digit(bytes[at + 5]) < 0
                || digit(bytes[at + 7]) < 0) {
            return Parsed.MALFORMED;
        }
        if (bytes[at + 5] != '1') {
            return Parsed.VERSION_NOT_SUPPORTED;
        }
        head.minorVersion = bytes[at + 7] == '0' ? 0 : 1;
        return RequestRules.target(head, bytes, targetStart, targetEnd)
                ? Parsed.COMPLETE
                : Parsed.MALFORMED;
    }

    private static int digit(byte b) {
        return b >= '0' && b <= '9' ? b - '0' : -1;
    }

    private Parsed finish(RequestHead head) {
        Headers headers = head.headers();
        if (!RequestRules.host(head)
                || head.knownMethod != Method.CONNECT
                        && !RequestRules.path(head, limits.mergeSlashes())) {
            return Parsed.MALFORMED;
        }
        long length = Framing.of(headers, head.minorVersion);
        if (length == Framing.MALFORMED) {
            return Parsed.MALFORMED;
        }
        if (length == Framing.CODING_NOT_SUPPORTED) {
            return Parsed.CODING_NOT_SUPPORTED;
        }
        head.bodyLength = length == Framing.ABSENT ? RequestHead.NO_BODY : length;
        head.lengthSaid = length >= 0;
        head.takesTrailers = Hop.takesTrailers(headers);
        int said = Hop.end(headers);
        if (said == Hop.MALFORMED) {
            return Parsed.MALFORMED;
        }
        head.persistent =
                (said & Hop.CLOSE) == 0
                        && (head.minorVersion == 1 || (said & Hop.KEEP_ALIVE) != 0)
                        && !head.hasMeaninglessBody();
        head.webSocket =
                (said & Hop.WEBSOCKET) != 0
                        && head.minorVersion == 1
                        && head.knownMethod == Method.GET
                        && head.bodyLength == RequestHead.NO_BODY;
        return RequestRules.expectation(head);
    }
}
