package dev.weir.simulator;

import dev.weir.exchange.Priority;
import dev.weir.schema.Percent;
import dev.weir.schema.Says;
import dev.weir.schema.Within;

/// How much requests matter: shares of all; the rest is normal. Immutable.
@Says("How much requests matter: shares of all; the rest is normal.")
public record PrioritiesConfig(
        @Says("Critical requests.") @Within(min = "0%", max = "100%") Percent critical,
        @Says("Requests of high priority.") @Within(min = "0%", max = "100%") Percent high,
        @Says("Requests of low priority.") @Within(min = "0%", max = "100%") Percent low) {

    public static final PrioritiesConfig DEFAULTS =
            new PrioritiesConfig(Percent.NONE, Percent.NONE, Percent.NONE);

    public PrioritiesConfig {
        if (critical.fraction() + high.fraction() + low.fraction() > 1) {
            throw new IllegalArgumentException("critical, high and low are more than 100%");
        }
    }

    /// Whether all are normal.
    boolean none() {
        return equals(DEFAULTS);
    }

    /// The priority of one request.
    ///
    /// @param toss from 0, below 1
    Priority of(double toss) {
        double left = toss - critical.fraction();
        if (left < 0) {
            return Priority.CRITICAL;
        }
        left -= high.fraction();
        if (left < 0) {
            return Priority.HIGH;
        }
        return left < low.fraction() ? Priority.LOW : Priority.NORMAL;
    }
}
