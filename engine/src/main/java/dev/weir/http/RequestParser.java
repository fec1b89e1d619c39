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
        return target(head, bytes, targetStart, targetEnd) ? Parsed.COMPLETE : Parsed.MALFORMED;
    }

    private static int digit(byte b) {
        return b >= '0' && b <= '9' ? b - '0' : -1;
    }

    /// Splits the target into authority, path and query (RFC 9112 §3.2).
    private static boolean target(RequestHead head, byte[] bytes, int start, int end) {
        Method method = head.knownMethod;
        if (method == Method.CONNECT) {
            head.authorityStart = start;
            head.authorityEnd = end;
            head.pathStart = head.pathEnd = start;
            int hostEnd = Authority.check(bytes, start, end);
            return hostEnd >= 0 && Authority.hasPort(bytes, hostEnd, end);
        }
        int pathStart = start;
        if (bytes[start] == '*') {
            head.pathStart = start;
            head.pathEnd = end;
            return end == start + 1 && method == Method.OPTIONS;
        }
        if (bytes[start] != '/') {
            int authority = schemeEnd(bytes, start, end);
            if (authority < 0) {
                return false;
            }
            pathStart = authority;
            while (pathStart < end && bytes[pathStart] != '/' && bytes[pathStart] != '?') {
                pathStart++;
            }
            head.authorityStart = authority;
            head.authorityEnd = pathStart;
            if (Authority.check(bytes, authority, pathStart) < 0) {
                return false;
            }
        }
        int query = pathStart;
        while (query < end && bytes[query] != '?') {
            query++;
        }
        head.pathStart = pathStart;
        head.pathEnd = query;
        if (query < end) {
            head.queryStart = query + 1;
            head.queryEnd = end;
        }
        return true;
    }

    /// Behind `http://` or `https://`, or -1.
    private static int schemeEnd(byte[] bytes, int start, int end) {
        if (end - start > 7 && Ascii.equalsIgnoreCase(bytes, start, start + 7, "http://")) {
            return start + 7;
        }
        if (end - start > 8 && Ascii.equalsIgnoreCase(bytes, start, start + 8, "https://")) {
            return start + 8;
        }
        return -1;
    }

    private Parsed finish(RequestHead head) {
        Headers headers = head.headers();
        if (!host(head) || !path(head)) {
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
        return expectation(head);
    }

    /// Exactly one Host, or none from HTTP/1.0; an absolute target takes its place (RFC 9112 §3.2.2). Only of a whole
    /// head: a host in capitals is written once more behind what was read, where before further lines arrive.
    private static boolean host(RequestHead head) {
        Headers headers = head.headers();
        int row = headers.find(Field.HOST, 0);
        if (row < 0 && head.minorVersion > 0 || row >= 0 && headers.next(Field.HOST, row) >= 0) {
            return false;
        }
        if (head.authorityEnd > 0) {
            return hostOfTarget(head, row);
        }
        if (row >= 0) {
            head.authorityStart = headers.valueStart(row);
            head.authorityEnd = headers.valueEnd(row);
        }
        return row < 0 || Authority.take(head, head.authorityStart, head.authorityEnd);
    }

    private static boolean hostOfTarget(RequestHead head, int row) {
        Headers headers = head.headers();
        if (row >= 0 && headers.valueStart(row) < headers.valueEnd(row)) {
            int start = headers.valueStart(row);
            if (Authority.check(headers.bytes, start, headers.valueEnd(row)) < 0) {
                return false;
            }
        }
        int length = head.authorityEnd - head.authorityStart;
        headers.remove(Field.HOST);
        int name = headers.begin(Field.HOST);
        headers.ensure(length);
        headers.append(headers.bytes, head.authorityStart, length);
        head.authorityStart = headers.end - length;
        head.authorityEnd = headers.end;
        headers.finish(name, Field.HOST);
        return Authority.take(head, head.authorityStart, head.authorityEnd);
    }

    private boolean path(RequestHead head) {
        if (head.knownMethod == Method.CONNECT) {
            return true;
        }
        Headers headers = head.headers();
        if (head.pathStart == head.pathEnd) {
            // An absolute target without a path means the root (RFC 9110 §4.2.3).
            head.pathStart = headers.end;
            headers.append((byte) '/');
            head.pathEnd = headers.end;
            return true;
        }
        if (headers.bytes[head.pathStart] == '*') {
            return true;
        }
        int end =
                PathNormaliser.normalise(
                        headers.bytes, head.pathStart, head.pathEnd, limits.mergeSlashes());
        if (end > 0) {
            head.pathEnd = end;
        }
        return end > 0;
    }

    private static Parsed expectation(RequestHead head) {
        Headers headers = head.headers();
        int row = headers.find(Field.EXPECT, 0);
        if (row < 0) {
            return Parsed.COMPLETE;
        }
        if (!Ascii.equalsIgnoreCase(
                        headers.bytes,
                        headers.valueStart(row),
                        headers.valueEnd(row),
                        "100-continue")
                || headers.next(Field.EXPECT, row) >= 0) {
            return Parsed.EXPECTATION_NOT_SUPPORTED;
        }
        head.expectsContinue = head.minorVersion == 1 && head.bodyLength != RequestHead.NO_BODY;
        if (!head.expectsContinue) {
            headers.remove(Field.EXPECT);
        }
        return Parsed.COMPLETE;
    }
}
