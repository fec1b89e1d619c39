package dev.weir.discover;

import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import dev.weir.schema.DurationText;
import dev.weir.service.Listing;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Asks DNS for the endpoints of a service, again and again: as long as an answer holds (TTL), but not within a second, and at the
/// latest when `every` is over; each time up to a tenth later, so that several gateways do not ask in step. After a failure it asks
/// a second later, then after two, four and so on up to `every`.
///
/// Neither a name that does not exist, nor an error, nor an answer without addresses takes the last list away: endpoints that are
/// really gone show in health checks and traffic, and a mistake in DNS must not take a service down. One line says so:
///
/// ```
/// pages  dns  pages.internal:8080 got the answer SERVFAIL: the 3 endpoints found last stay
/// ```
///
/// All its work is done on the loop it is given, which serves no requests.
public final class DnsDiscovery implements Discovery {
    private static final long SHORTEST_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_DOUBLINGS = 20;

    /// So long after the last line about a failure that goes on, there is another one.
    private static final long APART_NANOS = Duration.ofMinutes(1).toNanos();

    private final String service;
    private final DiscoverConfig config;
    private final EventLoop loop;
    private final DnsClient client;
    private final DnsLookup lookup;
    private final Clock clock;
    private final RandomGenerator random;
    private final Events events;
    private final CompletableFuture<Void> first = new CompletableFuture<>();

    // ---- confined to the loop ----

    private @Nullable Listener listener;
    private @Nullable Future<?> next;
    private boolean closed;
    private int known;
    private int failures;
    private long failingSinceNanos;
    private long saidNanos;

    /// @param service its name, for the lines
    /// @param random for the spread of questions; nobody else's
    public DnsDiscovery(
            String service,
            DiscoverConfig config,
            EventLoop loop,
            Clock clock,
            RandomGenerator random,
            Events events) {
        this.service = service;
        this.config = config;
        this.loop = loop;
        this.clock = clock;
        this.random = random;
        this.events = events;
        this.client = new DnsClient(loop, config.nameservers());
        this.lookup = new DnsLookup(client);
    }

    @Override
    public CompletableFuture<Void> start(Listener hears) {
        loop.execute(
                () -> {
                    listener = hears;
                    ask();
                });
        return first;
    }

    private void ask() {
        if (closed) {
            return;
        }
        CompletableFuture<DnsLookup.Outcome> asking;
        try {
            asking = lookup.find(config.dns());
        } catch (RuntimeException e) {
            // No socket, for example.
            asking = CompletableFuture.failedFuture(e);
        }
        var _ = asking.whenCompleteAsync(this::heard, loop);
    }

    private void heard(DnsLookup.@Nullable Outcome outcome, @Nullable Throwable bug) {
        if (closed) {
            return;
        }
        long waitNanos;
        try {
            waitNanos =
                    switch (outcome) {
                        case DnsLookup.Outcome.Found found -> found(found);
                        case DnsLookup.Outcome.Nothing nothing -> nothing(nothing.why());
                        case null -> nothing("could not be asked for (" + bug + ")");
                    };
        } catch (RuntimeException e) {
            // Nobody would ask again, and the list would stand for ever.
            events.say("internal error in the discovery of " + service + ": " + e);
            waitNanos = config.every().toNanos();
        }
        double late = 1 + 0.1 * random.nextDouble();
        next = loop.schedule(this::ask, (long) (waitNanos * late), TimeUnit.NANOSECONDS);
        first.complete(null);
    }

    /// @return until when to wait before asking again
    private long found(DnsLookup.Outcome.Found found) {
        List<Listing> endpoints = found.endpoints();
        if (failures > 0) {
            say("answers again after " + since(failingSinceNanos));
            failures = 0;
        }
        known = endpoints.size();
        Listener hears = listener;
        if (hears != null) {
            hears.found(endpoints);
        }
        long holdsSeconds = Math.min(found.ttlSeconds(), config.every().toSeconds());
        return Math.max(SHORTEST_NANOS, TimeUnit.SECONDS.toNanos(holdsSeconds));
    }

    private long nothing(String why) {
        long now = clock.nanos();
        if (failures == 0) {
            failingSinceNanos = now;
        }
        if (failures == 0 || now - saidNanos >= APART_NANOS) {
            saidNanos = now;
            say(why + (failures == 0 ? "" : ", for " + since(failingSinceNanos)) + ": " + so());
        }
        long wait = SHORTEST_NANOS << Math.min(failures, MOST_DOUBLINGS);
        failures++;
        return Math.clamp(wait, SHORTEST_NANOS, config.every().toNanos());
    }

    private String so() {
        return switch (known) {
            case 0 -> "no endpoint is known, requests get 503 no-endpoint";
            case 1 -> "the endpoint found last stays";
            default -> "the " + known + " endpoints found last stay";
        };
    }

    private String since(long nanos) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(clock.nanos() - nanos);
        return DurationText.print(Duration.ofSeconds(Math.max(1, seconds)));
    }

    private void say(String text) {
        events.say(service + "  dns  " + config.dns() + " " + text);
    }

    @Override
    public void close() {
        loop.execute(
                () -> {
                    closed = true;
                    Future<?> waiting = next;
                    if (waiting != null) {
                        waiting.cancel(false);
                    }
                    client.close();
                    first.complete(null);
                });
    }
}
