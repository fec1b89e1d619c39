package dev.weir.observe;

import dev.weir.runtime.Clock;
import java.io.PrintStream;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Prints events, each with the local time before it: `14:03:59.120  users  127.0.0.1:8081  down`. Thread-safe, and
/// never waits for a stream that takes nothing: a thread prints, and lines beyond [#MOST_WAITING] are counted instead.
/// Control characters become blanks, so that nothing from outside can forge a line or talk to a terminal.
public final class EventPrinter implements Events, AutoCloseable {
    static final int MOST_WAITING = 1024;

    private static final Duration CLOSING = Duration.ofSeconds(1);
    private static final String END = "";

    private final PrintStream out;
    private final Clock clock;
    private final ZoneId zone;
    private final DateTimeFormatter time =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS  ", Locale.ROOT);
    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong lost = new AtomicLong();
    private final Thread printer;

    /// Starts its thread, which does not keep the process alive.
    ///
    /// @param zone whose wall clock is shown
    public EventPrinter(PrintStream out, Clock clock, ZoneId zone) {
        this.out = out;
        this.clock = clock;
        this.zone = zone;
        this.printer = Thread.ofPlatform().daemon().name("weir-events").start(this::run);
    }

    @Override
    public void say(String line) {
        if (!waiting.offer(stamped(line))) {
            lost.incrementAndGet();
        }
    }

    /// Prints what is waiting, for up to a second.
    @Override
    public void close() {
        try {
            if (waiting.offer(END, CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
                boolean _ = printer.join(CLOSING);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private String stamped(String line) {
        StringBuilder text = new StringBuilder(LocalTime.ofInstant(clock.now(), zone).format(time));
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            text.append(Character.isISOControl(c) ? ' ' : c);
        }
        return text.toString();
    }

    private void run() {
        try {
            for (String line = waiting.take(); !line.equals(END); line = waiting.take()) {
                out.println(line);
                long missing = lost.getAndSet(0);
                if (missing > 0) {
                    out.println(stamped(missing + " lines were left out here: too many at once"));
                }
                if (waiting.isEmpty()) {
                    out.flush();
                }
            }
            out.flush();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
