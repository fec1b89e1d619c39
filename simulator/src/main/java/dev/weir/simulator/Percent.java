package dev.weir.simulator;

import dev.weir.schema.Short;

/// A share, written `70%` or `99.9%`; more than all is allowed. Immutable.
///
/// @param millionths of all
public record Percent(long millionths) {
    private static final long MOST = 1_000_000_000;

    public Percent {
        if (millionths < 0 || millionths > MOST) {
            throw new IllegalArgumentException("expected: 0% to 100000%, for example 70%");
        }
    }

    /// @param share 1 for all
    public static Percent of(double share) {
        return new Percent(Math.round(share * 1e6));
    }

    @Short("a share: `70%`")
    public static Percent parse(String text) {
        if (!text.matches("[0-9]{1,6}(\\.[0-9]{1,4})?%")) {
            throw new IllegalArgumentException("expected: a share, for example 70%");
        }
        return of(Double.parseDouble(text.substring(0, text.length() - 1)) / 100);
    }

    /// 1 for all.
    public double share() {
        return millionths / 1e6;
    }

    @Override
    public String toString() {
        return millionths % 10_000 == 0 ? millionths / 10_000 + "%" : (millionths / 1e4) + "%";
    }
}
