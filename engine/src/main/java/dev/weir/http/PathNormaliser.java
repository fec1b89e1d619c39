package dev.weir.http;

import java.nio.charset.StandardCharsets;

/// Brings a path into the one form that is matched, filtered, logged and forwarded (RFC 3986 §6.2.2), or refuses it.
/// In place, without allocation; a path that is already clean costs one look at each byte. Stateless: callable on
/// any thread, and called by the codec on event loops.
///
/// What it does, in this order for each segment from the left: decodes percent-encoded unreserved characters
/// (letters, digits, `-._~`), writes the hexadecimal digits of all other encodings in upper case, merges slashes unless told
/// not to, removes dot segments (§5.2.4). Slashes are merged before dots are removed, so `/a//../b` is `/b`, as
/// a file system reads it. The result is never longer, and normalising it again changes nothing.
///
/// What it refuses is what one program reads as a way out of a guarded path and another one does not:
///
/// * a path that climbs above the root; an encoded NUL; a raw backslash; `%` without two hexadecimal digits;
/// * encodings that are not UTF-8 (overlong forms and surrogates included), and raw bytes that may not stand in a path.
///   A raw byte beyond ASCII is refused too: kept, it would be a second spelling of its encoded form;
/// * a segment that an endpoint could read as a dot segment: one that becomes `.` or `..` when its encoded slashes
///   and backslashes count as slashes and its `;parameters`, raw or encoded, are dropped (`..%2f`, `%2e%2e%5c`, `..;x`);
/// * a segment of nothing but parameters that is not the last (`/;x/admin`): servers that drop parameters read `/admin`.
///   As the last one it is harmless and usual (`/;jsessionid=1`).
///
/// A double encoding such as `%252e%252e` stays as it is: `%25` is an encoded percent sign, which is not unreserved, and an
/// endpoint that decodes once, as it should, reads the letters `%2e%2e` and no dots. Deciding for endpoints that decode twice
/// would mean to refuse every encoded percent sign. Encoded slashes stay encoded.
public final class PathNormaliser {
    /// It does not begin with a slash.
    public static final int NOT_A_PATH = -1;

    /// It climbs above the root.
    public static final int CLIMBS = -2;

    /// It has an encoded NUL.
    public static final int ENCODED_NUL = -3;

    /// It has a raw backslash.
    public static final int BACKSLASH = -4;

    /// It has a percent sign without two hexadecimal digits.
    public static final int BAD_ENCODING = -5;

    /// Its encoded bytes are not UTF-8.
    public static final int NOT_UTF8 = -6;

    /// It has a segment that could be read as a dot segment.
    public static final int HIDDEN_DOTS = -7;

    /// It has a segment of nothing but parameters before the last.
    public static final int ONLY_PARAMETERS = -8;

    /// It has a byte that may not stand in a path.
    public static final int BAD_BYTE = -9;

    private static final byte[] UPPER_HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    /// Bytes that may stand anywhere in a clean path, but for slashes and dots at a segment's start.
    private static final boolean[] PLAIN = new boolean[256];

    private static final boolean[] UNRESERVED = new boolean[128];

    static {
        for (int b = 0; b < 128; b++) {
            PLAIN[b] = Ascii.target((byte) b) && "%;/?".indexOf(b) < 0;
            UNRESERVED[b] =
                    b >= 'a' && b <= 'z'
                            || b >= 'A' && b <= 'Z'
                            || b >= '0' && b <= '9'
                            || "-._~".indexOf(b) >= 0;
        }
    }

    private PathNormaliser() {}

