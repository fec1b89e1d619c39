package dev.weir.observe;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The time of a line; the text is made once per second. Confined to one event loop.
final class Timestamps {
    private final DateTimeFormatter format;
    private long second = Long.MIN_VALUE;
    private String text = "";

    private Timestamps(DateTimeFormatter format) {
        this.format = format;
    }

    /// `2026-01-31T14:03:59`, in UTC (RFC 3339).
    static Timestamps utc() {
        return new Timestamps(
                DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT)
                        .withZone(ZoneOffset.UTC));
    }

    /// `31/Jan/2026:14:03:59 +0100`, as in Apache's log.
    static Timestamps apache(ZoneId zone) {
        return new Timestamps(
                DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ENGLISH)
                        .withZone(zone));
    }

    /// @param millis since 1970
    String second(long millis) {
        long now = Math.floorDiv(millis, 1000);
        if (now != second) {
            text = format.format(Instant.ofEpochSecond(now));
            second = now;
        }
        return text;
    }
}
