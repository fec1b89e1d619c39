package dev.weir.http;

/// Takes the fields of an HTTP/2 request as HPACK decodes them, and makes of them the head that an HTTP/1.1 request would have: target
/// and host split and normalised, cookie crumbs joined, hop-by-hop fields gone. As strict as [RequestParser]: what could be
/// read in two ways once it is translated is refused. What is beyond the limits is not stored.
///
/// Confined to one event loop; one instance per connection. Source: RFC 9113 §8.1–8.5, §10.3; RFC 9110 §7.2.
public final class Http2HeadReader {
    /// What HPACK counts for a field beside its bytes (RFC 7541 §4.1).
    private static final int FIELD_OVERHEAD = 32;

    private static final int METHOD = 1;
    private static final int SCHEME = 2;
    private static final int AUTHORITY = 4;
    private static final int PATH = 8;
    private static final int PROTOCOL = 16;

    /// Fields that speak of an HTTP/1.1 connection and have no place in HTTP/2 (RFC 9113 §8.2.2).
    private static final long CONNECTION_SPECIFIC =
            1L << Field.CONNECTION.ordinal()
                    | 1L << Field.KEEP_ALIVE.ordinal()
                    | 1L << Field.PROXY_CONNECTION.ordinal()
                    | 1L << Field.TRANSFER_ENCODING.ordinal()
                    | 1L << Field.UPGRADE.ordinal();

    private static final String TRAILERS = "trailers";
    private static final byte[] GET = {'G', 'E', 'T'};

    private final LimitsConfig limits;
    private final RequestHead noHead = new RequestHead();
    private RequestHead head = noHead;
    private Headers headers = noHead.headers();
    private Parsed wrong = Parsed.COMPLETE;
    private boolean broken;
    private boolean trailing;
    private boolean regular;
    private boolean webSocket;
    private int seen;
    private int size;
    private int count;

    public Http2HeadReader(LimitsConfig limits) {
        this.limits = limits;
    }

    /// The fields that follow are those of this request.
    public void begin(RequestHead request) {
        request.minorVersion = 1;
        request.http2 = true;
        request.persistent = true;
        start(request, request.headers(), false);
    }

    /// The fields that follow are trailers.
    public void beginTrailers(Headers trailers) {
        trailers.clear();
        start(noHead, trailers, true);
    }

    private void start(RequestHead request, Headers fields, boolean trailers) {
        head = request;
        headers = fields;
        trailing = trailers;
        wrong = Parsed.COMPLETE;
        broken = regular = webSocket = false;
        seen = size = count = 0;
    }

    /// Whether what was refused breaks HTTP/2 itself, so that the stream is to be reset; else it is to be answered.
    public boolean broken() {
        return broken;
    }

    /// The next field. The arrays are read and not kept.
    public void field(
            byte[] name, int nameFrom, int nameLength, byte[] value, int valueFrom, int length) {
        size += nameLength + length + FIELD_OVERHEAD;
        if (wrong != Parsed.COMPLETE) {
            return;
        }
        if (size > limits.headers().bytes() || ++count > limits.headerCount()) {
            wrong = Parsed.HEAD_TOO_LARGE;
            return;
        }
        if (nameLength > 0 && name[nameFrom] == ':') {
            pseudo(name, nameFrom, nameLength, value, valueFrom, length);
        } else {
            regular = true;
            if (!regular(name, nameFrom, nameLength, value, valueFrom, length)) {
                breaks();
            }
        }
    }

    private Parsed breaks() {
        broken = true;
        return wrong = Parsed.MALFORMED;
    }

    private void pseudo(byte[] name, int from, int nameLength, byte[] value, int at, int length) {
        int which = trailing || regular ? 0 : which(name, from, from + nameLength);
        if (which == 0 || (seen & which) != 0) {
            breaks();
            return;
        }
        seen |= which;
        if (which == PATH && length > limits.requestLine().bytes()) {
            wrong = Parsed.LINE_TOO_LONG;
            return;
        }
        int start = headers.end;
        headers.append(value, at, length);
        int end = headers.end;
        boolean fine =
                switch (which) {
                    case METHOD -> method(start, end);
                    case SCHEME -> scheme(start, end);
                    case PATH -> path(start, end);
                    case PROTOCOL -> protocol(start, end);
                    default -> authority(start, end);
                };
        if (!fine) {
            breaks();
        }
    }

