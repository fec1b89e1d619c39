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

    /// What is least in the best endpoint, as a part of a sentence.
    String rule();

    /// [#load] for people, short.
    String score(Endpoint endpoint, long nowNanos);

    /// What [#load] comes from, for people.
    String says(Endpoint endpoint, long nowNanos);

    /// The endpoint as it is compared with others.
    default Outlook.Drawn drawn(Endpoint endpoint, double weight, long nowNanos) {
        return new Outlook.Drawn(
                endpoint,
                weight,
                load(endpoint, nowNanos),
                score(endpoint, nowNanos),
                says(endpoint, nowNanos));
    }
}
