package dev.weir.retry;

import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How long an endpoint asks to be left alone. Source: RFC 9110 §10.2.3.
public final class RetryAfter {
    /// More digits than any wait that is worth it.
    private static final int MOST_DIGITS = 9;

    private RetryAfter() {}

    /// @param value of the field, or null if there is none
    /// @return nanoseconds, 0 if it says nothing that can be understood, or a time that is over
    public static long nanos(@Nullable String value, long nowMillis) {
        if (value == null) {
            return 0;
        }
        if (value.matches("[0-9]{1," + MOST_DIGITS + "}")) {
            return TimeUnit.SECONDS.toNanos(Long.parseLong(value));
        }
        try {
            ZonedDateTime date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
            return TimeUnit.MILLISECONDS.toNanos(
                    Math.max(0, date.toInstant().toEpochMilli() - nowMillis));
        } catch (DateTimeException e) {
            return 0;
        }
    }
}
