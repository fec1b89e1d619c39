package dev.weir.runtime;

import dev.weir.http.HeadWriter;
import dev.weir.http.HttpDate;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// One event loop and what everything on it shares: time, deadlines, randomness, the array that heads are written
/// into, and the outlets that wait for a flush. Confined to that loop.
public final class Loop {
    private final EventLoop executor;
    private final Clock clock;
    private final RandomGenerator random;
    private final Timers timers;
    private final HeadWriter headWriter = new HeadWriter();
    private final HttpDate date = new HttpDate();
    private final Pressure pressure;
    private final Reads reads;
    private Outlet[] touched = new Outlet[16];
    private int touchedCount;

    /// @param memory this loop's share of `limits.memory`, in bytes
    public Loop(EventLoop executor, Clock clock, RandomGenerator random, long memory) {
        this.executor = executor;
        this.clock = clock;
        this.random = random;
        this.timers =
                new Timers(
                        clock,
                        nanos -> {
                            if (!executor.isShuttingDown()) {
                                var _ =
                                        executor.schedule(
                                                this::strike, nanos, TimeUnit.NANOSECONDS);
                            }
                        });
        this.pressure = new Pressure(memory, clock, timers);
        this.reads = new Reads(pressure);
    }

    private void strike() {
        timers.run();
        flush();
    }

    public EventLoop executor() {
        return executor;
    }

    /// Monotonic nanoseconds.
    public long now() {
        return clock.nanos();
    }

    public Clock clock() {
        return clock;
    }

    public RandomGenerator random() {
        return random;
    }

    public Timers timers() {
        return timers;
    }

    public HeadWriter headWriter() {
        return headWriter;
    }

    /// How much memory is held here, and what follows.
    public Pressure pressure() {
        return pressure;
    }

    /// How much this loop's channels ask of their sockets at once.
    public RecvByteBufAllocator reads() {
        return reads;
    }

    /// The value of `Date` now.
    public byte[] date() {
        return date.at(clock.millis());
    }

    /// Remembers that an outlet has something to flush. Whoever handles an event ends with [#flush], so that
    /// each connection touched by one event costs one system call.
    void touch(Outlet outlet) {
        if (touchedCount == touched.length) {
            touched = java.util.Arrays.copyOf(touched, touchedCount * 2);
        }
        touched[touchedCount++] = outlet;
    }

    /// Flushes all outlets that were written to since.
    public void flush() {
        for (int i = 0; i < touchedCount; i++) {
            Outlet outlet = touched[i];
            outlet.flush();
        }
        touchedCount = 0;
    }
}
