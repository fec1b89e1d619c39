package dev.weir.explain;

import dev.weir.balance.Outlook;
import dev.weir.exchange.Exchange;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import java.util.Map;

/// Tells where a service would send a request now. Called on any thread but an event loop; may block.
public interface Lookout {
    /// What one event loop knows of a service. Immutable.
    ///
    /// @param heldBack the probability with which requests are held back from an endpoint, where that is above 0
    record View(Service service, Outlook outlook, Map<Endpoint, Double> heldBack) {
        public View {
            heldBack = Map.copyOf(heldBack);
        }
    }

    /// @param service its position in the snapshot
    View look(int service, Exchange exchange);
}
