package dev.weir.route;

import dev.weir.schema.Says;

/// What a connection may go on with instead of HTTP, where the client asks for it and the endpoint agrees.
public enum Upgrade {
    @Says("RFC 6455; in HTTP/2 RFC 8441.")
    WEBSOCKET
}
