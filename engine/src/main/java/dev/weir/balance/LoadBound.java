package dev.weir.balance;

import dev.weir.schema.Percent;
import dev.weir.service.Endpoint;
import dev.weir.service.Succession;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// No endpoint has more in flight than so much of the average for its weight, rounded up: cap = ⌈(1+ε) · (m+1) · w/W⌉ for the next
/// one when m are in flight. Since the caps together are more than m, one endpoint has always room.
///
/// Thread-safe; one per service. Loops that pick at the same moment do not see each other's request, so each may
/// exceed the bound by one. Source: Mirrokni, Thorup, Zadimoghaddam, Consistent Hashing with Bounded Loads, 2018.
final class LoadBound {
    private final long hundredths;
    private final AtomicInteger inFlight = new AtomicInteger();

    LoadBound(Percent ofAverage, List<Endpoint> endpoints) {
        hundredths = ofAverage.hundredths();
        for (Endpoint endpoint : endpoints) {
            endpoint.state().listener(inFlight::addAndGet);
            inFlight.addAndGet(endpoint.state().inFlight());
        }
    }

    /// The same bound for endpoints that join as well. Nothing is in flight at them yet; what is at those that leave counts until it is over.
    LoadBound joined(Succession change) {
        for (Endpoint endpoint : change.after().endpoints()) {
            if (!change.before().holds(endpoint)) {
                endpoint.state().listener(inFlight::addAndGet);
            }
        }
        return this;
    }

    /// @param weights of all usable endpoints together
    boolean hasRoom(Endpoint endpoint, long weights) {
        long share = hundredths * (inFlight.get() + 1L) * endpoint.weight();
        // For whole numbers x < ⌈s/d⌉ is x·d < s, which needs no division.
        return endpoint.state().inFlight() * 10_000L * weights < share;
    }
}
