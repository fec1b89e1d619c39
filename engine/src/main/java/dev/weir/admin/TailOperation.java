package dev.weir.admin;

import dev.weir.admin.Operation.Gives;
import dev.weir.observe.LiveTail;
import dev.weir.observe.TailFilter;
import dev.weir.runtime.Clock;
import dev.weir.schema.DurationText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/// The operation that shows requests as they end. Each who reads it has a virtual thread, which takes what waits for him; while he takes
/// nothing it waits too, and what comes meanwhile is counted. Thread-safe.
final class TailOperation {
    /// Short enough that a loop's ring holds what comes meanwhile at some thousand requests a second.
    private static final Duration GATHER = Duration.ofMillis(20);

    private static final Duration COUNT = Duration.ofSeconds(1);

    private final LiveTail tail;
    private final Clock clock;
    private final Json json;

    TailOperation(LiveTail tail, Clock clock, Json json) {
        this.tail = tail;
        this.clock = clock;
        this.json = json;
    }

    Operation operation() {
        return Operation.get(
                        "/api/v1/log",
                        "Requests as they end (text/event-stream): `request` with a line of the access log in JSON, and `count` each second.",
                        Gives.other(AdminConnection.EVENTS),
                        this::follow)
                .with("status", "Only such: `503`, `5xx`, or several with commas between.")
                .with("route", "Only those of a route.")
                .with("service", "Only those of a service.")
                .with("endpoint", "Only those that an endpoint has answered.")
                .with("slow", "Only those that took at least this long, such as `200ms`.");
    }

    private Answer follow(Call call) throws Refused {
        TailFilter filter =
                new TailFilter(
                        read(call, "status", TailFilter::statuses, List.of()),
                        call.asked("route"),
                        call.asked("service"),
                        call.asked("endpoint"),
                        read(call, "slow", DurationText::parse, Duration.ZERO));
        return new Answer.Stream(subscriber -> tell(subscriber, filter));
    }

    private static <T> T read(Call call, String name, Function<String, T> parse, T none)
            throws Refused {
        String text = call.asked(name).orElse("");
        try {
            return text.isEmpty() ? none : parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new Refused(400, name + ": \"" + text + "\" " + e.getMessage());
        }
    }

    /// How many requests there were since the stream began.
    ///
    /// @param ended wanted or not
    /// @param dropped wanted, and not shown because too many came at once
    record Count(long ended, long dropped) {}

    /// On the subscriber's virtual thread, until he has gone.
    private void tell(Subscriber subscriber, TailFilter filter) {
        AtomicBoolean gone = new AtomicBoolean();
        subscriber.onEnd(() -> gone.set(true));
        try (LiveTail.Watch watch = tail.watch(filter)) {
            long next = clock.nanos();
            while (!gone.get()) {
                if (!subscriber.behind()) {
                    watch.take(line -> subscriber.send("request", line));
                }
                if (clock.nanos() - next >= 0) {
                    next = clock.nanos() + COUNT.toNanos();
                    Count count = new Count(watch.ended(), watch.dropped());
                    subscriber.send("count", new String(json.bytes(count), StandardCharsets.UTF_8));
                }
                LockSupport.parkNanos(this, GATHER.toNanos());
            }
        }
    }
}
