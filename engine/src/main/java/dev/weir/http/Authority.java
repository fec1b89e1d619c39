package dev.weir.http;

/// Checks `host[:port]` and finds the host in it. Narrower than RFC 3986 §3.2: user information, percent-encodings
/// and sub-delimiters have no place in the authority of a request, and servers disagree about them.
final class Authority {
    static final int MALFORMED = -1;

    private Authority() {}

    /// Changes nothing, so that it may be asked while a head is still being read.
    ///
    /// @return the index behind the host without a final dot, or [#MALFORMED]
    static int check(byte[] bytes, int start, int end) {
        int hostEnd = start;
        if (start < end && bytes[start] == '[') {
            while (hostEnd < end && bytes[hostEnd] != ']') {
                hostEnd++;
            }
            if (hostEnd == end || !address(bytes, start + 1, hostEnd)) {
                return MALFORMED;
            }
            hostEnd++;
        } else {
            while (hostEnd < end && bytes[hostEnd] != ':') {
                if (!name(bytes, start, hostEnd)) {
                    return MALFORMED;
                }
                hostEnd++;
            }
        }
        if (hostEnd == start || hostEnd < end && !port(bytes, hostEnd, end)) {
            return MALFORMED;
        }
        return bytes[hostEnd - 1] == '.' ? hostEnd - 1 : hostEnd;
    }

    /// Whether an authority that is well-formed names a port.
    static boolean hasPort(byte[] bytes, int hostEnd, int end) {
        return hostEnd < end && bytes[end - 1] != '.';
    }

    /// Sets host start and end of a head that is read, in lower case and without a final dot.
    ///
    /// @return whether it is well-formed
    static boolean take(RequestHead head, int start, int end) {
        byte[] bytes = head.headers().bytes;
        int hostEnd = check(bytes, start, end);
        if (hostEnd < 0) {
            return false;
        }
        head.hostStart = start;
        head.hostEnd = hostEnd;
        for (int i = start; i < hostEnd; i++) {
            if (bytes[i] != Ascii.lower(bytes[i])) {
                lower(head, start, hostEnd);
                break;
            }
        }
        return true;
    }

    /// Whether a byte may stand there in a name; every label has a letter.
    private static boolean name(byte[] bytes, int start, int at) {
        byte b = bytes[at];
        if (b == '.') {
            return at > start && bytes[at - 1] != '.';
        }
        return b >= 'a' && b <= 'z'
                || b >= 'A' && b <= 'Z'
                || b >= '0' && b <= '9'
                || b == '-'
                || b == '_'
                || b == '~';
    }

    private static void lower(RequestHead head, int start, int end) {
        Headers headers = head.headers();
        headers.ensure(end - start);
        head.hostStart = headers.end;
        for (int i = start; i < end; i++) {
            headers.append(Ascii.lower(headers.bytes[i]));
        }
        head.hostEnd = headers.end;
    }

    private static boolean address(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (Ascii.hex(bytes[i]) < 0 && bytes[i] != ':' && bytes[i] != '.') {
                return false;
            }
        }
        return to > from + 1;
    }

    private static boolean port(byte[] bytes, int colon, int end) {
        if (bytes[colon] != ':' || end - colon > 6 || end - colon < 2) {
            return false;
        }
        int port = 0;
        for (int i = colon + 1; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return false;
            }
            port = port * 10 + bytes[i] - '0';
        }
        return port <= 65_535;
    }
}
