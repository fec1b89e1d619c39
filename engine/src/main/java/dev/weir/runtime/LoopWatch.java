package dev.weir.runtime;

import dev.weir.observe.Events;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Asks every event loop four times a second to do nothing, and sees how long that takes: so long did everything wait that came to the loop in that
/// moment. If a loop does not answer within a second, something blocks it, and with it all its connections: says so, and what the
/// loop is doing.
///
/// Thread-safe; the asking is done by a thread of its own, because a blocked loop cannot tell of itself.
public final class LoopWatch implements AutoCloseable {
    private static final long EVERY_NANOS = Duration.ofMillis(250).toNanos();
    private static final long BLOCKED_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Duration CLOSING = Duration.ofSeconds(1);
    private static final long NO_ANSWER = Long.MIN_VALUE;
    private static final int MOST_FRAMES = 6;

    private final List<Watched> loops = new ArrayList<>();
    private final Clock clock;
    private final Events events;
    private final Thread thread;
    private volatile boolean closed;

    private LoopWatch(List<EventLoop> loops, Clock clock, Events events) {
        for (EventLoop loop : loops) {
            this.loops.add(new Watched(loop, this.loops.size()));
        }
        this.clock = clock;
        this.events = events;
        this.thread = Thread.ofPlatform().daemon().name("weir-loop-watch").unstarted(this::run);
    }

    /// Begins to watch.
    public static LoopWatch start(List<EventLoop> loops, Clock clock, Events events) {
        LoopWatch watch = new LoopWatch(loops, clock, events);
        watch.thread.start();
        return watch;
    }

    /// How many loops there are.
    public int loops() {
        return loops.size();
    }

    /// The longest that a loop took to answer in the last ten seconds, in nanoseconds.
    ///
    /// @param loop from 0
    public long lagNanos(int loop) {
        return loops.get(loop).longest(clock.nanos());
    }

    /// How often a loop was blocked.
    ///
    /// @param loop from 0
    public long blocked(int loop) {
        return loops.get(loop).blocked.get();
    }

    /// Watches no more.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            boolean _ = thread.join(CLOSING);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            loops.forEach(loop -> loop.look(clock.nanos()));
            LockSupport.parkNanos(this, EVERY_NANOS);
        }
    }

    /// One loop, as the watching thread sees it; the loop itself only says when it answers.
    private final class Watched implements Runnable {
        private static final int SECONDS = 10;

        private final EventLoop loop;
        private final int number;
        private final AtomicLong blocked = new AtomicLong();

        /// The longest of each of the last seconds, and which second that was.
        private final long[] longest = new long[SECONDS];

        private final long[] second = new long[SECONDS];

        private long askedNanos;
        private boolean asked;
        private boolean said;
        private volatile long answeredNanos = NO_ANSWER;

        Watched(EventLoop loop, int number) {
            this.loop = loop;
            this.number = number;
        }

        @Override
        public void run() {
            answeredNanos = clock.nanos();
        }

        void look(long now) {
            long answered = answeredNanos;
            if (asked && answered == NO_ANSWER) {
                took(now, now - askedNanos);
                if (!said && now - askedNanos >= BLOCKED_NANOS) {
                    said = true;
                    blocked.incrementAndGet();
                    events.say(line("blocked for ", now - askedNanos) + doing());
                }
                return;
            }
            if (asked) {
                took(now, answered - askedNanos);
            }
            if (said) {
                said = false;
                events.say(line("goes on after ", answered - askedNanos));
            }
            ask(now);
        }

        private void ask(long now) {
            answeredNanos = NO_ANSWER;
            askedNanos = now;
            try {
                loop.execute(this);
                asked = true;
            } catch (RejectedExecutionException _) {
                // It has ended.
                asked = false;
            }
        }

        private String line(String what, long nanos) {
            long tenths = nanos / 100_000_000;
            return "event loop %d  %s%d.%d s".formatted(number, what, tenths / 10, tenths % 10);
        }

        /// What the loop's thread is at: where it is, and what of Weir's or of a filter's led there.
        private String doing() {
            if (!(loop instanceof SingleThreadEventExecutor executor)) {
                return "";
            }
            StringBuilder text =
                    new StringBuilder(
                            " so far, and all its connections wait: nothing may wait there, but it is");
            String before = " in ";
            int frames = 0;
            for (StackTraceElement frame : executor.threadProperties().stackTrace()) {
                boolean library =
                        frame.getClassName().startsWith("java.")
                                || frame.getClassName().startsWith("jdk.")
                                || frame.getClassName().startsWith("io.netty.");
                if (frames < MOST_FRAMES && (frames == 0 || !library)) {
                    text.append(before).append(frame);
                    before = " < ";
                    frames++;
                }
            }
            return text.toString();
        }

        private synchronized void took(long now, long nanos) {
            long when = Math.floorDiv(now, 1_000_000_000L);
            int place = Math.floorMod(when, SECONDS);
            if (second[place] != when) {
                second[place] = when;
                longest[place] = 0;
            }
            longest[place] = Math.max(longest[place], nanos);
        }

        synchronized long longest(long now) {
            long when = Math.floorDiv(now, 1_000_000_000L);
            long most = 0;
            for (int i = 0; i < SECONDS; i++) {
                if (when - second[i] < SECONDS) {
                    most = Math.max(most, longest[i]);
                }
            }
            return most;
        }
    }
}
