package dev.weir.http;

import io.netty.buffer.ByteBuf;

/// Collects the bytes of a head into its [Headers] and cuts them into lines and fields, strictly: every line ends in
/// CRLF, no line continues another, names are tokens directly followed by a colon, and none is that of a framing field
/// with other punctuation, whatever `underscores-in-headers` says. The same bytes give the same
/// result however they are cut into reads, and no byte is looked at again when more arrive.
///
/// Confined to one event loop; reused. Source: RFC 9112 §2.2, §5.
final class HeadReader {
    /// No whole line yet.
    static final int NEED_MORE = -1;

    /// The line does not end as it must.
    static final int BAD_LINE = -2;

    /// The limit is reached without the end of the line.
    static final int TOO_LARGE = -3;

    /// Bytes are taken over in steps of this size, so that little of a following body is copied in vain.
    private static final int STEP = 2048;

    private final LimitsConfig.Underscores underscores;
    private int lineStart;
    private int scanned;
    private int fields;

    /// @param underscores what happens to a name that has one
    HeadReader(LimitsConfig.Underscores underscores) {
        this.underscores = underscores;
    }

    /// Starts a head at the end of what the headers hold.
    void start(Headers headers) {
        lineStart = headers.end;
        scanned = headers.end;
        fields = 0;
    }

    int lineStart() {
        return lineStart;
    }

    /// Bytes of the current line so far.
    int lineLength(Headers headers) {
        return headers.end - lineStart;
    }

    /// Finds the next line. Returns the index of its CR, after which [#lineStart] is its start until [#nextLine];
    /// or one of the negative codes.
    int line(ByteBuf in, Headers headers, int limit) {
        while (true) {
            byte[] bytes = headers.bytes;
            int end = headers.end;
            int feed = Ascii.lineFeed(bytes, scanned, end);
            if (feed < end) {
                scanned = feed + 1;
                return feed > lineStart && bytes[feed - 1] == '\r' ? feed - 1 : BAD_LINE;
            }
            scanned = end;
            if (end >= limit) {
                return TOO_LARGE;
            }
            int readable = in.readableBytes();
            if (readable == 0) {
                return NEED_MORE;
            }
            int step = Math.min(Math.min(readable, STEP), limit - end);
            headers.ensure(step);
            in.readBytes(headers.bytes, end, step);
            headers.end = end + step;
        }
    }

    /// Goes behind the line that [#line] found.
    void nextLine(int cr) {
        lineStart = cr + 2;
    }

    /// Gives back what was taken over behind the last line.
    void giveBack(ByteBuf in, Headers headers) {
        int excess = headers.end - scanned;
        if (excess > 0) {
            in.readerIndex(in.readerIndex() - excess);
            headers.end = scanned;
        }
    }

    /// Reads the lines of fields up to the empty line.
    Parsed fields(ByteBuf in, Headers headers, LimitsConfig limits, int limit) {
        while (true) {
            int cr = line(in, headers, limit);
            if (cr < 0) {
                return switch (cr) {
                    case NEED_MORE -> Parsed.INCOMPLETE;
                    case TOO_LARGE -> Parsed.HEAD_TOO_LARGE;
                    default -> Parsed.MALFORMED;
                };
            }
            int start = lineStart;
            nextLine(cr);
            if (cr == start) {
                return Parsed.COMPLETE;
            }
            if (++fields > limits.headerCount()) {
                return Parsed.HEAD_TOO_LARGE;
            }
            if (!field(headers, start, cr)) {
                return Parsed.MALFORMED;
            }
        }
    }

    private boolean field(Headers headers, int start, int end) {
        byte[] bytes = headers.bytes;
        int colon = start;
        boolean underscore = false;
        while (colon < end && bytes[colon] != ':') {
            byte b = bytes[colon++];
            if (!Ascii.token(b)) {
                return false;
            }
            underscore |= b == '_';
        }
        if (colon == start || colon == end) {
            return false;
        }
        int from = colon + 1;
        while (from < end && (bytes[from] == ' ' || bytes[from] == '\t')) {
            from++;
        }
        int to = end;
        while (to > from && (bytes[to - 1] == ' ' || bytes[to - 1] == '\t')) {
            to--;
        }
        if (!Ascii.values(bytes, from, to)) {
            return false;
        }
        Field field = Field.recognise(bytes, start, colon);
        if (field == null && Framing.mimicked(bytes, start, colon)) {
            return false;
        }
        if (underscore && underscores != LimitsConfig.Underscores.ALLOW) {
            return underscores == LimitsConfig.Underscores.DROP;
        }
        headers.row(start, colon, from, to, field);
        return true;
    }
}
