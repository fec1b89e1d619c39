package dev.weir.simulator;

import dev.weir.schema.Percent;
import dev.weir.schema.Rate;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What clients send: requests that come by chance at a rate (Poisson), whatever becomes of those before. Immutable.
@Says("What clients send: requests at a rate, by chance, whatever becomes of those before.")
public record TrafficConfig(
        @Says(value = "Requests per time, in place of load.", example = "1000/s")
                Optional<Rate> rate,
        @Says("Work that the requests bring, of what all endpoints can do.") Percent load,
        @Says(
                        value = "Changes of the rate, in the order of time.",
                        example = "[{ at: 30s, times: 200% }]")
                List<Step> steps,
        @Says("Different requests, for policies that send equal ones to the same endpoint.")
                @Within(min = "1", max = "1000000000")
                int keys,
        @Says("Requests that are all for the same one of them.") @Within(min = "0%", max = "100%")
                Percent hottest,
        @Says("How often a client sends a failed request again, at once, by itself.")
                @Within(min = "0", max = "10")
                int repeats,
        @Says("When a client gives up waiting; without, the route's timeout decides.")
                @Within(min = "1ms", max = "1h")
                Optional<Duration> patience,
        @Says("How much requests matter, where the gateway cannot let all pass.")
                PrioritiesConfig priorities) {

    public static final TrafficConfig DEFAULTS =
            new TrafficConfig(
                    Optional.empty(),
                    Percent.of(70),
                    List.of(),
                    1_000_000,
                    Percent.NONE,
                    0,
                    Optional.empty(),
                    PrioritiesConfig.DEFAULTS);

    public TrafficConfig {
        steps = List.copyOf(steps);
        for (int i = 1; i < steps.size(); i++) {
            if (steps.get(i).at.compareTo(steps.get(i - 1).at) <= 0) {
                throw new IllegalArgumentException("steps are not in the order of time");
            }
        }
    }

    /// From when on the rate is so many times what it was said to be.
    @Says("From when on the rate is so many times what was said.")
    public record Step(
            @Required @Says(value = "When.", example = "30s") Duration at,
            @Required @Says(value = "Of the rate.", example = "200%") Percent times) {}

    public TrafficConfig withLoad(double load) {
        return new TrafficConfig(
                Optional.empty(),
                new Percent((int) Math.round(load * 10_000)),
                steps,
                keys,
                hottest,
                repeats,
                patience,
                priorities);
    }

    public TrafficConfig withRate(Rate rate) {
        return new TrafficConfig(
                Optional.of(rate), load, steps, keys, hottest, repeats, patience, priorities);
    }

    public TrafficConfig withSteps(List<Step> steps) {
        return new TrafficConfig(rate, load, steps, keys, hottest, repeats, patience, priorities);
    }

    /// Clients that wait as long as it takes, and send nothing twice.
    TrafficConfig withoutRepeats() {
        return new TrafficConfig(rate, load, steps, keys, hottest, 0, Optional.empty(), priorities);
    }

    /// Requests per second at the start.
    ///
    /// @param capacity seconds of work per second that the endpoints can do
    /// @param mean nanoseconds of work of a request
    double perSecond(double capacity, double mean) {
        return rate.map(r -> r.amount() * 1e9 / r.per().toNanos())
                .orElse(load.fraction() * capacity * 1e9 / mean);
    }
}
