package dev.weir.limit;

import dev.weir.schema.Short;

/// How much more than it takes an endpoint is sent. Immutable.
///
/// @param factor the K of [Throttle], at least 1
public record ThrottleConfig(boolean on, double factor) {
    public static final ThrottleConfig OFF = new ThrottleConfig(false, 1);

    public ThrottleConfig {
        if (!(factor >= 1 && factor <= 100)) {
            throw new IllegalArgumentException(
                    "expected: off, or a number from 1 to 100, for example 2");
        }
    }

    @Short("`off`, or a number: requests sent for each that the endpoint takes")
    public static ThrottleConfig parse(String text) {
        if (text.equals("off")) {
            return OFF;
        }
        if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,3})?")) {
            throw new IllegalArgumentException(
                    "expected: off, or a number from 1 to 100, for example 2");
        }
        return new ThrottleConfig(true, Double.parseDouble(text));
    }

    @Override
    public String toString() {
        if (!on) {
            return "off";
        }
        return factor == Math.rint(factor) ? Long.toString((long) factor) : Double.toString(factor);
    }
}
