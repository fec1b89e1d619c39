package dev.weir.balance;

import dev.weir.exchange.Exchange;
import dev.weir.service.Endpoint;
import dev.weir.service.Tried;
import org.jspecify.annotations.Nullable;

/// Chooses the endpoint for a request, among those usable now. One instance per service and event loop,
/// called on that loop only; what loops share is passed in.
public interface Balancer {
    /// @param tried endpoints that this exchange has been sent to; none of them is returned
    /// @return null if no usable endpoint is left
    @Nullable Endpoint pick(Exchange exchange, Tried tried);
}