    private static int which(byte[] name, int from, int to) {
        if (Ascii.equals(name, from, to, ":method")) {
            return METHOD;
        }
        if (Ascii.equals(name, from, to, ":path")) {
            return PATH;
        }
        if (Ascii.equals(name, from, to, ":scheme")) {
            return SCHEME;
        }
        if (Ascii.equals(name, from, to, ":authority")) {
            return AUTHORITY;
        }
        return Ascii.equals(name, from, to, ":protocol") ? PROTOCOL : 0;
    }

    private boolean method(int start, int end) {
        for (int i = start; i < end; i++) {
            if (!Ascii.token(headers.bytes[i])) {
                return false;
            }
        }
        head.methodStart = start;
        head.methodEnd = end;
        head.knownMethod = Method.recognise(headers.bytes, start, end);
        return end > start;
    }

    private boolean scheme(int start, int end) {
        return Ascii.equals(headers.bytes, start, end, "https")
                || Ascii.equals(headers.bytes, start, end, "http");
    }

    private boolean authority(int start, int end) {
        head.authorityStart = start;
        head.authorityEnd = end;
        return Authority.check(headers.bytes, start, end) >= 0;
    }

    private boolean protocol(int start, int end) {
        for (int i = start; i < end; i++) {
            if (!Ascii.token(headers.bytes[i])) {
                return false;
            }
        }
        webSocket = Ascii.equalsIgnoreCase(headers.bytes, start, end, "websocket");
        return end > start;
    }

    /// Begins with a slash, or is the `*` of OPTIONS; nothing in it that an HTTP/1.1 request line could not hold.
    private boolean path(int start, int end) {
        byte[] bytes = headers.bytes;
        for (int i = start; i < end; i++) {
            if (!Ascii.target(bytes[i])) {
                return false;
            }
        }
        head.pathStart = start;
        head.pathEnd = end;
        return end > start && (bytes[start] == '/' || end == start + 1 && bytes[start] == '*');
    }

    /// Writes the field as it would stand in HTTP/1.1.
    private boolean regular(
            byte[] name, int from, int nameLength, byte[] value, int at, int length) {
        Headers here = headers;
        here.ensure(nameLength + length + 4);
        byte[] bytes = here.bytes;
        int start = here.end;
        boolean underscore = false;
        for (int i = 0; i < nameLength; i++) {
            byte b = name[from + i];
            if (!Ascii.token(b) || b >= 'A' && b <= 'Z') {
                return false;
            }
            underscore |= b == '_';
            bytes[start + i] = b;
        }
        int colon = start + nameLength;
        int valueStart = colon + 2;
        int end = valueStart + length;
        bytes[colon] = ':';
        bytes[colon + 1] = ' ';
        System.arraycopy(value, at, bytes, valueStart, length);
        if (nameLength == 0
                || !Ascii.values(bytes, valueStart, end)
                || length > 0 && (blank(bytes[valueStart]) || blank(bytes[end - 1]))) {
            return false;
        }
        bytes[end] = '\r';
        bytes[end + 1] = '\n';
        Field field = Field.recognise(bytes, start, colon);
        if (field == null
                ? Framing.mimicked(bytes, start, colon)
                : !allowed(field, valueStart, end)) {
            return false;
        }
        if (underscore && limits.underscoresInHeaders() != LimitsConfig.Underscores.ALLOW) {
            if (limits.underscoresInHeaders() == LimitsConfig.Underscores.REJECT) {
                wrong = Parsed.MALFORMED;
            }
            return true;
        }
        here.end = end + 2;
        here.row(start, colon, valueStart, end, field);
        return true;
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\t';
    }

    private boolean allowed(Field field, int valueStart, int end) {
        if ((CONNECTION_SPECIFIC & 1L << field.ordinal()) != 0) {
            return false;
        }
        if (field == Field.TE) {
            boolean trailers = Ascii.equalsIgnoreCase(headers.bytes, valueStart, end, TRAILERS);
            head.takesTrailers = trailers;
            return trailers;
        }
        return !trailing || field != Field.CONTENT_LENGTH && field != Field.HOST;
    }

