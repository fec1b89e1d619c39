package dev.weir.forward;

import dev.weir.retry.HedgeRules;
import dev.weir.retry.RetryRules;
import dev.weir.tunnel.Tunnel;
import java.util.Optional;

/// What a route says about sending its requests on. Immutable.
///
/// @param firstByteNanos to the head of the answer, over all attempts; progress of the request's body extends it
/// @param idleNanos without progress in an answer that has begun
/// @param requestNanos for the whole exchange, or 0 for any time
/// @param webSockets what holds for connections that go on as WebSockets; empty if none may
public record ForwardRules(
        long firstByteNanos,
        long idleNanos,
        long requestNanos,
        Optional<Tunnel.Patience> webSockets,
        RetryRules retry,
        Optional<HedgeRules> hedge,
        Optional<Mirror> mirror) {

    /// Where copies of requests go.
    ///
    /// @param position of the service in the snapshot's list
    /// @param share of the requests, from 0 to 1
    public record Mirror(int position, double share) {}
}
