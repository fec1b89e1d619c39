package dev.weir.observe;

import dev.weir.exchange.Exchange;

/// How an exchange becomes a line. Confined to one event loop; one object per loop.
interface LineFormat {
    /// @param beganMillis when the request's first byte came, since 1970
    void write(Exchange exchange, long beganMillis, LineBuffer line);
}
