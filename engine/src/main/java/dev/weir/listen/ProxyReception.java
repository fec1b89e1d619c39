package dev.weir.listen;

import dev.weir.schema.Says;

/// What a listener does about the PROXY protocol.
public enum ProxyReception {
    @Says("A trusted proxy may begin a connection with a PROXY header.")
    ACCEPT,
    @Says("Every connection begins with a PROXY header from a trusted proxy.")
    REQUIRE
}
