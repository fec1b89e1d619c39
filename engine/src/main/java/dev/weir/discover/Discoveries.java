package dev.weir.discover;

import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import dev.weir.service.Listing;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The discoveries of all services that have one, until [#close], on one thread of their own. Thread-safe.
public final class Discoveries implements AutoCloseable {
    private static final Duration END_WITHIN = Duration.ofSeconds(2);

    private final Listener listener;
    private final Events events;
    private final Clock clock;
    private final RandomGenerator random;
    private @Nullable MultiThreadIoEventLoopGroup loop;
    private boolean closed;

    /// By what they find the endpoints of.
    private final Map<Object, Running> all = new HashMap<>();

    private record Running(Discovery discovery, CompletableFuture<Void> first) {}

    /// Hears of lists, on the thread of the discoveries: one call after the other.
    @FunctionalInterface
    public interface Listener {
        /// @param whose as it was said to [#begin]
        /// @param how what found them, in one word
        void found(Object whose, String how, List<Listing> endpoints);
    }

    /// @param random nobody else's
    public Discoveries(Listener listener, Events events, Clock clock, RandomGenerator random) {
        this.listener = listener;
        this.events = events;
        this.clock = clock;
        this.random = random;
    }

    /// Starts one more.
    ///
    /// @param whose tells it from all others
    /// @param service its name, for people
    public synchronized void begin(Object whose, String service, DiscoverConfig config) {
        if (closed) {
            return;
        }
        Discovery discovery =
                new DnsDiscovery(
                        service,
                        config,
                        loop().next(),
                        clock,
                        new SplittableRandom(random.nextLong()),
                        events);
        all.put(
                whose,
                new Running(
                        discovery,
                        discovery.start(endpoints -> listener.found(whose, "dns", endpoints))));
    }

    private MultiThreadIoEventLoopGroup loop() {
        MultiThreadIoEventLoopGroup here = loop;
        return here != null
                ? here
                : (loop =
                        new MultiThreadIoEventLoopGroup(
                                1,
                                Thread.ofPlatform().daemon().name("discovery").factory(),
                                NioIoHandler.newFactory()));
    }

    /// Ends one, if there is one.
    public synchronized void forget(Object whose) {
        Running running = all.remove(whose);
        if (running != null) {
            running.discovery.close();
        }
    }

    /// Waits until each of these has found endpoints, or found none.
    ///
    /// @return false if the time was over before
    public boolean awaitFirst(Collection<?> of, Duration atMost) throws InterruptedException {
        try {
            CompletableFuture.allOf(first(of)).get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a first attempt only ends", e);
        }
    }

    private synchronized CompletableFuture<?>[] first(Collection<?> of) {
        return of.stream()
                .map(all::get)
                .filter(Objects::nonNull)
                .map(Running::first)
                .toArray(CompletableFuture[]::new);
    }

    /// Ends them. From then on no list comes and no line is said.
    @Override
    public void close() {
        MultiThreadIoEventLoopGroup ends;
        synchronized (this) {
            closed = true;
            all.values().forEach(one -> one.discovery.close());
            ends = loop;
        }
        if (ends != null) {
            var _ =
                    ends.shutdownGracefully(0, END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                            .awaitUninterruptibly(END_WITHIN.toMillis());
        }
    }
}
