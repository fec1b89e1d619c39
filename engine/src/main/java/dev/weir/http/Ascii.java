package dev.weir.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Byte classes and comparisons of ASCII text in byte arrays. What looks at every byte of a head looks at eight of them at once; source
/// of the tricks with bits: Warren, Hacker's Delight, §6-1.
public final class Ascii {
    private static final byte TOKEN = 1;
    private static final byte VALUE = 2;
    private static final byte TARGET = 4;
    private static final byte[] CLASS = new byte[256];
    private static final byte[] LOWER = new byte[256];
    private static final byte[] HEX = new byte[256];

    private static final VarHandle EIGHT =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    static {
        for (int b = 0; b < 256; b++) {
            boolean letter = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
            boolean digit = b >= '0' && b <= '9';
            if (letter || digit || b < 128 && "!#$%&'*+-.^_`|~".indexOf(b) >= 0) {
                CLASS[b] |= TOKEN;
            }
            if (b == '\t' || b >= 0x20 && b != 0x7f) {
                CLASS[b] |= VALUE;
            }
            // RFC 3986 characters, and what browsers send unescaped beside them; never blanks,
            // controls, #, \ or > 0x7e.
            if (b > 0x20 && b < 0x7f && b != '#' && b != '\\' && b != '<' && b != '>' && b != '"') {
                CLASS[b] |= TARGET;
            }
            LOWER[b] = (byte) (b >= 'A' && b <= 'Z' ? b + 32 : b);
            HEX[b] = (byte) Character.digit(b < 128 ? b : 0, 16);
        }
    }

    private Ascii() {}

    /// RFC 9110 §5.6.2.
    public static boolean token(byte b) {
        return (CLASS[b & 0xff] & TOKEN) != 0;
    }

    /// RFC 9110 §5.5: visible, blank, or beyond ASCII.
    public static boolean value(byte b) {
        return (CLASS[b & 0xff] & VALUE) != 0;
    }

    /// Whether all of these bytes may stand in a field's value.
    static boolean values(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long eight = (long) EIGHT.get(bytes, i);
            long control = eight - ONES * 0x20 & ~eight & HIGH_BITS;
            if ((control | zeros(eight ^ ONES * 0x7f)) != 0
                    && !oneByOne(bytes, i, i + Long.BYTES)) {
                return false;
            }
        }
        return oneByOne(bytes, i, to);
    }

    private static boolean oneByOne(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!value(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    /// Where the next line feed stands, or `to`.
    static int lineFeed(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long found = zeros((long) EIGHT.get(bytes, i) ^ ONES * '\n');
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (i < to && bytes[i] != '\n') {
            i++;
        }
        return i;
    }

    /// The high bit of the lowest byte that is 0, and perhaps of some above it; 0 if none is.
    private static long zeros(long eight) {
        return eight - ONES & ~eight & HIGH_BITS;
    }

    /// May stand in a request target.
    public static boolean target(byte b) {
        return (CLASS[b & 0xff] & TARGET) != 0;
    }

    public static byte lower(byte b) {
        return LOWER[b & 0xff];
    }

    /// The next eight bytes as a number, the first one lowest, letters in lower case. Of characters that are no tokens some come out as if
    /// they were others.
    static long eightLower(byte[] bytes, int from) {
        return (long) EIGHT.get(bytes, from) | ONES * 0x20;
    }

    /// 0 to 15, or -1.
    public static int hex(byte b) {
        return HEX[b & 0xff];
    }

    /// Whether the bytes from there on are this text in any case; `lower` is in lower case. The caller has
    /// checked the length.
    static boolean equalsLower(byte[] bytes, int from, byte[] lower) {
        for (int i = 0; i < lower.length; i++) {
            if (LOWER[bytes[from + i] & 0xff] != lower[i]) {
                return false;
            }
        }
        return true;
    }

    /// Whether a range of bytes is this ASCII text in any case.
    public static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (LOWER[bytes[from + i] & 0xff] != LOWER[text.charAt(i) & 0xff]) {
                return false;
            }
        }
        return true;
    }

    /// Whether a range of bytes is this ASCII text to the letter.
    public static boolean equals(byte[] bytes, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if ((bytes[from + i] & 0xff) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    public static boolean token(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 127 || (CLASS[c] & TOKEN) == 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /// Writes a number in decimal and returns the index behind it.
    public static int writeDecimal(byte[] out, int at, long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + digits;
    }
}
