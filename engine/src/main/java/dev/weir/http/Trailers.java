package dev.weir.http;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Which trailer fields go on: those that the message announced in its `Trailer` field, and gRPC's; of them none that
/// frames, routes, authenticates or describes a message, because a reader might take them for header fields.
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
        Set<String> announced =
                new HashSet<>(
                        Arrays.asList(
                                head.announcedTrailers()
                                        .toLowerCase(Locale.ROOT)
                                        .strip()
                                        .split("\\s*,\\s*")));
        trailers.removeIf(
                name -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    return Field.recognise(name) != null
                            || NEVER.contains(lower)
                            || !lower.startsWith("grpc-") && !announced.contains(lower);
                });
    }
}
