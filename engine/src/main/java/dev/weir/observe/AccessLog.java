package dev.weir.observe;

import dev.weir.exchange.Exchange;
import dev.weir.observe.LogSink.LinesLost;
import dev.weir.otlp.Delivery;
import dev.weir.runtime.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// One line per exchange, written by one thread of its own. Event loops format into bytes and leave them in a
/// ring of fixed size; if that is full, because the sink is slow or stuck, lines are dropped and counted, and
/// nobody waits. A file that was deleted is made anew when that is seen twice, ten seconds apart; one that was given another name, to be
/// put away, is left alone as long, until [#reopen] is called. Thread-safe; a [Lane] is for one loop.
public final class AccessLog implements AutoCloseable {
    private static final long BETWEEN_WARNINGS_NANOS = 10_000_000_000L;
    private static final long BETWEEN_LOOKS_NANOS = 10_000_000_000L;
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final LogSink sink;
    private final LogSink.Pace pace;
    private final Supplier<LineFormat> format;
    private final Clock clock;
    private final Events events;
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private final LongAdder dropped = new LongAdder();
    private final AtomicBoolean dropping = new AtomicBoolean();
    private final Thread writer;
    private volatile boolean idle;
    private volatile boolean closing;
    private volatile boolean reopening;
    private volatile long droppedLastNanos;

    /// The writer's alone.
    private final byte[] batch;

    private int batched;
    private long reported;
    private long failedLines;
    private boolean warned;
    private long warnedNanos;
    private long lookedNanos;
    private boolean missed;

    private AccessLog(
            LogSink sink, Supplier<LineFormat> format, String thread, Clock clock, Events events) {
        this.sink = sink;
        this.pace = sink.pace();
        this.format = format;
        this.clock = clock;
        this.events = events;
        this.batch = new byte[pace.ringBytes()];
        this.writer = Thread.ofPlatform().daemon().name(thread).unstarted(this::run);
    }

    /// Opens the log and starts its thread.
    ///
    /// @param directory where a relative file name starts
    /// @param events gets a line when the log loses something
    /// @throws IllegalArgumentException with a sentence for the user, if nothing could be written there
    public static AccessLog open(
            LogsConfig.Access access, Path directory, Clock clock, Events events) {
        Supplier<LineFormat> format =
                switch (access.format()) {
                    case JSON -> JsonLine::new;
                    case COMBINED -> () -> new CombinedLine(ZoneId.systemDefault());
                };
        FileSink sink = FileSink.open(access.to(), directory);
        return start(new AccessLog(sink, format, "weir-access-log", clock, events));
    }

    /// Starts the thread of a log that goes to a collector as log records. That the collector answers is not waited for.
    ///
    /// @param delivery which it closes at its end
    /// @param events gets a line when the log loses something
    public static AccessLog export(Delivery delivery, Clock clock, Events events) {
        CollectorSink sink = new CollectorSink(delivery);
        return start(new AccessLog(sink, OtlpLine::new, "weir-otlp-log", clock, events));
    }

    private static AccessLog start(AccessLog log) {
        log.lookedNanos = log.clock.nanos();
        log.writer.start();
        return log;
    }

    /// A way into the log for one event loop.
    public Lane lane() {
        Lane lane = new Lane(this);
        lanes.add(lane);
        return lane;
    }

    /// Goes on, in a moment, with the file that has the log's name then: after the one before was given another name to be put away. Each line
    /// is in one of the two, whole.
    public void reopen() {
        reopening = true;
        LockSupport.unpark(writer);
    }

    /// How many lines were lost because they came faster than they could be written, or could not be written.
    public long dropped() {
        return dropped.sum();
    }

