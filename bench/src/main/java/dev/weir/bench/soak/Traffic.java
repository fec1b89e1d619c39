package dev.weir.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/// The mixed traffic: clients that each make a request at a steady pace. Can be started and stopped again and again;
/// confined to the thread that does.
final class Traffic {
    private static final int CLIENTS = 32;
    private static final int SLOW_BYTES_PER_SECOND = 200_000;

    private final Visitors visitors;
    private final SplittableRandom random;
    private final long pauseNanos;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean going;
    private int rounds;

    /// @param perSecond requests, of all clients together
    Traffic(Visitors visitors, SplittableRandom random, int perSecond) {
        this.visitors = visitors;
        this.random = random;
        this.pauseNanos = 1_000_000_000L * CLIENTS / perSecond;
    }

    void start() {
        going = true;
        rounds++;
        for (int i = 0; i < CLIENTS; i++) {
            Mix mix = new Mix("t" + rounds + "." + i, random.split());
            long offset = pauseNanos * i / CLIENTS;
            threads.add(Thread.ofVirtual().start(() -> run(mix, offset)));
        }
    }

    /// Ends when every request under way has ended; connections are closed.
    void stop() throws InterruptedException {
        going = false;
        for (Thread thread : threads) {
            thread.join();
        }
        threads.clear();
    }

    private void run(Mix mix, long offsetNanos) {
        long due = System.nanoTime() + offsetNanos;
        try (Caller caller = visitors.caller(SLOW_BYTES_PER_SECOND)) {
            while (going) {
                while (going && System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                visitors.visit(caller, mix.next());
                // One that fell behind does not catch up in a burst.
                due = Math.max(due + pauseNanos, System.nanoTime());
            }
        }
    }
}
