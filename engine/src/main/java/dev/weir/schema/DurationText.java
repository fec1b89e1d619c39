package dev.weir.schema;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// How durations are written: a whole number and its unit, `500ms`, `2s`, `1m`, `1h`. Also `1d`, `50us` and
/// `100ns`. Thread-safe.
public final class DurationText {
    /// Nanoseconds by unit, the largest first.
    private static final Map<String, Long> UNITS = units();

    /// What nanoseconds can count, nearly 300 years.
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private DurationText() {}

    private static Map<String, Long> units() {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("d", Duration.ofDays(1).toNanos());
        units.put("h", Duration.ofHours(1).toNanos());
        units.put("m", Duration.ofMinutes(1).toNanos());
        units.put("s", Duration.ofSeconds(1).toNanos());
        units.put("ms", Duration.ofMillis(1).toNanos());
        units.put("us", 1_000L);
        units.put("ns", 1L);
        return units;
    }

    /// @throws IllegalArgumentException if the text is no duration
    public static Duration parse(String text) {
        int end = 0;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        String unit = text.substring(end).strip();
        if (end == 0) {
            throw new IllegalArgumentException("is not a duration");
        }
        if (unit.isEmpty()) {
            throw new IllegalArgumentException("has no unit; units that fit: ms, s, m, h");
        }
        Long nanos = UNITS.get(unit);
        if (nanos == null) {
            throw new IllegalArgumentException(
                    unit.startsWith(".")
                            ? "is not a whole number; take the smaller unit, as in 1500ms"
                            : "has the unknown unit " + unit + "; units that fit: ms, s, m, h");
        }
        try {
            return Duration.ofNanos(
                    Math.multiplyExact(Long.parseLong(text.substring(0, end)), nanos));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("is too long", e);
        }
    }

    /// Writes a duration in the largest unit that fits; [#parse] reads it back. Up to an hour, because
    /// `24h` says more than `1d`.
    public static String print(Duration duration) {
        if (duration.compareTo(LONGEST) > 0) {
            return duration.toSeconds() + "s";
        }
        long nanos = duration.toNanos();
        for (Map.Entry<String, Long> unit : UNITS.entrySet()) {
            boolean fits = nanos % unit.getValue() == 0 && !unit.getKey().equals("d");
            if (fits && nanos != 0) {
                return nanos / unit.getValue() + unit.getKey();
            }
        }
        return "0s";
    }
}
