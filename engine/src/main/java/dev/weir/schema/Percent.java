package dev.weir.schema;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A part of a whole, written in per cent: `20%`, `0.5%`, also above the whole: `125%`. Immutable.
///
/// @param hundredths of a per cent: 20 % are 2,000
public record Percent(int hundredths) implements Comparable<Percent> {
    public static final Percent NONE = new Percent(0);

    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,5})(?:\\.([0-9]{1,2}))?%");

    public Percent {
        if (hundredths < 0) {
            throw new IllegalArgumentException("a percentage cannot be negative");
        }
    }

    /// Whole per cent.
    public static Percent of(int percent) {
        return new Percent(percent * 100);
    }

    /// @throws IllegalArgumentException if the text is no percentage
    public static Percent parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (matcher.matches()) {
            String decimals = matcher.group(2) == null ? "" : matcher.group(2);
            int hundredths = Integer.parseInt((decimals + "00").substring(0, 2));
            return new Percent(Integer.parseInt(matcher.group(1)) * 100 + hundredths);
        }
        throw new IllegalArgumentException(
                WRITTEN.matcher(text + "%").matches()
                        ? "has no unit. Did you mean " + text + "%?"
                        : "is not a percentage");
    }

    /// Whether it is nothing at all.
    public boolean none() {
        return hundredths == 0;
    }

    /// 1 is the whole.
    public double fraction() {
        return hundredths / 10_000.0;
    }

    @Override
    public int compareTo(Percent other) {
        return Integer.compare(hundredths, other.hundredths);
    }

    @Override
    public String toString() {
        int rest = hundredths % 100;
        String decimals =
                rest == 0 ? "" : rest % 10 == 0 ? "." + rest / 10 : ".%02d".formatted(rest);
        return hundredths / 100 + decimals + "%";
    }
}
