package dev.weir.otlp;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// What a collector's `Retry-After` says: seconds, or a time of day (RFC 9110 §10.2.3).
final class RetryAfter {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /// More digits are more than a century.
    private static final int MOST_DIGITS = 9;

    private RetryAfter() {}

    /// @return how long to wait; -1 if the field is missing or says nothing that can be understood
    static long nanos(@Nullable String field, long nowMillis) {
        if (field == null) {
            return -1;
        }
        String text = field.trim();
        if (text.matches("[0-9]{1," + MOST_DIGITS + "}")) {
            return Long.parseLong(text) * NANOS_PER_SECOND;
        }
        try {
            Instant then = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
            return Math.max(0, then.toEpochMilli() - nowMillis) * NANOS_PER_MILLI;
        } catch (DateTimeException _) {
            return -1;
        }
    }
}
