package dev.weir;

import dev.weir.listen.Worker;
import dev.weir.runtime.Clock;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Transport;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The event loops with what each has. Thread-safe.
final class Loops implements AutoCloseable {
    /// A loop that does not come to it within this time is stuck.
    private static final Duration AT_MOST = Duration.ofSeconds(10);

    private static final Duration END_WITHIN = Duration.ofSeconds(2);

    private final MultiThreadIoEventLoopGroup group;
    private final Map<EventLoop, Worker> workers;

    private Loops(MultiThreadIoEventLoopGroup group, Map<EventLoop, Worker> workers) {
        this.group = group;
        this.workers = Collections.unmodifiableMap(workers);
    }

    /// Loops that know no configuration yet.
    ///
    /// @param asked how many; 0 for one per core
    static Loops start(int asked, Transport transport, Clock clock, SplittableRandom random) {
        int count = asked > 0 ? asked : Runtime.getRuntime().availableProcessors();
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(count, transport.handler());
        Map<EventLoop, Worker> workers = new IdentityHashMap<>();
        for (EventExecutor executor : group) {
            EventLoop loop = (EventLoop) executor;
            Loop own = new Loop(loop, clock, random.split(), Long.MAX_VALUE);
            workers.put(loop, new Worker(own, Generation.NONE.snapshot(), List.of(), _ -> {}));
        }
        return new Loops(group, workers);
    }

    /// All of them, for sockets.
    EventLoopGroup group() {
        return group;
    }

    Map<EventLoop, Worker> all() {
        return workers;
    }

    /// Runs something on every loop and waits for it.
    void each(Consumer<Worker> action) {
        boolean _ = each(action, AT_MOST);
    }

    /// Runs something on every loop.
    ///
    /// @return whether it was done on all of them within this time
    boolean each(Consumer<Worker> action, Duration within) {
        CountDownLatch done = new CountDownLatch(workers.size());
        workers.forEach(
                (loop, worker) -> {
                    try {
                        loop.execute(
                                () -> {
                                    try {
                                        action.accept(worker);
                                    } finally {
                                        done.countDown();
                                    }
                                });
                    } catch (RejectedExecutionException _) {
                        // The loop has ended, and with it everything on it.
                        done.countDown();
                    }
                });
        try {
            return done.await(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Ends them; what is on them ends too.
    @Override
    public void close() {
        long most = END_WITHIN.toMillis();
        var _ =
                group.shutdownGracefully(0, most, TimeUnit.MILLISECONDS)
                        .awaitUninterruptibly(most * 2);
    }
}
