package dev.weir.discover;

import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import dev.weir.service.Listing;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/// The discoveries of all services that have one, from [#start] to [#close], on one thread of their own. Thread-safe.
public final class Discoveries implements AutoCloseable {
    private static final Duration END_WITHIN = Duration.ofSeconds(2);

    private final MultiThreadIoEventLoopGroup loop;
    private final List<Discovery> all = new ArrayList<>();
    private final List<CompletableFuture<Void>> first = new ArrayList<>();

    /// Hears of lists, on the thread of the discoveries: one call after the other.
    @FunctionalInterface
    public interface Listener {
        /// @param service its name
        /// @param how what found them, in one word
        void found(String service, String how, List<Listing> endpoints);
    }

    private Discoveries() {
        loop =
                new MultiThreadIoEventLoopGroup(
                        1,
                        Thread.ofPlatform().daemon().name("discovery").factory(),
                        NioIoHandler.newFactory());
    }

    /// Starts them.
    ///
    /// @param services by name
    /// @param random used during this call only
    public static Discoveries start(
            Map<String, DiscoverConfig> services,
            Listener listener,
            Events events,
            Clock clock,
            RandomGenerator random) {
        Discoveries started = new Discoveries();
        services.forEach(
                (service, config) -> {
                    Discovery discovery =
                            new DnsDiscovery(
                                    service,
                                    config,
                                    started.loop.next(),
                                    clock,
                                    new SplittableRandom(random.nextLong()),
                                    events);
                    started.all.add(discovery);
                    started.first.add(
                            discovery.start(
                                    endpoints -> listener.found(service, "dns", endpoints)));
                });
        return started;
    }

    /// Waits until each has found endpoints, or found none.
    ///
    /// @return false if the time was over before
    public boolean awaitFirst(Duration atMost) throws InterruptedException {
        try {
            CompletableFuture.allOf(first.toArray(CompletableFuture[]::new))
                    .get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a first attempt only ends", e);
        }
    }

    /// Ends them. From then on no list comes and no line is said.
    @Override
    public void close() {
        all.forEach(Discovery::close);
        var _ =
                loop.shutdownGracefully(0, END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                        .awaitUninterruptibly(END_WITHIN.toMillis());
    }
}