    /// All fields have come.
    ///
    /// @param bodyFollows whether the request does not end here
    public Parsed finish(boolean bodyFollows) {
        if (wrong != Parsed.COMPLETE || trailing) {
            return wrong;
        }
        boolean extended = (seen & PROTOCOL) != 0;
        boolean connect = head.knownMethod == Method.CONNECT && !extended;
        int wanted = connect ? METHOD | AUTHORITY : METHOD | SCHEME | PATH;
        if ((seen & wanted) != wanted || connect && (seen & (SCHEME | PATH)) != 0) {
            return breaks();
        }
        if (extended && !connects()) {
            return breaks();
        }
        if (!host() || !connect && !target()) {
            return wrong;
        }
        if (extended) {
            return upgrade();
        }
        if (!length(bodyFollows)) {
            return breaks();
        }
        joinCookies();
        Hop.end(headers);
        return RequestRules.expectation(head);
    }

    /// Whether an extended CONNECT is one: names whom it asks, and has no body, as what follows is none (RFC 8441 §4).
    private boolean connects() {
        return head.knownMethod == Method.CONNECT
                && (seen & AUTHORITY) != 0
                && Framing.of(headers, 1) == Framing.ABSENT;
    }

    /// Makes of an extended CONNECT the handshake that HTTP/1.1 would have (RFC 8441 §5).
    private Parsed upgrade() {
        if (!webSocket) {
            return wrong = Parsed.PROTOCOL_NOT_SUPPORTED;
        }
        head.webSocket = true;
        head.knownMethod = Method.GET;
        head.methodStart = headers.end;
        headers.append(GET);
        head.methodEnd = headers.end;
        head.bodyLength = RequestHead.NO_BODY;
        headers.remove(Field.SEC_WEBSOCKET_KEY);
        joinCookies();
        Hop.end(headers);
        return RequestRules.expectation(head);
    }

    /// One authority, said in one way or twice the same.
    private boolean host() {
        int row = headers.find(Field.HOST, 0);
        boolean said = (seen & AUTHORITY) != 0;
        if (row < 0 && !said || row >= 0 && headers.next(Field.HOST, row) >= 0) {
            breaks();
            return false;
        }
        if (said && row >= 0 && !sameHost(row)) {
            wrong = Parsed.MALFORMED;
            return false;
        }
        if (said) {
            RequestRules.hostOfTarget(head, row);
            return true;
        }
        head.authorityStart = headers.valueStart(row);
        head.authorityEnd = headers.valueEnd(row);
        if (!Authority.take(head, head.authorityStart, head.authorityEnd)) {
            breaks();
            return false;
        }
        return true;
    }

    private boolean sameHost(int row) {
        int from = headers.valueStart(row);
        int length = headers.valueEnd(row) - from;
        if (length != head.authorityEnd - head.authorityStart) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte one = Ascii.lower(headers.bytes[from + i]);
            if (one != Ascii.lower(headers.bytes[head.authorityStart + i])) {
                return false;
            }
        }
        return true;
    }

    private boolean target() {
        if (headers.bytes[head.pathStart] == '*') {
            if (head.knownMethod != Method.OPTIONS) {
                breaks();
                return false;
            }
            return true;
        }
        RequestRules.query(head, headers.bytes, head.pathStart, head.pathEnd);
        if (!RequestRules.path(head, limits.mergeSlashes())) {
            wrong = Parsed.MALFORMED;
            return false;
        }
        return true;
    }

    private boolean length(boolean bodyFollows) {
        long length = Framing.of(headers, 1);
        if (length == Framing.MALFORMED || !bodyFollows && length > 0) {
            return false;
        }
        head.lengthSaid = length >= 0;
        head.bodyLength = bodyFollows ? RequestHead.CHUNKED : RequestHead.NO_BODY;
        if (length >= 0) {
            head.bodyLength = length;
        }
        return true;
    }

    /// Clients cut the cookie field so that it compresses better; HTTP/1.1 allows only one (RFC 9113 §8.2.3).
    private void joinCookies() {
        int first = headers.find(Field.COOKIE, 0);
        if (first < 0 || headers.next(Field.COOKIE, first) < 0) {
            return;
        }
        int name = headers.begin(Field.COOKIE);
        int value = headers.end;
        for (int row = first; row >= 0; row = headers.next(Field.COOKIE, row)) {
            int start = headers.valueStart(row);
            int length = headers.valueEnd(row) - start;
            if (length > 0) {
                headers.ensure(length + 2);
                if (headers.end > value) {
                    headers.append((byte) ';');
                    headers.append((byte) ' ');
                }
                headers.append(headers.bytes, start, length);
            }
        }
        headers.remove(Field.COOKIE);
        headers.finish(name, Field.COOKIE);
    }
}
