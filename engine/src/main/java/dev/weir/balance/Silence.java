package dev.weir.balance;

import dev.weir.limit.Tally;
import dev.weir.observe.Events;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Succession;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/// Which endpoints of a service leave probes unanswered: those that did three times in a row, whichever loop asked. They are asked
/// once a second from then on, and one good answer ends it. The person who runs Weir hears of it, as seldom as a [Tally] says.
///
/// ```
/// orders  10.0.0.11:8080  does not answer probes (GET /load: status 404 without X-Weir-Probe): it is balanced by what this gateway knows of it
/// orders  10.0.0.11:8080  answers probes
/// ```
///
/// One per service, used by all loops; thread-safe and lock-free.
final class Silence {
    private static final int TOO_OFTEN = 3;
    private static final long ASK_AGAIN_NANOS = 1_000_000_000L;

    private final Service service;
    private final String path;
    private final Events events;
    private final AtomicIntegerArray unanswered;
    private final AtomicLongArray askedNanos;
    private final Tally silent = new Tally();
    private final Tally again = new Tally();

    Silence(Service service, String path, Events events) {
        this.service = service;
        this.path = path;
        this.events = events;
        this.unanswered = new AtomicIntegerArray(service.slots());
        this.askedNanos = new AtomicLongArray(service.slots());
    }

    /// For another list: what is known of the endpoints that stay.
    Silence next(Succession change) {
        Silence next = new Silence(change.after(), path, events);
        for (int i = 0; i < unanswered.length(); i++) {
            if (change.stays(i)) {
                next.unanswered.set(i, unanswered.get(i));
                next.askedNanos.set(i, askedNanos.get(i));
            }
        }
        return next;
    }

    boolean silent(Endpoint endpoint) {
        return unanswered.get(endpoint.position()) >= TOO_OFTEN;
    }

    /// Whether to ask this endpoint, if it is silent; at most one loop may in a second.
    boolean asksAgain(Endpoint endpoint, long nowNanos) {
        long asked = askedNanos.get(endpoint.position());
        return nowNanos - asked >= ASK_AGAIN_NANOS
                && askedNanos.compareAndSet(endpoint.position(), asked, nowNanos);
    }

    void answered(Endpoint endpoint, long nowNanos) {
        if (unanswered.get(endpoint.position()) != 0
                && unanswered.getAndSet(endpoint.position(), 0) >= TOO_OFTEN) {
            Tally.Due due = again.count(nowNanos);
            if (due != null) {
                events.say(line(endpoint, "answers probes", due));
            }
        }
    }

    /// @param why in a few words
    void unanswered(Endpoint endpoint, String why, long nowNanos) {
        if (unanswered.getAndUpdate(endpoint.position(), n -> Math.min(n + 1, TOO_OFTEN))
                == TOO_OFTEN - 1) {
            askedNanos.set(endpoint.position(), nowNanos);
            Tally.Due due = silent.count(nowNanos);
            if (due != null) {
                String what =
                        "does not answer probes (GET %s: %s): it is balanced by what this gateway knows of it"
                                .formatted(path, why);
                events.say(line(endpoint, what, due));
            }
        }
    }

    /// Those that were not spoken of are counted with the next one.
    private String line(Endpoint endpoint, String what, Tally.Due due) {
        long others = due.requests() - 1;
        return "%s  %s  %s%s"
                .formatted(
                        service.name(),
                        endpoint.name(),
                        what,
                        others == 0 ? "" : "; so with " + others + " more of late");
    }
}
