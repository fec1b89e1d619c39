package dev.weir.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The value of `Date`, made once a second. Confined to one event loop. Source: RFC 9110 §5.6.7.
public final class HttpDate {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private long second = Long.MIN_VALUE;
    private byte[] value = {};

    /// @param millis since 1970-01-01 UTC
    public byte[] at(long millis) {
        long now = Math.floorDiv(millis, 1000);
        if (now != second) {
            second = now;
            value = FORMAT.format(Instant.ofEpochSecond(now)).getBytes(StandardCharsets.US_ASCII);
        }
        return value;
    }
}
