package dev.weir.testkit;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// Field blocks of HTTP/2 in their plainest form: literals that are never indexed, without Huffman's code. Reads what uses the static
/// table, too, but neither the dynamic table nor Huffman's code (RFC 7541).
public final class Hpack {
    private static final String[] STATIC =
            (":authority|:method GET|:method POST|:path /|:path /index.html|:scheme http|:scheme https|:status 200|:status 204"
                            + "|:status 206|:status 304|:status 400|:status 404|:status 500|accept-charset"
                            + "|accept-encoding gzip, deflate|accept-language|accept-ranges|accept|access-control-allow-origin|age"
                            + "|allow|authorization|cache-control|content-disposition|content-encoding|content-language"
                            + "|content-length|content-location|content-range|content-type|cookie|date|etag|expect|expires|from"
                            + "|host|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|last-modified|link"
                            + "|location|max-forwards|proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after"
                            + "|server|set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via"
                            + "|www-authenticate")
                    .split("\\|", -1);

    private final byte[] block;
    private int at;

    private Hpack(byte[] block) {
        this.block = block;
    }

    /// @param fields name, value, name, value …
    public static byte[] block(String... fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            out.write(0x10);
            text(out, fields[i]);
            text(out, fields[i + 1]);
        }
        return out.toByteArray();
    }

    /// A literal that goes into the peer's dynamic table, where it is index 62 until the next one does.
    public static byte[] indexed(String name, String value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x40);
        text(out, name);
        text(out, value);
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = Text.bytes(text);
        if (bytes.length < 127) {
            out.write(bytes.length);
        } else {
            out.write(127);
            int rest = bytes.length - 127;
            while (rest >= 128) {
                out.write(rest & 127 | 128);
                rest >>>= 7;
            }
            out.write(rest);
        }
        out.writeBytes(bytes);
    }

    /// @throws AssertionError if the block needs more than this can
    public static List<HeaderLine> fields(byte[] block) {
        return new Hpack(block).read();
    }

    private List<HeaderLine> read() {
        List<HeaderLine> fields = new ArrayList<>();
        while (at < block.length) {
            int first = block[at] & 0xff;
            if (first >= 0x80) {
                String[] entry = entry(number(127));
                fields.add(new HeaderLine(entry[0], entry.length > 1 ? entry[1] : ""));
            } else if (first >= 0x40) {
                throw new AssertionError("a field for the dynamic table, which has no room");
            } else if (first >= 0x20) {
                number(31);
            } else {
                int index = number(15);
                String name = index == 0 ? text() : entry(index)[0];
                fields.add(new HeaderLine(name, text()));
            }
        }
        return fields;
    }

    private static String[] entry(int index) {
        if (index == 0 || index > STATIC.length) {
            throw new AssertionError("index " + index + " is not in the static table");
        }
        return STATIC[index - 1].split(" ", 2);
    }

    private String text() {
        if ((block[at] & 0x80) != 0) {
            throw new AssertionError("Huffman's code is not read here");
        }
        int length = number(127);
        String text = new String(block, at, length, java.nio.charset.StandardCharsets.ISO_8859_1);
        at += length;
        return text;
    }

    private int number(int most) {
        int value = block[at++] & most;
        if (value == most) {
            int shift = 0;
            int b;
            do {
                b = block[at++] & 0xff;
                value += (b & 127) << shift;
                shift += 7;
            } while (b >= 128);
        }
        return value;
    }
}
