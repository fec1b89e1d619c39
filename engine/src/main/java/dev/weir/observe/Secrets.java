package dev.weir.observe;

import dev.weir.http.Ascii;
import java.nio.charset.StandardCharsets;

/// Writes a query with `***` in place of the values that should not lie around in logs: tokens, passwords, keys,
/// signatures and sign-in codes. Names compare in any case and percent-decoded, because endpoints decode them;
/// `token` means `id_token` and `X-Auth-Token` as well. Confined to one event loop.
public final class Secrets {
    /// Whole names, or last words behind `_`, `-` or `.`.
    private static final String[] LAST_WORDS = {
        "token",
        "key",
        "apikey",
        "password",
        "passwd",
        "secret",
        "sig",
        "signature",
        "credential",
        "jwt"
    };

    /// Whole names only: `country_code` is no secret.
    private static final String[] NAMES = {"code", "auth", "authorization", "assertion"};

    private static final int LONGEST_NAME = 64;

    private final byte[] name = new byte[LONGEST_NAME];

    /// A query as it may be shown, for whom it does not matter that this makes a text.
    public static String shown(String query) {
        LineBuffer line = new LineBuffer();
        new Secrets().write(query, 0, line, LineBuffer.Escaping.HEX);
        return new String(line.bytes(), 0, line.length(), StandardCharsets.US_ASCII);
    }

    /// @param from where the query begins in the text, behind its question mark
    void write(String text, int from, LineBuffer line, LineBuffer.Escaping escaping) {
        int end = Math.min(text.length(), from + LineBuffer.LONGEST_FIELD);
        int at = from;
        while (at < end) {
            int pairEnd = text.indexOf('&', at);
            pairEnd = pairEnd < 0 || pairEnd > end ? end : pairEnd;
            int equals = text.indexOf('=', at);
            boolean valued = equals >= 0 && equals < pairEnd;
            if (valued && secret(text, at, equals)) {
                line.text(text, at, equals + 1, escaping).ascii("***");
            } else {
                line.text(text, at, pairEnd, escaping);
            }
            if (pairEnd < end) {
                line.add('&');
            }
            at = pairEnd + 1;
        }
    }

    /// Writes a URL, with the secrets of its query left out.
    void writeUrl(String url, LineBuffer line, LineBuffer.Escaping escaping) {
        int query = url.indexOf('?');
        if (query < 0 || query >= LineBuffer.LONGEST_FIELD) {
            line.text(url, escaping);
            return;
        }
        line.text(url, 0, query + 1, escaping);
        write(url, query + 1, line, escaping);
    }

    private boolean secret(String text, int from, int to) {
        int length = decode(text, from, to);
        for (String whole : NAMES) {
            if (Ascii.equalsIgnoreCase(name, 0, length, whole)) {
                return true;
            }
        }
        for (String last : LAST_WORDS) {
            int start = length - last.length();
            if (start >= 0
                    && Ascii.equalsIgnoreCase(name, start, length, last)
                    && (start == 0 || separator(name[start - 1]))) {
                return true;
            }
        }
        return false;
    }

    private static boolean separator(byte b) {
        return b == '_' || b == '-' || b == '.';
    }

    /// Puts the last bytes of the decoded name into [#name] and returns how many.
    private int decode(String text, int from, int to) {
        int length = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            int high = c == '%' && i + 2 < to ? Ascii.hex((byte) text.charAt(i + 1)) : -1;
            int low = high >= 0 ? Ascii.hex((byte) text.charAt(i + 2)) : -1;
            if (low >= 0) {
                c = (char) (high << 4 | low);
                i += 2;
            }
            if (length == LONGEST_NAME) {
                System.arraycopy(name, LONGEST_NAME / 2, name, 0, LONGEST_NAME / 2);
                length = LONGEST_NAME / 2;
            }
            name[length++] = (byte) c;
        }
        return length;
    }
}
