package dev.weir.cli;

import dev.weir.observe.Events;
import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Lines for the person before the terminal, one at a time however many threads say something, each
/// flushed. Thread-safe.
public final class Lines implements Events {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private final PrintWriter to;

    public Lines(PrintWriter to) {
        this.to = to;
    }

    /// Says a line as it is.
    public synchronized void plain(String line) {
        to.println(line);
        to.flush();
    }

    /// Says a line of something that happened, with the time of day before it.
    @Override
    public void say(String line) {
        plain(LocalTime.now().format(TIME) + "  " + line);
    }
}
