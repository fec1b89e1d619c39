package dev.weir.limit;

import dev.weir.exchange.Failure;
import dev.weir.observe.Events;

/// Counts the requests for which a service had no place, and says so to the person who runs Weir, as seldom as a [Tally] says.
///
/// ```
/// orders  overloaded  503 queue-full for 1 request: 200 of 200 places taken, 1024 waiting
/// orders  overloaded  503 for 61033 more requests, the newest queue-timeout: 200 of 200 places taken, 57 waiting
/// ```
///
/// Thread-safe.
public final class Refusals {
    private final String service;
    private final int max;
    private final Events events;
    private final Tally tally = new Tally();

    public Refusals(String service, int max, Events events) {
        this.service = service;
        this.max = max;
        this.events = events;
    }

    /// One more was refused.
    void count(Failure why, int taken, int waiting, long nowNanos) {
        Tally.Due due = tally.count(nowNanos);
        if (due != null) {
            events.say(
                    "%s  overloaded  %s: %d of %d places taken, %d waiting"
                            .formatted(service, due.refusals(why), taken, max, waiting));
        }
    }
}
