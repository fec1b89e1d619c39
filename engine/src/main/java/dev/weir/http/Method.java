package dev.weir.http;

import org.jspecify.annotations.Nullable;

/// The methods whose semantics Weir knows (RFC 9110 §9, RFC 5789). Any other token is passed on and counts as
/// neither safe nor idempotent.
public enum Method {
    GET(true),
    HEAD(true),
    POST(false),
    PUT(true),
    DELETE(true),
    PATCH(false),
    OPTIONS(true),
    TRACE(true),
    CONNECT(false);

    private static final Method[] ALL = values();

    private final boolean idempotent;

    Method(boolean idempotent) {
        this.idempotent = idempotent;
    }

    /// Whether doing it twice is as good as once (RFC 9110 §9.2.2).
    public boolean idempotent() {
        return idempotent;
    }

    static @Nullable Method recognise(byte[] in, int from, int to) {
        for (Method method : ALL) {
            if (Ascii.equals(in, from, to, method.name())) {
                return method;
            }
        }
        return null;
    }
}
