package dev.weir.filter.cors;

import java.util.Locale;

/// One entry of `origins`: an origin as browsers write it, the same with `*.` before the host for one or more
/// labels below it, or `*`. Immutable.
///
/// Source: RFC 6454 §6.2; Fetch, "serialized origin".
record OriginPattern(String scheme, String suffix, boolean wildcard) {
    /// @throws IllegalArgumentException with a sentence for the user
    static OriginPattern parse(String text) {
        if (text.equals("*")) {
            return new OriginPattern("", "", true);
        }
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.equals("null")) {
            throw new IllegalArgumentException(
                    "origins: null is what any sandboxed page and local file says of itself; name real origins");
        }
        int colon = lower.indexOf("://");
        String scheme = colon <= 0 ? "" : lower.substring(0, colon + 3);
        String host = lower.substring(scheme.length());
        boolean wildcard = host.startsWith("*.");
        String rest = wildcard ? host.substring(1) : host;
        if (scheme.isEmpty() || rest.length() < 2 || !plain(rest)) {
            throw new IllegalArgumentException(
                    "origins: \""
                            + text
                            + "\" is not an origin; expected: https://shop.example.com, \"https://*.example.com\" or \"*\", without a path");
        }
        if (scheme.equals("https://") && rest.endsWith(":443")
                || scheme.equals("http://") && rest.endsWith(":80")) {
            throw new IllegalArgumentException(
                    "origins: \""
                            + text
                            + "\": browsers leave out the usual port, so leave it out here");
        }
        return new OriginPattern(scheme, rest, wildcard);
    }

    /// Letters, digits, dots, hyphens, a port, and the brackets of an IPv6 address.
    private static boolean plain(String host) {
        for (int i = 0; i < host.length(); i++) {
            if (!label(host.charAt(i)) && ".:[]_".indexOf(host.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean label(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-';
    }

    boolean any() {
        return wildcard && suffix.isEmpty();
    }

    boolean matches(String origin) {
        if (any()) {
            return true;
        }
        int middle = origin.length() - suffix.length();
        if (!origin.startsWith(scheme) || !origin.endsWith(suffix)) {
            return false;
        }
        return wildcard ? labels(origin, scheme.length(), middle) : middle == scheme.length();
    }

    /// One or more labels with single dots between them; nothing else, so no user, port or path can hide here.
    private static boolean labels(String text, int from, int to) {
        boolean inLabel = false;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (label(c)) {
                inLabel = true;
            } else if (c == '.' && inLabel) {
                inLabel = false;
            } else {
                return false;
            }
        }
        return inLabel;
    }
}