    /// Normalises the path that stands in these bytes, without its query.
    ///
    /// @return the index behind the normalised path, or one of the negative codes of this class; then the bytes
    ///     are of no more use
    public static int normalise(byte[] bytes, int from, int to, boolean mergeSlashes) {
        if (from >= to || bytes[from] != '/') {
            return NOT_A_PATH;
        }
        int slash = from;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (!PLAIN[b & 0xff]) {
                if (b != '/') {
                    return rewrite(bytes, from, slash, to, mergeSlashes);
                }
                slash = i;
                if (i + 1 < to && (bytes[i + 1] == '.' || mergeSlashes && bytes[i + 1] == '/')) {
                    return rewrite(bytes, from, slash, to, mergeSlashes);
                }
            }
        }
        return to;
    }

    /// What a refusal means, for a message to people.
    public static String says(int refusal) {
        return switch (refusal) {
            case NOT_A_PATH -> "a path begins with a slash";
            case CLIMBS -> "the path climbs above the root";
            case ENCODED_NUL -> "the path has an encoded NUL";
            case BACKSLASH -> "the path has a backslash";
            case BAD_ENCODING -> "the path has a % without two hexadecimal digits behind it";
            case NOT_UTF8 -> "the path has encoded bytes that are not UTF-8";
            case HIDDEN_DOTS -> "the path has a segment that could be read as . or ..";
            case ONLY_PARAMETERS ->
                    "the path has a segment of nothing but parameters before the last";
            case BAD_BYTE -> "the path has a character that may not stand there";
            default -> throw new IllegalArgumentException("not a refusal: " + refusal);
        };
    }

    /// Normalises a path as a person writes it in a file, where letters beyond ASCII and blanks stand for their
    /// encodings. Not for the way of a request.
    ///
    /// @throws IllegalArgumentException if a request with this path would be refused
    public static String normalise(String written, boolean mergeSlashes) {
        byte[] encoded = encode(written).getBytes(StandardCharsets.US_ASCII);
        int end = normalise(encoded, 0, encoded.length, mergeSlashes);
        if (end < 0) {
            throw new IllegalArgumentException(says(end));
        }
        return new String(encoded, 0, end, StandardCharsets.US_ASCII);
    }

    private static String encode(String written) {
        StringBuilder out = new StringBuilder(written.length());
        for (byte b : written.getBytes(StandardCharsets.UTF_8)) {
            if (b < 0 || b == ' ') {
                out.append('%').append((char) UPPER_HEX[(b & 0xff) >> 4]);
                out.append((char) UPPER_HEX[b & 15]);
            } else {
                out.append((char) b);
            }
        }
        return out.toString();
    }

    /// The long way, from the first segment that is not clean; what stands before it stays.
    private static int rewrite(byte[] bytes, int from, int slash, int to, boolean mergeSlashes) {
        int write = slash;
        int end;
        for (int read = slash; read < to; read = end) {
            end = read + 1;
            while (end < to && bytes[end] != '/') {
                end++;
            }
            boolean last = end == to;
            int text = write + 1;
            int textEnd = decode(bytes, read + 1, end, text);
            if (textEnd < 0) {
                return textEnd;
            }
            int dots = dots(bytes, text, textEnd);
            if (dots == 0 && textEnd > text) {
                if (hidesDots(bytes, text, textEnd)) {
                    return HIDDEN_DOTS;
                }
                if (!last && parameters(bytes, text, textEnd)) {
                    return ONLY_PARAMETERS;
                }
                bytes[write] = '/';
                write = textEnd;
                continue;
            }
            if (dots == 2) {
                if (write == from) {
                    return CLIMBS;
                }
                do {
                    write--;
                } while (bytes[write] != '/');
            }
            // A dot segment or an empty one: as the last it leaves its slash.
            if (last || dots == 0 && !mergeSlashes) {
                bytes[write++] = '/';
            }
        }
        return write;
    }

    /// 1 for `.`, 2 for `..`, else 0.
    private static int dots(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length == 0 || length > 2 || bytes[from] != '.' || bytes[to - 1] != '.') {
            return 0;
        }
        return length;
    }

    /// Copies a segment to a place before it, or the same, and decodes what is to be decoded.
    private static int decode(byte[] bytes, int from, int to, int out) {
        int i = from;
        while (i < to) {
            byte b = bytes[i];
            if (b != '%') {
                if (!PLAIN[b & 0xff] && b != ';') {
                    return b == '\\' ? BACKSLASH : BAD_BYTE;
                }
                bytes[out++] = b;
                i++;
                continue;
            }
            int octet = octet(bytes, i, to);
            if (octet <= 0) {
                return octet == 0 ? ENCODED_NUL : BAD_ENCODING;
            }
            if (octet < 0x80 && UNRESERVED[octet]) {
                bytes[out++] = (byte) octet;
                i += 3;
                continue;
            }
            int octets = octet < 0x80 ? 1 : character(bytes, i, to, octet);
            if (octets < 0) {
                return octets;
            }
            for (int rest = octets; rest > 0; rest--) {
                int value = octet(bytes, i, to);
                bytes[out] = '%';
                bytes[out + 1] = UPPER_HEX[value >> 4];
                bytes[out + 2] = UPPER_HEX[value & 15];
                out += 3;
                i += 3;
            }
        }
        return out;
    }

    /// The value of the encoding that stands there, or -1.
    private static int octet(byte[] bytes, int at, int to) {
        if (at + 2 >= to || bytes[at] != '%') {
            return -1;
        }
        int high = Ascii.hex(bytes[at + 1]);
        int low = Ascii.hex(bytes[at + 2]);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    /// How many encoded octets make up the character beyond ASCII that begins there (RFC 3629 §4).
    private static int character(byte[] bytes, int at, int to, int first) {
        if (first < 0xc2 || first > 0xf4) {
            return NOT_UTF8;
        }
        int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        int octets = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        for (int i = 1; i < octets; i++) {
            int next = octet(bytes, at + 3 * i, to);
            if (next < least || next > most) {
                return NOT_UTF8;
            }
            least = 0x80;
            most = 0xbf;
        }
        return octets;
    }

    /// Whether a part of a decoded segment, between its encoded slashes and without parameters, is `.` or `..`.
    private static boolean hidesDots(byte[] bytes, int from, int to) {
        int part = from;
        int name = -1;
        for (int i = from; i <= to; i++) {
            boolean separates = i == to || encodedSlash(bytes, i, to);
            if (name < 0 && (separates || parameters(bytes, i, to))) {
                name = i;
            }
            if (separates) {
                if (dots(bytes, part, name) > 0) {
                    return true;
                }
                part = i + 3;
                name = -1;
                i += 2;
            }
        }
        return false;
    }

    private static boolean encodedSlash(byte[] bytes, int at, int to) {
        return at + 2 < to
                && bytes[at] == '%'
                && (bytes[at + 1] == '2' && bytes[at + 2] == 'F'
                        || bytes[at + 1] == '5' && bytes[at + 2] == 'C');
    }

    /// Whether parameters begin there, by a raw or an encoded semicolon.
    private static boolean parameters(byte[] bytes, int at, int to) {
        return at < to && bytes[at] == ';'
                || at + 2 < to && bytes[at] == '%' && bytes[at + 1] == '3' && bytes[at + 2] == 'B';
    }
}
