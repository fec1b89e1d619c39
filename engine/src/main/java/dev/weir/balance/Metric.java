package dev.weir.balance;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;

/// How loaded an endpoint is, for choices that compare. Confined to one event loop, whatever of it loops share is
/// passed in; does not allocate.
public interface Metric {
    /// The load for the endpoint's weight; only comparing two means anything. Equal loads compare equal.
    double load(Endpoint endpoint, long nowNanos);

    /// The endpoint gets the request.
    default void picked(Endpoint endpoint, long nowNanos) {}

    /// How an attempt went; see [Balancer#learn].
    default void learn(Attempt attempt) {}
}
