package dev.weir.http;

/// What target, host and expectation of a request mean, and which of them are refused: the same for every version of HTTP.
/// Stateless. Source: RFC 9112 §3; RFC 9110 §4.2, §7.2, §10.1.1.
final class RequestRules {
    private RequestRules() {}

    /// Splits the target into authority, path and query (RFC 9112 §3.2).
    static boolean target(RequestHead head, byte[] bytes, int start, int end) {
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
        query(head, bytes, pathStart, end);
        return true;
    }

    /// Splits path and query.
    static void query(RequestHead head, byte[] bytes, int pathStart, int end) {
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

    /// Exactly one Host, or none from HTTP/1.0; an absolute target takes its place (RFC 9112 §3.2.2). Only of a whole
    /// head: a host in capitals is written once more behind what was read, where before further lines arrive.
    static boolean host(RequestHead head) {
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

    /// The authority of the target takes the place of a `Host` field.
    static boolean hostOfTarget(RequestHead head, int row) {
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

    /// Normalises the path; not for a CONNECT, which has none unless it is an extended one.
    static boolean path(RequestHead head, boolean mergeSlashes) {
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
                PathNormaliser.normalise(headers.bytes, head.pathStart, head.pathEnd, mergeSlashes);
        if (end > 0) {
            head.pathEnd = end;
        }
        return end > 0;
    }

    /// What `Expect` asks for.
    static Parsed expectation(RequestHead head) {
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
