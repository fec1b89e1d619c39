package dev.weir.health;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// How figures stand in a line for a person. Thread-safe.
final class Figures {
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(10);

    private Figures() {}

    /// `0.41 ms`, `212 ms`, `30 s`.
    static String time(long nanos) {
        double millis = nanos / 1e6;
        if (nanos < SHORT_NANOS) {
            return text("%.2f ms", millis);
        }
        return nanos < LONG_NANOS ? text("%.0f ms", millis) : text("%.0f s", millis / 1_000);
    }

    /// `30 s`, `1.5 s`, `200 ms`: a time that somebody has set.
    static String set(long nanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        if (millis < 1_000) {
            return millis + " ms";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + " s" : text("%.1f s", millis / 1e3);
    }

    /// `71.2 %`.
    static String percent(double fraction) {
        return text("%.1f %%", 100 * fraction);
    }

    private static String text(String format, double figure) {
        return String.format(Locale.ROOT, format, figure);
    }
}
