package dev.weir.listen;

import dev.weir.exchange.Exchange;
import java.net.InetAddress;

/// Looks at requests that ask to be explained (`X-Weir-Explain`). Confined to one event loop.
public interface Inspection {
    /// Whether somebody who may ask wants to know what becomes of this request. If so, the field that says so goes no further, and the
    /// answer tells the id under which it can be looked up.
    ///
    /// @param exchange its head is as it came
    /// @param peer who connected
    /// @param tls whether the connection is encrypted
    boolean asks(Exchange exchange, InetAddress peer, String listener, boolean tls);
}
