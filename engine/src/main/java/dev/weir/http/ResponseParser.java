package dev.weir.http;

import io.netty.buffer.ByteBuf;

/// Reads response heads of endpoints, as strictly as requests: an endpoint may lie. The hop-by-hop fields are gone
/// when a head is complete.
///
/// Confined to one event loop; one instance per connection. Source: RFC 9112 §4, §5, §6.3.
public final class ResponseParser {
    private final LimitsConfig limits;

    /// Names with underscores are a danger to endpoints, not to clients.
    private final HeadReader reader = new HeadReader(LimitsConfig.Underscores.ALLOW);

    private boolean started;
    private boolean lineRead;

    public ResponseParser(LimitsConfig limits) {
        this.limits = limits;
    }

    /// Takes bytes from `in` as far as they belong to the head. After anything but [Parsed#INCOMPLETE] the next call
    /// begins a new head.
    ///
    /// @param toHead whether this answers a HEAD request, so that it has no body whatever it says
    public Parsed parse(ByteBuf in, ResponseHead head, boolean toHead) {
        Headers headers = head.headers();
        int limit = (int) limits.headers().bytes();
        if (!started) {
            head.clear();
            started = true;
            lineRead = false;
            reader.start(headers);
        }
        Parsed result = lineRead ? Parsed.COMPLETE : statusLine(in, head, limit);
        if (result == Parsed.COMPLETE) {
            lineRead = true;
            result = reader.fields(in, headers, limits, limit);
            if (result == Parsed.COMPLETE) {
                reader.giveBack(in, headers);
                result = finish(head, toHead);
            }
        }
        if (result != Parsed.INCOMPLETE) {
            started = false;
        }
        return result;
    }

    private Parsed statusLine(ByteBuf in, ResponseHead head, int limit) {
        Headers headers = head.headers();
        int cr = reader.line(in, headers, limit);
        if (cr < 0) {
            return cr == HeadReader.NEED_MORE ? Parsed.INCOMPLETE : Parsed.MALFORMED;
        }
        int start = reader.lineStart();
        reader.nextLine(cr);
        byte[] bytes = headers.bytes;
        // `HTTP/1.x 200`, then a blank and a phrase that may be empty; servers that leave the blank
        // out exist.
        if (cr - start < 12
                || !Ascii.equals(bytes, start, start + 7, "HTTP/1.")
                || bytes[start + 7] < '0'
                || bytes[start + 7] > '9'
                || bytes[start + 8] != ' '
                || cr > start + 12 && bytes[start + 12] != ' ') {
            return Parsed.MALFORMED;
        }
        head.minorVersion = bytes[start + 7] == '0' ? 0 : 1;
        int status = 0;
        for (int i = start + 9; i < start + 12; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return Parsed.MALFORMED;
            }
            status = status * 10 + bytes[i] - '0';
        }
        if (status < 100 || status > 599) {
            return Parsed.MALFORMED;
        }
        head.status = status;
        head.reasonStart = Math.min(start + 13, cr);
        head.reasonEnd = cr;
        for (int i = head.reasonStart; i < cr; i++) {
            if (!Ascii.value(bytes[i])) {
                return Parsed.MALFORMED;
            }
        }
        return Parsed.COMPLETE;
    }

    private static Parsed finish(ResponseHead head, boolean toHead) {
        Headers headers = head.headers();
        long framing = Framing.of(headers, head.minorVersion);
        if (framing == Framing.MALFORMED || framing == Framing.CODING_NOT_SUPPORTED) {
            return Parsed.MALFORMED;
        }
        head.keepAliveSeconds = keepAlive(headers);
        int said = Hop.end(headers);
        if (said == Hop.MALFORMED) {
            return Parsed.MALFORMED;
        }
        head.webSocket = head.status == 101 && (said & Hop.WEBSOCKET) != 0;
        boolean bodiless = head.status < 200 || head.status == 204 || head.status == 304 || toHead;
        // A HEAD or 304 answer may say how long the body would be (RFC 9110 §8.6); 1xx and 204 must
        // not.
        head.saidLength = framing >= 0 && head.status >= 200 && head.status != 204 ? framing : -1;
        head.bodyLength =
                bodiless
                        ? ResponseHead.NO_BODY
                        : framing == Framing.ABSENT
                                ? ResponseHead.UNTIL_CLOSE
                                : framing == Framing.CHUNKED ? ResponseHead.CHUNKED : framing;
        // An endpoint that announces a body for a 204 may send it, and the next request must not
        // get it.
        boolean contradicts = head.status == 204 && framing != Framing.ABSENT && framing != 0;
        head.persistent =
                head.bodyLength != ResponseHead.UNTIL_CLOSE
                        && !contradicts
                        && (said & Hop.CLOSE) == 0
                        && (head.minorVersion == 1 || (said & Hop.KEEP_ALIVE) != 0);
        return Parsed.COMPLETE;
    }

    /// `Keep-Alive: timeout=5`, which no RFC but many servers define; -1 for what is not understood.
    private static long keepAlive(Headers headers) {
        int row = headers.find(Field.KEEP_ALIVE, 0);
        if (row < 0) {
            return -1;
        }
        byte[] bytes = headers.bytes;
        int end = headers.valueEnd(row);
        int start = headers.valueStart(row) + 8;
        if (start >= end || !Ascii.equalsIgnoreCase(bytes, start - 8, start, "timeout=")) {
            return -1;
        }
        int at = start;
        long seconds = 0;
        for (int digits = 0; at < end && digits < 9; at++, digits++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            seconds = seconds * 10 + digit;
        }
        return at > start ? seconds : -1;
    }
}
