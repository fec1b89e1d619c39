package dev.weir.http;

/// Checks `host[:port]` and finds the host in it. Narrower than RFC 3986 §3.2: user information, percent-encodings
/// and sub-delimiters have no place in the authority of a request, and servers disagree about them.
final class Authority {
    static final int MALFORMED = -1;
    static final int WITHOUT_PORT = 0;
    static final int WITH_PORT = 1;

    private Authority() {}

    /// Sets host start and end of the head, in lower case and without a final dot.
    static int check(RequestHead head, int start, int end) {
        Headers headers = head.headers();
        byte[] bytes = headers.bytes;
        int at = start;
        boolean upper = false;
        if (at < end && bytes[at] == '[') {
            while (at < end && bytes[at] != ']') {
                at++;
            }
            if (at == end || !address(bytes, start + 1, at)) {
                return MALFORMED;
            }
            at++;
        } else {
            while (at < end && bytes[at] != ':') {
                byte b = bytes[at++];
                boolean letter = b >= 'a' && b <= 'z' || b >= '0' && b <= '9';
                boolean capital = b >= 'A' && b <= 'Z';
                upper |= capital;
                if (!letter && !capital && b != '-' && b != '.' && b != '_' && b != '~') {
                    return MALFORMED;
                }
            }
        }
        if (at == start) {
            return MALFORMED;
        }
        int hostEnd = at;
        if (at < end && !port(bytes, at, end)) {
            return MALFORMED;
        }
        if (bytes[hostEnd - 1] == '.') {
            hostEnd--;
            if (hostEnd == start) {
                return MALFORMED;
            }
        }
        head.hostStart = start;
        head.hostEnd = hostEnd;
        if (upper) {
            lower(head, start, hostEnd);
        }
        return hostEnd < end && at < end ? WITH_PORT : WITHOUT_PORT;
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
