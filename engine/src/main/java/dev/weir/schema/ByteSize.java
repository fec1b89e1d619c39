package dev.weir.schema;

import java.util.List;
import java.util.Locale;

/// An amount of bytes, written with its unit: `512B`, `64KiB`, `10MiB`, `1GiB`. Immutable.
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    /// Each 1,024 times the one before.
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB");

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size cannot be negative");
        }
    }

    public static ByteSize kib(long count) {
        return new ByteSize(count << 10);
    }

    public static ByteSize mib(long count) {
        return new ByteSize(count << 20);
    }

    /// @throws IllegalArgumentException if the text is no size
    public static ByteSize parse(String text) {
        int end = 0;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        String unit = text.substring(end).strip();
        if (end == 0) {
            throw new IllegalArgumentException("is not a size");
        }
        if (unit.isEmpty()) {
            throw new IllegalArgumentException("has no unit; units that fit: B, KiB, MiB, GiB");
        }
        int power = UNITS.indexOf(unit);
        if (power < 0) {
            throw new IllegalArgumentException("has the unknown unit " + unit + meant(text, end));
        }
        try {
            long count = Long.parseLong(text.substring(0, end));
            return new ByteSize(Math.multiplyExact(count, 1L << (10 * power)));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("is too large", e);
        }
    }

    private static String meant(String text, int end) {
        char first = text.toLowerCase(Locale.ROOT).charAt(end);
        for (String unit : UNITS) {
            if (unit.toLowerCase(Locale.ROOT).charAt(0) == first) {
                return ". Did you mean " + text.substring(0, end) + unit + "?";
            }
        }
        return "; units that fit: B, KiB, MiB, GiB";
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        if (bytes == 0) {
            return "0B";
        }
        int power = Math.min(Long.numberOfTrailingZeros(bytes) / 10, UNITS.size() - 1);
        return (bytes >> (10 * power)) + UNITS.get(power);
    }
}
