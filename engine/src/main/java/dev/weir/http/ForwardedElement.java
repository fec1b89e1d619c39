package dev.weir.http;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Reads one element of `Forwarded` or `X-Forwarded-For`. An element that is not well-formed names nobody. Source: RFC 7239
/// §4, §6.
final class ForwardedElement {
    private static final int UNCLOSED = -2;

    private ForwardedElement() {}

    /// Where the last separator before an index stands that is not within quotes; negative if there is none. Looks from the
    /// right, so that a quote that a client has left open does not reach over what proxies wrote behind it.
    static int lastSeparator(String text, int end, char separator) {
        boolean quoted = false;
        for (int i = end - 1; i >= 0; i--) {
            char c = text.charAt(i);
            if (c == separator && !quoted) {
                return i;
            }
            quoted ^= c == '"';
        }
        return quoted ? UNCLOSED : -1;
    }

    /// The value of `for` in an element, without quotes; empty if there is none or several. An element with a backslash is
    /// not believed: no address needs one, and readers disagree about where its quotes end.
    static String forAddress(String element) {
        String found = null;
        for (int end = element.length(); end >= 0; ) {
            int separator = lastSeparator(element, end, ';');
            if (separator == UNCLOSED || element.indexOf('\\') >= 0) {
                return "";
            }
            String pair = element.substring(separator + 1, end).strip();
            if (pair.regionMatches(true, 0, "for=", 0, 4)) {
                if (found != null) {
                    return "";
                }
                found = unquoted(pair.substring(4).strip());
            }
            end = separator;
        }
        return found == null ? "" : found;
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /// The address in `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1` or `[2001:db8::1]:4711`; null for anything
    /// else, `unknown` and obfuscated names included.
    static @Nullable InetAddress address(String text) {
        int colon = text.indexOf(':');
        boolean six = colon >= 0 && colon != text.lastIndexOf(':') || text.startsWith("[");
        int end = text.length();
        String bare = text;
        if (text.startsWith("[")) {
            end = text.indexOf(']') + 1;
            bare = text.substring(1, Math.max(1, end - 1));
        } else if (!six && colon >= 0) {
            end = colon;
            bare = text.substring(0, end);
        }
        if (bare.isEmpty() || bare.length() > 45 || !port(text, end)) {
            return null;
        }
        return six ? literal(bare, bare.indexOf(':') >= 0) : literal(bare, dotted(bare));
    }

    private static @Nullable InetAddress literal(String bare, boolean wellFormed) {
        if (!wellFormed || bare.indexOf('%') >= 0) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(bare);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /// Whether these are four parts without leading zeros; readers disagree about `127.1` and `010.0.0.1`.
    private static boolean dotted(String text) {
        int dots = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '.') {
                dots++;
            } else if (text.charAt(i) == '0'
                    && (i == 0 || text.charAt(i - 1) == '.')
                    && i + 1 < text.length()
                    && text.charAt(i + 1) != '.') {
                return false;
            }
        }
        return dots == 3;
    }

    /// Whether nothing stands there, or a colon with a number or an obfuscated name.
    private static boolean port(String text, int at) {
        if (at == text.length()) {
            return true;
        }
        boolean obfuscated = text.startsWith(":_", at);
        int from = at + (obfuscated ? 2 : 1);
        if (text.charAt(at) != ':' || from == text.length()) {
            return false;
        }
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!digit && !(obfuscated && (letter || "._-".indexOf(c) >= 0))) {
                return false;
            }
        }
        return obfuscated || text.length() - from <= 5;
    }
}
