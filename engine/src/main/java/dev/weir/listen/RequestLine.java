package dev.weir.listen;

import dev.weir.schema.Short;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A request as people write it: `GET https://shop.example.com/api/orders/7`. Immutable.
///
/// @param scheme `http` or `https`
/// @param authority host, and port if one is said
/// @param target path and query as they stand; beginning with a slash
public record RequestLine(String method, String scheme, String authority, String target) {
    private static final Pattern WRITTEN =
            Pattern.compile("([A-Za-z-]+) (https?)://([^/?#@\\s]+)([/?][^#\\s]*)?");

    @Short("a method and a URL")
    public static RequestLine parse(String text) {
        Matcher written = WRITTEN.matcher(text);
        if (!written.matches()) {
            throw new IllegalArgumentException(
                    "expected: a method and a URL, such as GET https://shop.example.com/api");
        }
        String target = written.group(4) == null ? "/" : written.group(4);
        return new RequestLine(
                written.group(1),
                written.group(2),
                written.group(3),
                target.startsWith("?") ? "/" + target : target);
    }

    /// Whether the client speaks TLS.
    public boolean secure() {
        return scheme.equals("https");
    }

    @Override
    public String toString() {
        return method + " " + scheme + "://" + authority + target;
    }
}
