package dev.weir;

import dev.weir.exchange.Exchange;
import dev.weir.observe.AccessLog;
import dev.weir.observe.Events;
import dev.weir.observe.LiveTail;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What hears on one loop of exchanges that are over: those who watch, and the access log if there is one. Immutable; called by its
/// loop.
final class Ended implements Consumer<Exchange> {
    private final LiveTail.Lane tail;
    private final AccessLog.@Nullable Lane log;
    private final Events events;

    private Ended(LiveTail.Lane tail, AccessLog.@Nullable Lane log, Events events) {
        this.tail = tail;
        this.log = log;
        this.events = events;
    }

    static Ended without(LiveTail.Lane tail, Events events) {
        return new Ended(tail, null, events);
    }

    /// With another log, or with none any more.
    Ended with(Optional<AccessLog> other) {
        return new Ended(tail, other.map(AccessLog::lane).orElse(null), events);
    }

    /// A line that cannot be written is a bug, and no reason to lose an answer.
    @Override
    public void accept(Exchange exchange) {
        try {
            tail.ended(exchange);
            if (log != null) {
                log.write(exchange);
            }
        } catch (RuntimeException e) {
            events.say("internal error in the access log, request " + exchange.id() + ": " + e);
        }
    }
}
