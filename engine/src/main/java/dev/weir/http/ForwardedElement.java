package dev.weir.http;

import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads one element of `Forwarded` or `X-Forwarded-For`. Source: RFC 7239 §4, §6.
final class ForwardedElement {
    private ForwardedElement() {}

    /// The value of `for` in an element, without quotes; empty if there is none.
    static String forAddress(String element) {
        for (String pair : element.split(";", -1)) {
            String text = pair.strip();
            if (text.toLowerCase(Locale.ROOT).startsWith("for=")) {
                String value = text.substring(4).strip();
                boolean quoted =
                        value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                return quoted ? value.substring(1, value.length() - 1) : value;
            }
        }
        return "";
    }

    /// The address in `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1` or `[2001:db8::1]:4711`; null for anything
    /// else, `unknown` and obfuscated names included.
    static @Nullable InetAddress address(String text) {
        String bare = text;
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0) {
                return null;
            }
            bare = text.substring(1, end);
        } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            bare = text.substring(0, text.indexOf(':'));
        }
        if (bare.isEmpty() || bare.length() > 45 || bare.indexOf('%') >= 0) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(bare);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
