package dev.weir.http;

/// What Content-Length and Transfer-Encoding say together about a message's body. Strict: what two readers could
/// understand differently is refused. Source: RFC 9112 §6, RFC 9110 §8.6.
final class Framing {
    /// Neither field stands here.
    static final long ABSENT = -3;

    static final long CHUNKED = -1;
    static final long MALFORMED = -4;
    static final long CODING_NOT_SUPPORTED = -5;

    private static final String LENGTH_LETTERS = "contentlength";
    private static final String CODING_LETTERS = "transferencoding";

    private Framing() {}

    /// The body's length, [#CHUNKED], [#ABSENT] or a refusal.
    static long of(Headers headers, int minorVersion) {
        int length = headers.find(Field.CONTENT_LENGTH, 0);
        int coding = headers.find(Field.TRANSFER_ENCODING, 0);
        if (coding >= 0) {
            if (length >= 0
                    || minorVersion == 0
                    || headers.next(Field.TRANSFER_ENCODING, coding) >= 0) {
                return MALFORMED;
            }
            return coding(headers.bytes, headers.valueStart(coding), headers.valueEnd(coding));
        }
        if (length < 0) {
            return ABSENT;
        }
        if (headers.next(Field.CONTENT_LENGTH, length) >= 0) {
            return MALFORMED;
        }
        return length(headers.bytes, headers.valueStart(length), headers.valueEnd(length));
    }

    /// Whether a name would be that of a framing field but for its punctuation, as `Content_Length` or
    /// `Transfer---Encoding`: nobody sends it but to be read in two ways.
    static boolean mimicked(byte[] bytes, int from, int to) {
        return to - from >= LENGTH_LETTERS.length()
                && (spells(bytes, from, to, LENGTH_LETTERS)
                        || spells(bytes, from, to, CODING_LETTERS));
    }

    private static boolean spells(byte[] bytes, int from, int to, String letters) {
        int matched = 0;
        for (int i = from; i < to; i++) {
            byte b = Ascii.lower(bytes[i]);
            boolean alphanumeric = b >= 'a' && b <= 'z' || b >= '0' && b <= '9';
            if (alphanumeric && (matched == letters.length() || b != letters.charAt(matched++))) {
                return false;
            }
        }
        return matched == letters.length();
    }

    private static long length(byte[] bytes, int from, int to) {
        if (from == to || to - from > 18) {
            return MALFORMED;
        }
        long length = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return MALFORMED;
            }
            length = length * 10 + digit;
        }
        return length;
    }

    /// Only `chunked` alone is understood. A single other coding, and known codings before a final
    /// `chunked`, are named as not supported; everything else is an attempt to be read in two ways.
    private static long coding(byte[] bytes, int from, int to) {
        if (Ascii.equalsIgnoreCase(bytes, from, to, "chunked")) {
            return CHUNKED;
        }
        int start = from;
        boolean chunked = false;
        for (int i = from; i <= to; i++) {
            if (i == to || bytes[i] == ',') {
                int end = i;
                while (start < end && (bytes[start] == ' ' || bytes[start] == '\t')) {
                    start++;
                }
                while (end > start && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t')) {
                    end--;
                }
                if (chunked || start == end) {
                    return MALFORMED;
                }
                for (int t = start; t < end; t++) {
                    if (!Ascii.token(bytes[t])) {
                        return MALFORMED;
                    }
                }
                chunked = Ascii.equalsIgnoreCase(bytes, start, end, "chunked");
                start = i + 1;
            }
        }
        return CODING_NOT_SUPPORTED;
    }
}
