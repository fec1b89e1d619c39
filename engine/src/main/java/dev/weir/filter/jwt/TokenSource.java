package dev.weir.filter.jwt;

import dev.weir.exchange.RequestKey;
import dev.weir.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a request carries its token. Immutable.
///
/// Source: RFC 6750 §2.1 for the scheme `Bearer`.
record TokenSource(RequestKey.Source kind, String name) {
    private static final String SCHEME = "Bearer ";

    /// @throws IllegalArgumentException with a sentence for the user
    static TokenSource parse(String from) {
        String expected =
                "from: \"" + from + "\" (expected: header.NAME, cookie.NAME or query.NAME)";
        RequestKey key;
        try {
            key = RequestKey.parse(from);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(expected, e);
        }
        return switch (key.source()) {
            case HEADER, COOKIE, QUERY -> new TokenSource(key.source(), key.name());
            case CLIENT_IP, JWT, PATH, ROUTE -> throw new IllegalArgumentException(expected);
        };
    }

    /// The token; null if there is none, and the empty text, which is never a token, if there are several fields:
    /// an endpoint might read another one than Weir.
    @Nullable String find(RequestHead request) {
        return switch (kind) {
            case COOKIE -> request.cookie(name);
            case QUERY -> request.queryParameter(name);
            default -> inHeader(request);
        };
    }

    private @Nullable String inHeader(RequestHead request) {
        List<String> values = request.headers().all(name);
        if (values.size() > 1) {
            return "";
        }
        if (values.isEmpty()) {
            return null;
        }
        String value = values.getFirst();
        boolean bearer = value.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        if (name.equalsIgnoreCase("Authorization") && !bearer) {
            return null;
        }
        return bearer ? value.substring(SCHEME.length()).strip() : value;
    }
}
