package dev.weir.simulator;

import dev.weir.schema.Short;

/// A share, written `70%` or `99.9%`; more than all is allowed. Immutable.
///
/// @param of 1 for all
public record Percent(double of) {
    public Percent {
        if (!(of >= 0 && of <= 1000)) {
            throw new IllegalArgumentException("expected: 0% to 100000%, for example 70%");
        }
    }

    @Short("a share: `70%`")
    public static Percent parse(String text) {
        if (!text.matches("[0-9]{1,6}(\\.[0-9]{1,6})?%")) {
            throw new IllegalArgumentException("expected: a share, for example 70%");
        }
        return new Percent(Double.parseDouble(text.substring(0, text.length() - 1)) / 100);
    }

    @Override
    public String toString() {
        double hundredths = Math.round(of * 1e6) / 1e4;
        return hundredths == Math.rint(hundredths) ? (long) hundredths + "%" : hundredths + "%";
    }
}
