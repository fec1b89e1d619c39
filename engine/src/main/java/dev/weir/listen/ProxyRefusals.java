package dev.weir.listen;

import dev.weir.limit.Tally;
import dev.weir.observe.Events;
import java.net.InetAddress;
import java.util.function.Supplier;

/// Counts the connections that were closed for their PROXY header, and says so to the person who runs Weir, as seldom as a [Tally]
/// says.
///
/// ```
/// listener web  closed a connection from 192.0.2.7: its PROXY header has an address that is none
/// listener web  closed 17 more connections, the newest from 192.0.2.7: it is no trusted proxy
/// ```
///
/// One per listener; thread-safe.
final class ProxyRefusals {
    private final Supplier<String> listener;
    private final Events events;
    private final Tally tally = new Tally();

    ProxyRefusals(Supplier<String> listener, Events events) {
        this.listener = listener;
        this.events = events;
    }

    /// One more was closed.
    ///
    /// @param why completes "closed a connection from 192.0.2.7: …"
    void count(InetAddress from, String why, long nowNanos) {
        Tally.Due due = tally.count(nowNanos);
        if (due != null) {
            String closed =
                    due.first() || due.requests() == 1
                            ? "a connection from "
                            : due.requests() + " more connections, the newest from ";
            events.say(
                    "listener "
                            + listener.get()
                            + "  closed "
                            + closed
                            + from.getHostAddress()
                            + ": "
                            + why);
        }
    }
}
