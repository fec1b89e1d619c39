package dev.weir.balance;

import dev.weir.service.Endpoint;

/// How loaded an endpoint is. A choice ([TwoChoices], [FullScan]) takes the endpoint with the least. Asked on
/// event loops; does not allocate.
public interface Metric {
    /// The load for the endpoint's weight; only comparing two means anything. Equal loads compare equal.
    double load(Endpoint endpoint);
}
