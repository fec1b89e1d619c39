package dev.weir.http;

import dev.weir.schema.Says;

/// Which fields tell an endpoint about the client.
@Says("Which fields tell endpoints about the client.")
public enum ForwardedFields {
    @Says("X-Forwarded-For, -Proto and -Host")
    X_FORWARDED,
    @Says("Forwarded, as in RFC 7239")
    FORWARDED,
    @Says("both")
    BOTH,
    @Says("neither")
    NONE
}