    /// Writes what is waiting, for up to two seconds, and ends the thread.
    @Override
    public void close() {
        closing = true;
        sink.hurry();
        LockSupport.unpark(writer);
        try {
            if (!writer.join(CLOSING)) {
                sink.abandon();
                events.say(
                        "access log: " + sink.name() + " takes nothing; the last lines are lost");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// One event loop's way into the log. Confined to that loop.
    public static final class Lane {
        private final AccessLog log;
        private final LineFormat format;
        private final LineBuffer line = new LineBuffer();
        private final ByteRing ring;
        private final int quarter;

        private Lane(AccessLog log) {
            this.log = log;
            this.format = log.format.get();
            this.ring = new ByteRing(log.pace.ringBytes());
            this.quarter = log.pace.ringBytes() / 4;
        }

        /// Whether it leads into this log.
        public boolean into(AccessLog other) {
            return log == other;
        }

        /// Writes the line of an exchange that is over. Never blocks.
        public void write(Exchange exchange) {
            long began = exchange.record.beganNanos;
            long age = began == 0 ? 0 : log.clock.nanos() - began;
            line.clear();
            format.write(exchange, log.clock.millis() - age / 1_000_000, line);
            line.add('\n');
            int used = log.closing ? -1 : ring.add(line.bytes(), line.length());
            if (used < 0) {
                log.drop();
                return;
            }
            if (log.idle || used >= quarter && used - line.length() < quarter) {
                log.idle = false;
                LockSupport.unpark(log.writer);
            }
        }

        /// Whether all lines of this lane have left its ring.
        boolean written() {
            return ring.length() == 0;
        }
    }

    /// Counts a lost line, on its loop.
    private void drop() {
        dropped.increment();
        droppedLastNanos = clock.nanos();
        if (!dropping.get() && dropping.compareAndSet(false, true)) {
            events.say(
                    "access log: lines are dropped, because "
                            + sink.name()
                            + " takes them too slowly");
        }
    }

    // ---- the writer's thread ----

    private void run() {
        while (!closing) {
            boolean any = drain();
            if (reopening) {
                reopening = false;
                openAnew();
            } else if (any) {
                lookForFile();
            }
            if (!any) {
                waitForLines();
            } else if (!closing) {
                LockSupport.parkNanos(this, pace.gatherNanos());
            }
            sayWhenDroppingEnds(false);
        }
        drain();
        sayWhenDroppingEnds(true);
        try {
            sink.close();
        } catch (IOException e) {
            failed(e, 0);
        }
    }

    private void waitForLines() {
        idle = true;
        for (Lane lane : lanes) {
            if (lane.ring.length() > 0) {
                idle = false;
            }
        }
        if (idle && !closing && !reopening) {
            if (dropping.get()) {
                LockSupport.parkNanos(this, pace.quietNanos());
            } else {
                LockSupport.park(this);
            }
        }
        idle = false;
    }

    private void openAnew() {
        missed = false;
        try {
            sink.reopen();
        } catch (IOException e) {
            events.say(
                    "access log: "
                            + sink.name()
                            + " cannot be opened again, lines go on into the file before: "
                            + e.getMessage());
        }
    }

    /// Whoever puts the file away gives it another name, and asks for a new one at once. Whoever deletes it does not.
    private void lookForFile() {
        long now = clock.nanos();
        if (now - lookedNanos < BETWEEN_LOOKS_NANOS) {
            return;
        }
        lookedNanos = now;
        boolean lost = sink.lost();
        if (lost && missed) {
            events.say("access log: " + sink.name() + " was deleted; it is begun anew");
            openAnew();
        } else {
            missed = lost;
        }
    }

    /// Writes what lies in the rings, whole lines only, and says whether there was anything.
    private boolean drain() {
        boolean any = false;
        for (Lane lane : lanes) {
            int length = lane.ring.length();
            if (length > batch.length - batched) {
                flush();
            }
            lane.ring.take(batch, batched, length);
            batched += length;
            any |= length > 0;
        }
        flush();
        return any;
    }

    private void flush() {
        if (batched == 0) {
            return;
        }
        try {
            sink.write(batch, batched);
        } catch (IOException e) {
            failed(e, e instanceof LinesLost some ? some.lines() : lines());
        }
        batched = 0;
    }

    private long lines() {
        long lines = 0;
        for (int i = 0; i < batched; i++) {
            lines += batch[i] == '\n' ? 1 : 0;
        }
        return lines;
    }

    private void failed(IOException e, long lines) {
        dropped.add(lines);
        failedLines += lines;
        long now = clock.nanos();
        if (!warned || now - warnedNanos >= BETWEEN_WARNINGS_NANOS) {
            warned = true;
            warnedNanos = now;
            reported += failedLines;
            events.say(
                    "access log: "
                            + sink.name()
                            + " cannot be written: "
                            + e.getMessage()
                            + " ("
                            + failedLines
                            + " lines lost)");
            failedLines = 0;
        }
    }

    private void sayWhenDroppingEnds(boolean now) {
        boolean quiet = now || clock.nanos() - droppedLastNanos >= pace.quietNanos();
        if (dropping.get() && quiet) {
            long lost = dropped.sum() - failedLines - reported;
            reported += lost;
            dropping.set(false);
            events.say("access log: lines are written again; " + lost + " were dropped");
        }
    }
}
