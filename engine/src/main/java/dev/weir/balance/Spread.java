package dev.weir.balance;

import dev.weir.exchange.SipHash;
import dev.weir.service.Endpoint;
import java.util.List;

/// How the space of hashes is shared out to endpoints, so that a change of the list moves few. Immutable; thread-safe.
///
/// What it decides depends on the endpoints' addresses and weights only: several gateways with the same file decide
/// alike, also after restarts.
sealed interface Spread permits Maglev, Ring {
    /// Whom each slot of the space belongs to; empty if there is nobody. Takes milliseconds.
    Endpoint[] owners(Endpoint[] usable);

    /// What it is, for people.
    String says();

    /// How many positions endpoints have.
    static int positions(List<Endpoint> endpoints) {
        return endpoints.stream().mapToInt(Endpoint::position).max().orElse(-1) + 1;
    }

    /// A hash that stays the same as long as the endpoint is called the same.
    static long hash(Endpoint endpoint, long number) {
        return new SipHash(0, 0).add(endpoint.name()).add(number).end();
    }
}
