package dev.weir.observe;

import dev.weir.http.Ascii;
import java.util.Arrays;

/// The bytes of one line, written over and over. Confined to one event loop.
final class LineBuffer {
    private static final int FIRST_BYTES = 1024;

    /// Most characters of one field. Paths reach the request line's limit, 8 KiB by default; what is longer is cut,
    /// so that one request cannot fill the log.
    static final int LONGEST_FIELD = 8 * 1024;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    /// How a character that may not stand for itself is written.
    enum Escaping {
        /// As in a JSON string; others as UTF-8.
        JSON,
        /// Quotes, backslashes, and all that is not visible ASCII as `\xHH`, like nginx.
        HEX
    }

    void clear() {
        length = 0;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    LineBuffer add(char c) {
        ensure(1);
        bytes[length++] = (byte) c;
        return this;
    }

    /// Adds ASCII text as it stands.
    LineBuffer ascii(String text) {
        ensure(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    LineBuffer number(long number) {
        ensure(20);
        if (number < 0) {
            return ascii(Long.toString(number));
        }
        length = Ascii.writeDecimal(bytes, length, number);
        return this;
    }

    /// Adds nanoseconds as milliseconds with three digits behind the point.
    LineBuffer millis(long nanos) {
        long micros = Math.max(0, nanos) / 1000;
        number(micros / 1000).add('.');
        long rest = micros % 1000;
        return add((char) ('0' + rest / 100))
                .add((char) ('0' + rest / 10 % 10))
                .add((char) ('0' + rest % 10));
    }

    /// Adds what a client or a configuration chose, up to [#LONGEST_FIELD] characters.
    LineBuffer text(String text, Escaping escaping) {
        return text(text, 0, text.length(), escaping);
    }

    LineBuffer text(String text, int from, int to, Escaping escaping) {
        int end = Math.min(to, from + LONGEST_FIELD);
        for (int i = from; i < end; i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
                add(c);
            } else if (escaping == Escaping.HEX) {
                hex(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < end
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                utf8(Character.toCodePoint(c, text.charAt(++i)));
            } else {
                json(c);
            }
        }
        return this;
    }

    private void json(char c) {
        String escape = Json.escape(c);
        if (escape != null) {
            ascii(escape);
        } else if (Character.isSurrogate(c)) {
            add('?');
        } else {
            utf8(c);
        }
    }

    private void hex(char c) {
        if (c > 0xff) {
            add('?');
            return;
        }
        add('\\').add('x').add(Character.forDigit(c >> 4, 16)).add(Character.forDigit(c & 15, 16));
    }

    private void utf8(int c) {
        if (c < 0x80) {
            add((char) c);
        } else if (c < 0x800) {
            add((char) (0xc0 | c >> 6));
        } else if (c < 0x10000) {
            add((char) (0xe0 | c >> 12)).add((char) (0x80 | c >> 6 & 0x3f));
        } else {
            add((char) (0xf0 | c >> 18)).add((char) (0x80 | c >> 12 & 0x3f));
            add((char) (0x80 | c >> 6 & 0x3f));
        }
        if (c >= 0x80) {
            add((char) (0x80 | c & 0x3f));
        }
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
