package dev.weir.http;

/// Ends a hop: takes what `Connection` says about it, and removes all fields that mean only the connection they
/// came on, the nominated ones included. Source: RFC 9110 §7.6.1.
final class Hop {
    static final int CLOSE = 1;
    static final int KEEP_ALIVE = 2;

    /// It wants to go on, or goes on, as a WebSocket: both fields say so, and name nothing else.
    static final int WEBSOCKET = 8;

    static final int MALFORMED = -1;

    private static final String TRAILERS = "trailers";
    private static final int NO_OPTION = 0;
    private static final int NOMINATION = 4;
    private static final int UPGRADE = 16;

    /// Each may cost a look at every field, so that thousands of them would cost a hundred times what they cost the sender.
    private static final int MOST_OPTIONS = 32;

    /// Fields with a meaning only for one connection, and those that the writer makes anew from the framing.
    private static final long HOP_BY_HOP = bits(Hop::endsHere);

    /// Fields that Weir or an endpoint relies on: nominating one of them removes nothing. The classic abuse is a
    /// client that has the proxy's own `X-Forwarded-For` or a caller's `Authorization` dropped.
    private static final long PROTECTED =
            bits(
                    field ->
                            switch (field) {
                                case HOST,
                                        AUTHORIZATION,
                                        COOKIE,
                                        SET_COOKIE,
                                        CONTENT_LENGTH,
                                        CONTENT_TYPE,
                                        CONTENT_ENCODING,
                                        CONTENT_RANGE,
                                        DATE,
                                        EXPECT,
                                        FORWARDED,
                                        VIA,
                                        X_FORWARDED_FOR,
                                        X_FORWARDED_HOST,
                                        X_FORWARDED_PORT,
                                        X_FORWARDED_PROTO,
                                        X_REAL_IP,
                                        X_REQUEST_ID ->
                                        true;
                                default -> false;
                            });

    private Hop() {}

    /// Whether `TE` names trailers. Says nothing any more after [#end].
    static boolean takesTrailers(Headers headers) {
        for (int row = headers.find(Field.TE, 0); row >= 0; row = headers.next(Field.TE, row)) {
            int start = headers.valueStart(row);
            int end = headers.valueEnd(row);
            for (int at = start; at + TRAILERS.length() <= end; at++) {
                int after = at + TRAILERS.length();
                if (Ascii.equalsIgnoreCase(headers.bytes, at, after, TRAILERS)
                        && (at == start || !Ascii.token(headers.bytes[at - 1]))
                        && (after == end || !Ascii.token(headers.bytes[after]))) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Removes the fields and returns the bits [#CLOSE], [#KEEP_ALIVE] and [#WEBSOCKET], or [#MALFORMED].
    static int end(Headers headers) {
        int said = 0;
        int options = 0;
        for (int row = headers.find(Field.CONNECTION, 0);
                row >= 0;
                row = headers.next(Field.CONNECTION, row)) {
            int from = headers.valueStart(row);
            int to = headers.valueEnd(row);
            for (int start = from; start <= to; ) {
                int end = start;
                while (end < to && headers.bytes[end] != ',') {
                    end++;
                }
                int option = option(headers, start, end);
                if (option != NO_OPTION && (option == MALFORMED || ++options > MOST_OPTIONS)) {
                    return MALFORMED;
                }
                said |= option;
                start = end + 1;
            }
        }
        if ((said & UPGRADE) != 0 && namesWebSocket(headers)) {
            said |= WEBSOCKET;
        }
        headers.keepAnnounced();
        headers.removeAll(HOP_BY_HOP);
        return said;
    }

    /// Hears one option, and removes the field that it nominates.
    private static int option(Headers headers, int from, int to) {
        byte[] bytes = headers.bytes;
        int start = from;
        int end = to;
        while (start < end && (bytes[start] == ' ' || bytes[start] == '\t')) {
            start++;
        }
        while (end > start && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t')) {
            end--;
        }
        for (int t = start; t < end; t++) {
            if (!Ascii.token(bytes[t])) {
                return MALFORMED;
            }
        }
        if (start == end) {
            return NO_OPTION;
        }
        if (Ascii.equalsIgnoreCase(bytes, start, end, "close")) {
            return CLOSE;
        }
        if (Ascii.equalsIgnoreCase(bytes, start, end, "keep-alive")) {
            return KEEP_ALIVE;
        }
        Field field = Field.recognise(bytes, start, end);
        // A hop-by-hop field goes anyway, after all of them have been heard.
        if (field == null || ((PROTECTED | HOP_BY_HOP) & 1L << field.ordinal()) == 0) {
            headers.removeNamed(start, end);
        }
        return field == Field.UPGRADE ? UPGRADE : NOMINATION;
    }

    /// A single field with a single token (RFC 6455 §4.1, §4.2.1).
    private static boolean namesWebSocket(Headers headers) {
        int row = headers.find(Field.UPGRADE, 0);
        return row >= 0
                && headers.next(Field.UPGRADE, row) < 0
                && Ascii.equalsIgnoreCase(
                        headers.bytes, headers.valueStart(row), headers.valueEnd(row), "websocket");
    }

    private static boolean endsHere(Field field) {
        return field.hopByHop() || field == Field.CONTENT_LENGTH;
    }

    private static long bits(java.util.function.Predicate<Field> which) {
        long bits = 0;
        for (Field field : Field.values()) {
            if (which.test(field)) {
                bits |= 1L << field.ordinal();
            }
        }
        return bits;
    }
}
