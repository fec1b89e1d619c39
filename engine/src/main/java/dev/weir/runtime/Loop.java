package dev.weir.runtime;

import dev.weir.http.HeadWriter;
import dev.weir.http.HttpDate;
import dev.weir.metrics.LoopTraffic;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// One event loop and what everything on it shares: time, deadlines, randomness, the array that heads are written
/// into, and the outlets that wait for the end of a turn. Confined to that loop.
public final class Loop {
    /// So many outlets wait for the end of a turn at most, so that none waits for long.
    private static final int MOST_GATHERED = 64;

    private final EventLoop executor;
    private final Clock clock;
    private final RandomGenerator random;
    private final Timers timers;
    private final HeadWriter headWriter = new HeadWriter();
    private final HttpDate date = new HttpDate();
    private final Pressure pressure;
    private final Reads reads;
    private final LoopTraffic traffic = new LoopTraffic();
    private final Runnable endOfTurn = this::endTurn;
    private Outlet[] touched = new Outlet[MOST_GATHERED];
    private int touchedCount;
    private boolean flushing;
    private boolean turning;
    private long now;

    /// @param memory this loop's share of `limits.memory`, in bytes
    public Loop(EventLoop executor, Clock clock, RandomGenerator random, long memory) {
        this.executor = executor;
        this.clock = clock;
        this.random = random;
        this.timers = new Timers(clock, this::strikeIn);
        this.pressure = new Pressure(memory, clock, timers);
        this.reads = new Reads(pressure);
    }

    private Timers.Wake strikeIn(long nanos) {
        if (executor.isShuttingDown()) {
            return () -> {};
        }
        var strike = executor.schedule(this::strike, nanos, TimeUnit.NANOSECONDS);
        return () -> strike.cancel(false);
    }

    private void strike() {
        arrived();
        timers.run();
    }

    public EventLoop executor() {
        return executor;
    }

    /// Monotonic nanoseconds, as of the last [#arrived] of this turn.
    public long now() {
        if (!turning) {
            arrived();
        }
        return now;
    }

    /// An event begins that may take time, or on which time depends: the clock is read anew.
    public void arrived() {
        now = clock.nanos();
        turn();
    }

    /// Until the turn ends, time is remembered and what is written is gathered.
    private void turn() {
        if (!turning) {
            turning = true;
            executor.execute(endOfTurn);
        }
    }

    private void endTurn() {
        turning = false;
        flush();
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

    /// What is counted here, for metrics.
    public LoopTraffic traffic() {
        return traffic;
    }

    /// How much this loop's channels ask of their sockets at once.
    public RecvByteBufAllocator reads() {
        return reads;
    }

    /// The value of `Date` now.
    public byte[] date() {
        return date.at(clock.millis());
    }

    /// Remembers that an outlet has something to send. What the events of one turn of the loop write is sent at its end, or when many
    /// outlets wait: the system then does the same work many times over with all of it at hand, and a peer that reads several
    /// connections is woken once.
    void touch(Outlet outlet) {
        if (touchedCount == touched.length) {
            touched = Arrays.copyOf(touched, touchedCount * 2);
        }
        touched[touchedCount++] = outlet;
        turn();
        if (touchedCount >= MOST_GATHERED && !flushing) {
            flush();
        }
    }

    private void flush() {
        flushing = true;
        for (int i = 0; i < touchedCount; i++) {
            touched[i].flush();
        }
        touchedCount = 0;
        flushing = false;
    }
}
