package dev.weir.http;

import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How long a server asks to be left alone. Source: RFC 9110 §10.2.3.
public final class RetryAfter {
    /// More digits than any wait that is worth it.
    private static final int MOST_DIGITS = 9;

    /// Nothing was said that can be understood.
    public static final long UNSAID = -1;

    private RetryAfter() {}

    /// @param value of the field, or null if there is none
    /// @return nanoseconds, 0 for a time that is over; [#UNSAID] if it says nothing that can be understood
    public static long nanos(@Nullable String value, long nowMillis) {
        if (value == null) {
            return UNSAID;
        }
        String text = value.trim();
        if (text.matches("[0-9]{1," + MOST_DIGITS + "}")) {
            return TimeUnit.SECONDS.toNanos(Long.parseLong(text));
        }
        try {
            ZonedDateTime date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
            return TimeUnit.MILLISECONDS.toNanos(
                    Math.max(0, date.toInstant().toEpochMilli() - nowMillis));
        } catch (DateTimeException e) {
            return UNSAID;
        }
    }
}
