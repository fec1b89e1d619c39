package dev.weir;

import dev.weir.exchange.Exchange;
import dev.weir.observe.AccessLog;
import dev.weir.observe.Events;
import dev.weir.observe.LiveTail;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What hears on one loop of exchanges that are over: those who watch, and if there are such, the access log, what takes log records to a
/// collector, and who keeps records for explanations. Immutable; called by its loop.
final class Ended implements Consumer<Exchange> {
    private final LiveTail.Lane tail;
    private final @Nullable Consumer<Exchange> records;
    private final AccessLog.@Nullable Lane log;
    private final AccessLog.@Nullable Lane export;
    private final Events events;

    private Ended(
            LiveTail.Lane tail,
            @Nullable Consumer<Exchange> records,
            AccessLog.@Nullable Lane log,
            AccessLog.@Nullable Lane export,
            Events events) {
        this.tail = tail;
        this.records = records;
        this.log = log;
        this.export = export;
        this.events = events;
    }

    /// Without a log.
    static Ended without(LiveTail.Lane tail, @Nullable Consumer<Exchange> records, Events events) {
        return new Ended(tail, records, null, null, events);
    }

    /// With other logs, or with none any more. It goes on in those that it has already.
    ///
    /// @param log of the file
    /// @param export to a collector
    Ended with(Optional<AccessLog> log, Optional<AccessLog> export) {
        return new Ended(tail, records, lane(this.log, log), lane(this.export, export), events);
    }

    private static AccessLog.@Nullable Lane lane(
            AccessLog.@Nullable Lane before, Optional<AccessLog> log) {
        return before != null && log.isPresent() && before.into(log.get())
                ? before
                : log.map(AccessLog::lane).orElse(null);
    }

    /// What cannot be written down is a bug, and no reason to lose an answer.
    @Override
    public void accept(Exchange exchange) {
        try {
            tail.ended(exchange);
            if (log != null) {
                log.write(exchange);
            }
            if (export != null) {
                export.write(exchange);
            }
            if (records != null) {
                records.accept(exchange);
            }
        } catch (RuntimeException e) {
            events.say("internal error behind request " + exchange.id() + ": " + e);
        }
    }
}
