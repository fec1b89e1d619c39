package dev.weir.tls;

import java.nio.charset.StandardCharsets;
import javax.security.auth.x500.X500Principal;

/// How a distinguished name is written: as in RFC 4514, in visible ASCII, so that it can stand in a log line and in a field.
/// Everything else is escaped by its UTF-8 bytes in hexadecimal digits, as the RFC allows (§2.4).
final class DistinguishedName {
    private DistinguishedName() {}

    static String text(X500Principal name) {
        String text = name.getName(X500Principal.RFC2253);
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            if (c >= 0x20 && c < 0x7f) {
                                out.append((char) c);
                            } else {
                                escape(c, out);
                            }
                        });
        return out.toString();
    }

    private static void escape(int c, StringBuilder out) {
        byte[] bytes = Character.toString(c).getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            out.append('\\')
                    .append(Character.forDigit(b >> 4 & 15, 16))
                    .append(Character.forDigit(b & 15, 16));
        }
    }
}
