package dev.weir.limit;

import dev.weir.observe.Events;
import dev.weir.service.Endpoint;

/// Counts the requests that [Throttle] keeps from the endpoints of a service, and says so to the person who runs Weir, as seldom as a
/// [Tally] says. The figures are those of the loop that kept the newest one back.
///
/// ```
/// orders  throttled  1 request kept from 10.0.0.11:8080, which took 3 of 11 within 3 s
/// orders  throttled  812 more requests kept back, the newest from 10.0.0.11:8080, which took 3 of 640 within 3 s
/// ```
///
/// One per service; thread-safe.
public final class Restraint {
    private final String service;
    private final Events events;
    private final Tally tally = new Tally();

    public Restraint(String service, Events events) {
        this.service = service;
        this.events = events;
    }

    /// One more was kept back.
    ///
    /// @param throttle of the calling loop
    public void count(Endpoint endpoint, Throttle throttle, long nowNanos) {
        Tally.Due due = tally.count(nowNanos);
        if (due != null) {
            events.say(
                    "%s  throttled  %s kept %s %s, which took %d of %d within 3 s"
                            .formatted(
                                    service,
                                    due.howMany(),
                                    due.first() ? "from" : "back, the newest from",
                                    endpoint.name(),
                                    throttle.taken(endpoint),
                                    throttle.came(endpoint)));
        }
    }
}
