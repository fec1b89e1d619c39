package dev.weir.http;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Which trailer fields go on: those that the message announced in its `Trailer` field, and gRPC's; of them none that
/// frames, routes, authenticates or describes a message, and none that the head has as well or had before it was removed, because
/// a reader might take them for header fields: for those by which Weir tells who the client is, say.
/// Source: RFC 9110 §6.5.1.
final class Trailers {
    private static final Set<String> NEVER =
            Set.of(
                    "age",
                    "authentication-info",
                    "cache-control",
                    "expires",
                    "if-match",
                    "if-modified-since",
                    "if-none-match",
                    "if-range",
                    "if-unmodified-since",
                    "location",
                    "max-forwards",
                    "pragma",
                    "range",
                    "retry-after",
                    "vary",
                    "www-authenticate");

    private Trailers() {}

    /// Removes the fields that do not go on.
    ///
    /// @param head the fields of the message's head
    static void keepAllowed(Headers trailers, Headers head) {
        // Without a pattern for the blanks: one that backtracks takes a second for 30 KB of them.
        Set<String> announced = new HashSet<>();
        for (String name : head.announcedTrailers().toLowerCase(Locale.ROOT).split(",", -1)) {
            announced.add(name.strip());
        }
        trailers.removeIf(
                name -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    return Field.recognise(name) != null
                            || NEVER.contains(lower)
                            || lower.startsWith("x-forwarded-")
                            || head.get(name) != null
                            || !lower.startsWith("grpc-") && !announced.contains(lower);
                });
    }
}
