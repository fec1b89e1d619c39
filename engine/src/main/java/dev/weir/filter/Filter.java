package dev.weir.filter;

import dev.weir.exchange.Exchange;
import dev.weir.http.ResponseHead;

/// One step of a route's pipeline. Called on the exchange's event loop and must not block; an instance serves
/// all loops, so its state is thread-safe. What it keeps per request it keeps in the [Exchange].
public interface Filter {
    /// Decides about a request, before a service is asked. Steps run in the order of the file until one does
    /// not say [Verdict.Pass].
    default Verdict onRequest(Exchange exchange) {
        return Verdict.PASS;
    }

    /// Sees the head of every final answer that goes to the client, from endpoints and from Weir itself, in
    /// the reverse order of the file; only filters whose `onRequest` ran are asked.
    default void onResponse(Exchange exchange, ResponseHead head) {}

    /// Hears that an exchange is over whose `onRequest` ran, however it ended: answered, cut, or left by its client.
    default void onEnd(Exchange exchange) {}

    /// What [#onRequest] would do to a request that is only thought of. Changes the exchange alike, and nothing that another request
    /// would notice. Called on any thread; for explanations.
    default Foresight foresee(Exchange exchange) {
        return Foresight.UNKNOWN;
    }
}
