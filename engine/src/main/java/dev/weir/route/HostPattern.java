package dev.weir.route;

import dev.weir.schema.Short;
import java.util.Locale;

/// A host to match: exact, or with a leading `*.` that stands for one or more labels. Lower case. Immutable.
public record HostPattern(String name, boolean wildcard) {

    @Short("a host, or `\"*.example.com\"`")
    public static HostPattern parse(String text) {
        boolean wildcard = text.startsWith("*.");
        String name = (wildcard ? text.substring(2) : text).toLowerCase(Locale.ROOT);
        if (!name.matches("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
                && !name.matches("\\[[0-9a-f:.]+\\]")) {
            throw new IllegalArgumentException(
                    "expected: a host without port, such as shop.example.com or \"*.example.com\"");
        }
        return new HostPattern(name, wildcard);
    }

    /// Whether a host in lower case matches; a dot at its end does not count.
    boolean matches(String host) {
        String bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return wildcard
                ? bare.endsWith("." + name) && bare.length() > name.length() + 1
                : bare.equals(name);
    }

    @Override
    public String toString() {
        return wildcard ? "*." + name : name;
    }
}
