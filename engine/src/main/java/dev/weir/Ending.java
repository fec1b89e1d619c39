package dev.weir;

import dev.weir.listen.Worker;
import dev.weir.runtime.DrainConfig;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// How Weir ends: in order, with time for requests under way, or at once. Thread-safe; called on no loop.
final class Ending {
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(2);

    private final Loops workers;
    private final Changeover changeover;
    private final Runnable release;
    private volatile boolean ended;
    private int cut;

    /// @param release lets go of all that is left when no connection is
    Ending(Loops workers, Changeover changeover, Runnable release) {
        this.workers = workers;
        this.changeover = changeover;
        this.release = release;
    }

    /// Every answer from now on ends its connection; after the delay nothing new is accepted and idle connections close; requests in
    /// flight have their time, then they are cut.
    ///
    /// @return whether nothing was cut
    boolean drain(DrainConfig drain) throws InterruptedException {
        workers.each(Worker::drain);
        TimeUnit.NANOSECONDS.sleep(drain.delay().toNanos());
        changeover.closeListeners();
        workers.each(Worker::closeIdle);
        long deadline = System.nanoTime() + drain.timeout().toNanos();
        while (!ended && connected() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return now() == 0;
    }

    /// The same on a thread of its own.
    void drainAside(DrainConfig drain) {
        Thread.ofVirtual()
                .name("weir-drain")
                .start(
                        () -> {
                            try {
                                boolean _ = drain(drain);
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    /// Cuts what is in flight and releases everything.
    ///
    /// @return how many requests were cut, also when somebody else has ended it
    synchronized int now() {
        if (ended) {
            return cut;
        }
        ended = true;
        changeover.closeListeners();
        AtomicInteger busy = new AtomicInteger();
        workers.each(
                worker -> {
                    busy.addAndGet(worker.cut());
                    worker.close();
                });
        awaitClosed();
        release.run();
        cut = busy.get();
        return cut;
    }

    /// Connections close on their loops, which must not end before.
    private void awaitClosed() {
        long deadline = System.nanoTime() + CLOSED_WITHIN.toNanos();
        try {
            while (connected() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean connected() {
        AtomicInteger open = new AtomicInteger();
        workers.each(
                worker -> {
                    if (worker.hasConnections()) {
                        open.incrementAndGet();
                    }
                });
        return open.get() > 0;
    }
}
