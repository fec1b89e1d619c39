package dev.weir.simulator;

import dev.weir.schema.Percent;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.Optional;

/// Something that happens to endpoints for a time. Immutable.
@Says("Something that happens to endpoints for a time.")
public record FaultConfig(
        @Required @Says(value = "How many endpoints it happens to.", example = "1") Some endpoints,
        @Says("Endpoints of the list that are passed over first.")
                @Within(min = "0", max = "100000")
                int after,
        @Says("When it begins.") @Within(min = "0s", max = "30d") Duration from,
        @Says("When it is over; without, it lasts.") @Within(min = "1ms", max = "30d")
                Optional<Duration> until,
        @Says("How many times longer every request takes.") @Within(min = "1", max = "100000")
                int slower,
        @Says("Share of requests that are answered 500 at once.") Percent fails,
        @Says("Whether connections are refused.") boolean refuses,
        @Says("Whether requests are taken and never answered.") boolean hangs) {

    public static final FaultConfig DEFAULTS =
            new FaultConfig(
                    new Some(1, false),
                    0,
                    Duration.ZERO,
                    Optional.empty(),
                    1,
                    Percent.of(0),
                    false,
                    false);

    public FaultConfig {
        if (until.isPresent() && until.get().compareTo(from) <= 0) {
            throw new IllegalArgumentException("it is over before it begins");
        }
        if (fails.fraction() > 1) {
            throw new IllegalArgumentException("more than 100% cannot fail");
        }
    }

    /// Whether it does anything at all.
    boolean harms() {
        return slower > 1 || fails.fraction() > 0 || refuses || hangs;
    }

    public FaultConfig withTime(Duration from, Duration until) {
        return new FaultConfig(
                endpoints, after, from, Optional.of(until), slower, fails, refuses, hangs);
    }

    public FaultConfig withSlower(int times) {
        return new FaultConfig(endpoints, after, from, until, times, fails, refuses, hangs);
    }

    public FaultConfig withFails(double share) {
        return new FaultConfig(
                endpoints,
                after,
                from,
                until,
                slower,
                new Percent((int) Math.round(share * 10_000)),
                refuses,
                hangs);
    }

    public FaultConfig withRefuses() {
        return new FaultConfig(endpoints, after, from, until, slower, fails, true, hangs);
    }

    public FaultConfig withHangs() {
        return new FaultConfig(endpoints, after, from, until, slower, fails, refuses, true);
    }

    public FaultConfig withEndpoints(Some endpoints) {
        return new FaultConfig(endpoints, after, from, until, slower, fails, refuses, hangs);
    }

    /// So many endpoints, or such a share of them. Immutable.
    ///
    /// @param amount a number, or 1 for all
    public record Some(double amount, boolean share) {
        @Short("a number or a share: `1`, `10%`")
        public static Some parse(String text) {
            if (text.endsWith("%")) {
                Percent share = Percent.parse(text);
                if (share.fraction() > 1) {
                    throw new IllegalArgumentException("expected: at most 100%");
                }
                return new Some(share.fraction(), true);
            }
            if (!text.matches("[0-9]{1,6}")) {
                throw new IllegalArgumentException(
                        "expected: a number or a share, such as 1 or 10%");
            }
            return new Some(Integer.parseInt(text), false);
        }

        int of(int all) {
            return share ? (int) Math.round(amount * all) : (int) Math.min(amount, all);
        }

        @Override
        public String toString() {
            return share
                    ? new Percent((int) Math.round(amount * 10_000)).toString()
                    : String.valueOf((int) amount);
        }
    }
}
