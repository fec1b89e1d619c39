package dev.weir.route;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Priority;
import dev.weir.exchange.Reply;
import dev.weir.filter.FilterChain;
import dev.weir.forward.ForwardRules;
import java.util.List;

/// A route ready for requests: its steps and where it ends. Immutable.
///
/// @param rules how its requests are sent on
/// @param priority of its requests, unless a trusted proxy says another
public record Route(
        String name,
        FilterChain filters,
        Destination destination,
        ForwardRules rules,
        Priority priority) {

    /// Where a route ends.
    public sealed interface Destination {
        /// At Weir itself.
        record Answer(Reply reply) implements Destination {}

        /// At another place that the client is sent to.
        record Elsewhere(int status, RedirectTarget target) implements Destination {
            /// What the client gets.
            public Reply answer(Exchange exchange) {
                String location = target.location(exchange);
                return location == null
                        ? Reply.of(Failure.BAD_REQUEST)
                        : Reply.of(status).with("Location", location);
            }
        }

        /// At a service drawn by share.
        ///
        /// @param positions of the splitter's services in the snapshot's list
        record Services(Splitter splitter, List<Integer> positions, Rewrite rewrite)
                implements Destination {}
    }
}
