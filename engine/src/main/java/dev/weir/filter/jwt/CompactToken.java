package dev.weir.filter.jwt;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;

/// A token in three parts, taken apart but not believed: `header.payload.signature`. Immutable.
///
/// Reads base64url to the letter, without padding, foreign characters or stray bits at the end, so that a token
/// has one spelling only. Source: RFC 7515 §2, §5.2, §7.1.
///
/// @param signed what the signature is about
record CompactToken(JWSHeader header, byte[] signed, Base64URL payload, Base64URL signature) {
    /// Takes a token apart, or returns null if it is none.
    static @Nullable CompactToken parse(String text) {
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        if (first <= 0
                || second < 0
                || second == text.length() - 1
                || !base64Url(text, 0, first)
                || !base64Url(text, first + 1, second)
                || !base64Url(text, second + 1, text.length())) {
            return null;
        }
        try {
            return new CompactToken(
                    JWSHeader.parse(new Base64URL(text.substring(0, first))),
                    text.substring(0, second).getBytes(StandardCharsets.US_ASCII),
                    new Base64URL(text.substring(first + 1, second)),
                    new Base64URL(text.substring(second + 1)));
        } catch (ParseException | RuntimeException _) {
            // The library says some oddities of a header with unchecked exceptions; they are all
            // the client's.
            return null;
        }
    }

    private static boolean base64Url(String text, int from, int to) {
        int last = 0;
        for (int i = from; i < to; i++) {
            last = sextet(text.charAt(i));
            if (last < 0) {
                return false;
            }
        }
        return switch ((to - from) & 3) {
            case 0 -> true;
            case 2 -> (last & 0xf) == 0;
            case 3 -> (last & 0x3) == 0;
            default -> false;
        };
    }

    private static int sextet(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '-' ? 62 : c == '_' ? 63 : -1;
    }
}
