package dev.weir.schema;

import java.time.Duration;

/// So many per time: `100/s`, `20/m`, `1000/h`. Immutable.
public record Rate(long amount, Duration per) {
    public Rate {
        if (amount < 1 || per.isNegative() || per.isZero()) {
            throw new IllegalArgumentException("a rate is at least one per time");
        }
    }

    public static Rate perSecond(long amount) {
        return new Rate(amount, Duration.ofSeconds(1));
    }

    @Override
    public String toString() {
        return amount
                + "/"
                + switch ((int) per.toSeconds()) {
                    case 1 -> "s";
                    case 60 -> "m";
                    case 3600 -> "h";
                    default -> per.toSeconds() + "s";
                };
    }
}
