package dev.weir.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes heads and trailers of answers as HPACK field blocks, from the bytes as they came. Uses the static table and neither the
/// dynamic one nor Huffman's code: what a few bytes less on the wire would cost is a table and a look at every byte for each
/// connection, and HAProxy does the same. So a block depends on nothing that was written before.
///
/// Confined to one event loop, which lends the array. Source: RFC 7541 §6; RFC 9113 §8.2, §8.3.2.
public final class Http2HeadWriter {
    private static final int NO_INDEX = 0x00;
    private static final int NEVER_INDEXED = 0x10;
    private static final int INDEXED = 0x80;
    private static final int NAME_BITS = 15;
    private static final int LENGTH_BITS = 127;

    /// Tells the client that this encoder has no dynamic table (RFC 7541 §4.2).
    private static final byte NO_TABLE = 0x20;

    private static final int STATUS = 8;
    private static final int CONTENT_LENGTH = 28;
    private static final int DATE = 33;
    private static final int SET_COOKIE = 55;

    /// Names of fields in the static table, from index 15 on (RFC 7541, appendix A).
    private static final byte[][] NAMES =
            Arrays.stream(
                            ("accept-charset accept-encoding accept-language accept-ranges accept"
                                            + " access-control-allow-origin age allow authorization cache-control content-disposition"
                                            + " content-encoding content-language content-length content-location content-range content-type"
                                            + " cookie date etag expect expires from host if-match if-modified-since if-none-match if-range"
                                            + " if-unmodified-since last-modified link location max-forwards proxy-authenticate"
                                            + " proxy-authorization range referer refresh retry-after server set-cookie"
                                            + " strict-transport-security transfer-encoding user-agent vary via www-authenticate")
                                    .split(" ", -1))
                    .map(name -> name.getBytes(StandardCharsets.US_ASCII))
                    .toArray(byte[][]::new);

    private static final int FIRST_NAME = 15;
    private static final int[][] BY_LENGTH = byLength();

    /// More than an integer and a literal of the writer's own take.
    private static final int ADDED = 128;

    private byte[] out = new byte[2048];
    private int length;

    private static int[][] byLength() {
        int longest = Arrays.stream(NAMES).mapToInt(name -> name.length).max().orElse(0);
        int[][] table = new int[longest + 1][];
        for (int i = 0; i <= longest; i++) {
            int wanted = i;
            table[i] =
                    java.util.stream.IntStream.range(0, NAMES.length)
                            .filter(index -> NAMES[index].length == wanted)
                            .toArray();
        }
        return table;
    }

    /// The block written last; its length is [#length]. Valid until the next one is written.
    public byte[] bytes() {
        return out;
    }

    public int length() {
        return length;
    }

    /// Writes a final or interim answer.
    ///
    /// @param first whether this is the connection's first block
    /// @param date the value of `Date` if the answer has none
    public void response(ResponseHead head, boolean first, byte[] date) {
        Headers headers = head.headers();
        begin(headers, first);
        status(head.status());
        fields(headers);
        if (head.status() >= 200) {
            if (!headers.has(Field.DATE)) {
                literal(DATE, NO_INDEX);
                text(date, 0, date.length);
            }
            if (head.saidLength >= 0) {
                literal(CONTENT_LENGTH, NO_INDEX);
                int at = length++;
                length = Ascii.writeDecimal(out, length, head.saidLength);
                out[at] = (byte) (length - at - 1);
            }
        }
    }

    /// Writes those trailers that may go on.
    ///
    /// @param head the fields of the message's head, which announce trailers
    public void trailers(Headers trailers, Headers head) {
        Trailers.keepAllowed(trailers, head);
        begin(trailers, false);
        fields(trailers);
    }

    private void begin(Headers headers, boolean first) {
        // A field takes at most 4 bytes more than in HTTP/1.1, whose colon and line end count in
        // `end`.
        int most = headers.end + headers.rows() * 8 + ADDED;
        if (out.length < most) {
            out = new byte[most];
        }
        length = 0;
        if (first) {
            out[length++] = NO_TABLE;
        }
    }

    private void status(int status) {
        int index =
                switch (status) {
                    case 200 -> 8;
                    case 204 -> 9;
                    case 206 -> 10;
                    case 304 -> 11;
                    case 400 -> 12;
                    case 404 -> 13;
                    case 500 -> 14;
                    default -> 0;
                };
        if (index > 0) {
            out[length++] = (byte) (INDEXED | index);
        } else {
            literal(STATUS, NO_INDEX);
            out[length++] = 3;
            length = Ascii.writeDecimal(out, length, status);
        }
    }

    private void fields(Headers headers) {
        for (int row = headers.firstRow(); row >= 0; row = headers.rowAfter(row)) {
            int start = headers.nameStart(row);
            int nameLength = headers.nameEnd(row) - start;
            int index = index(headers.bytes, start, nameLength);
            if (index > 0) {
                literal(index, index == SET_COOKIE ? NEVER_INDEXED : NO_INDEX);
            } else {
                out[length++] = NO_INDEX;
                integer(0, LENGTH_BITS, nameLength);
                for (int i = 0; i < nameLength; i++) {
                    out[length++] = Ascii.lower(headers.bytes[start + i]);
                }
            }
            text(headers.bytes, headers.valueStart(row), headers.valueEnd(row));
        }
    }

    private static int index(byte[] bytes, int start, int nameLength) {
        if (nameLength < BY_LENGTH.length) {
            for (int candidate : BY_LENGTH[nameLength]) {
                if (Ascii.equalsLower(bytes, start, NAMES[candidate])) {
                    return FIRST_NAME + candidate;
                }
            }
        }
        return 0;
    }

    private void literal(int index, int kind) {
        integer(kind, NAME_BITS, index);
    }

    private void text(byte[] from, int start, int end) {
        integer(0, LENGTH_BITS, end - start);
        System.arraycopy(from, start, out, length, end - start);
        length += end - start;
    }

    /// RFC 7541 §5.1.
    ///
    /// @param most the largest number that fits in the first byte's bits
    private void integer(int prefix, int most, int number) {
        if (number < most) {
            out[length++] = (byte) (prefix | number);
            return;
        }
        out[length++] = (byte) (prefix | most);
        int rest = number - most;
        while (rest >= 128) {
            out[length++] = (byte) (rest & 127 | 128);
            rest >>>= 7;
        }
        out[length++] = (byte) rest;
    }
}
