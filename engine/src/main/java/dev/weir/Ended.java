package dev.weir;

import dev.weir.exchange.Exchange;
import dev.weir.observe.AccessLog;
import dev.weir.observe.Events;
import dev.weir.observe.LiveTail;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What hears on one loop of exchanges that are over: those who watch, and if there are such, the access log and who keeps records for
/// explanations. Immutable; called by its loop.
final class Ended implements Consumer<Exchange> {
    private final LiveTail.Lane tail;
    private final @Nullable Consumer<Exchange> records;
    private final AccessLog.@Nullable Lane log;
    private final Events events;

    private Ended(
            LiveTail.Lane tail,
            @Nullable Consumer<Exchange> records,
            AccessLog.@Nullable Lane log,
            Events events) {
        this.tail = tail;
        this.records = records;
        this.log = log;
        this.events = events;
    }

    /// Without an access log.
    static Ended without(LiveTail.Lane tail, @Nullable Consumer<Exchange> records, Events events) {
        return new Ended(tail, records, null, events);
    }

    /// With another log, or with none any more.
    Ended with(Optional<AccessLog> other) {
        return new Ended(tail, records, other.map(AccessLog::lane).orElse(null), events);
    }

    /// What cannot be written down is a bug, and no reason to lose an answer.
    @Override
    public void accept(Exchange exchange) {
        try {
            tail.ended(exchange);
            if (log != null) {
                log.write(exchange);
            }
            if (records != null) {
                records.accept(exchange);
            }
        } catch (RuntimeException e) {
            events.say("internal error behind request " + exchange.id() + ": " + e);
        }
    }
}
