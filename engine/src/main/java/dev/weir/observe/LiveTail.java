package dev.weir.observe;

import dev.weir.exchange.Exchange;
import dev.weir.runtime.Clock;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Shows exchanges, as they end, to those who watch, in the lines of the access log in JSON. While nobody watches, an exchange costs one
/// look at a field. While somebody does, its loop writes the line into a ring of fixed size; what finds no room there is counted,
/// and no loop waits. Thread-safe; a [Lane] is for one loop, a [Watch] for one thread.
public final class LiveTail {
    /// Per loop and watcher: about 150 lines.
    private static final int RING_BYTES = 1 << 16;

    /// A ring with less room than this counts as full, so that next to no line is written in vain.
    private static final int ROOM = 2 << 10;

    private final Clock clock;
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private volatile Watch @Nullable [] watching;

    public LiveTail(Clock clock) {
        this.clock = clock;
    }

    /// A way in for one event loop.
    public synchronized Lane lane() {
        Lane lane = new Lane(this, lanes.size());
        lanes.add(lane);
        return lane;
    }

    /// Begins to watch, until it is closed.
    public synchronized Watch watch(TailFilter filter) {
        Watch watch = new Watch(this, filter, lanes.size());
        Watch[] before = watching;
        Watch[] more = before == null ? new Watch[1] : Arrays.copyOf(before, before.length + 1);
        more[more.length - 1] = watch;
        watching = more;
        return watch;
    }

    private synchronized void leave(Watch watch) {
        Watch[] before = watching;
        if (before != null) {
            Watch[] rest = Arrays.stream(before).filter(one -> one != watch).toArray(Watch[]::new);
            watching = rest.length == 0 ? null : rest;
        }
    }

    /// One event loop's way in. Confined to that loop.
    public static final class Lane {
        private final LiveTail tail;
        private final int number;
        private @Nullable Pen pen;

        private Lane(LiveTail tail, int number) {
            this.tail = tail;
            this.number = number;
        }

        /// An exchange is over. Never blocks.
        public void ended(Exchange exchange) {
            Watch[] watching = tail.watching;
            if (watching != null) {
                show(exchange, watching);
            }
        }

        private void show(Exchange exchange, Watch[] watching) {
            boolean written = false;
            Pen pen = this.pen == null ? this.pen = new Pen() : this.pen;
            for (Watch watch : watching) {
                // One that began before this lane did not reckon with it.
                Part part = number < watch.parts.length ? watch.parts[number] : null;
                if (part != null && part.wants(exchange, watch.filter)) {
                    if (!written) {
                        pen.write(exchange, tail.clock);
                        written = true;
                    }
                    part.add(pen.line);
                }
            }
        }
    }

    /// What a loop writes lines with, made when the first is wanted.
    private static final class Pen {
        private final LineFormat format = new JsonLine();
        private final LineBuffer line = new LineBuffer();

        void write(Exchange exchange, Clock clock) {
            long began = exchange.record.beganNanos;
            long age = began == 0 ? 0 : clock.nanos() - began;
            line.clear();
            format.write(exchange, clock.millis() - age / 1_000_000, line);
            line.add('\n');
        }
    }

    /// What waits for one watcher from one loop. The counts are written by the loop alone.
    private static final class Part {
        private final ByteRing ring = new ByteRing(RING_BYTES);
        private final AtomicLong ended = new AtomicLong();
        private final AtomicLong dropped = new AtomicLong();

        boolean wants(Exchange exchange, TailFilter filter) {
            count(ended);
            if (!filter.wants(exchange.record)) {
                return false;
            }
            boolean room = ring.length() <= RING_BYTES - ROOM;
            if (!room) {
                count(dropped);
            }
            return room;
        }

        void add(LineBuffer line) {
            if (ring.add(line.bytes(), line.length()) < 0) {
                count(dropped);
            }
        }

        private static void count(AtomicLong counter) {
            counter.setOpaque(counter.getPlain() + 1);
        }
    }

    /// One who watches. Confined to his thread.
    public static final class Watch implements AutoCloseable {
        private final LiveTail tail;
        private final TailFilter filter;
        private final Part[] parts;
        private final byte[] taken = new byte[RING_BYTES];

        private Watch(LiveTail tail, TailFilter filter, int lanes) {
            this.tail = tail;
            this.filter = filter;
            this.parts = new Part[lanes];
            Arrays.setAll(parts, _ -> new Part());
        }

        /// Takes the lines that wait: JSON, without the line's end.
        public void take(Consumer<String> lines) {
            for (Part part : parts) {
                int length = part.ring.length();
                part.ring.take(taken, 0, length);
                new String(taken, 0, length, StandardCharsets.UTF_8).lines().forEach(lines);
            }
        }

        /// Exchanges that have ended since he began, wanted or not.
        public long ended() {
            return Arrays.stream(parts).mapToLong(part -> part.ended.getOpaque()).sum();
        }

        /// Those of the wanted that found no room.
        public long dropped() {
            return Arrays.stream(parts).mapToLong(part -> part.dropped.getOpaque()).sum();
        }

        @Override
        public void close() {
            tail.leave(this);
        }
    }
}
