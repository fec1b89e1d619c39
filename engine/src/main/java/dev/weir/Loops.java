package dev.weir;

import dev.weir.listen.Worker;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The event loops with what each has. Thread-safe.
final class Loops {
    /// A loop that does not come to it within this time is stuck.
    private static final Duration AT_MOST = Duration.ofSeconds(10);

    private final Map<EventLoop, Worker> workers;

    Loops(Map<EventLoop, Worker> workers) {
        this.workers = Collections.unmodifiableMap(new IdentityHashMap<>(workers));
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
}
