package dev.weir.tls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// Values in DER one after the other, as far as keys and OCSP need it (ITU-T X.690 §8.1, §10). Confined to its user.
final class Der {
    private final byte[] bytes;
    private final int end;
    private int at;

    private Der(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    static Der of(byte[] bytes) {
        return new Der(bytes, 0, bytes.length);
    }

    boolean more() {
        return at < end;
    }

    /// The tag of the next value.
    int tag() {
        return at < end ? bytes[at] & 0xff : -1;
    }

    /// The content of the next value, which has this tag; behind it goes on.
    ///
    /// @throws IllegalArgumentException if it has another
    Der inside(int tag) {
        if (tag() != tag) {
            throw new IllegalArgumentException("not the DER that was expected");
        }
        return next();
    }

    /// Goes on behind the next value.
    void skip() {
        next();
    }

    /// The next value with tag and length; behind it goes on.
    byte[] whole() {
        int from = at;
        next();
        return Arrays.copyOfRange(bytes, from, at);
    }

    /// All that is left here.
    byte[] content() {
        return Arrays.copyOfRange(bytes, at, end);
    }

    private Der next() {
        int length = at + 1 < end ? bytes[at + 1] & 0xff : -1;
        int from = at + 2;
        if (length > 0x80 && length <= 0x83) {
            int octets = length - 0x80;
            length = 0;
            for (int i = 0; i < octets && from < end; i++) {
                length = length << 8 | bytes[from++] & 0xff;
            }
        } else if (length >= 0x80) {
            length = -1;
        }
        if (length < 0 || length > end - from) {
            throw new IllegalArgumentException("DER that is cut off");
        }
        at = from + length;
        return new Der(bytes, from, at);
    }

    /// A value with tag and length.
    static byte[] write(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 4);
        out.write(tag);
        if (content.length >= 0x80) {
            int octets = content.length > 0xffff ? 3 : content.length > 0xff ? 2 : 1;
            out.write(0x80 + octets);
            for (int i = octets - 1; i >= 0; i--) {
                out.write(content.length >> 8 * i);
            }
        } else {
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
