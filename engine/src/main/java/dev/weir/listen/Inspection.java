package dev.weir.listen;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.TlsFacts;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Looks at requests that ask to be explained (`X-Weir-Explain`). Confined to one event loop.
public interface Inspection {
    /// Whether somebody who may ask wants to know what becomes of this request. If so, the field that says so goes no further, and the
    /// answer tells the id under which it can be looked up.
    ///
    /// @param exchange its head is as it came
    /// @param peer who connected
    /// @param tls what is known of its TLS; null if the connection is not encrypted
    boolean asks(Exchange exchange, InetAddress peer, String listener, @Nullable TlsFacts tls);
}
