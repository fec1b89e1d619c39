package dev.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.balance.Balance;
import dev.weir.retry.HedgeConfig;
import dev.weir.schema.Percent;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The proxy's hedging, on virtual time.
class HedgingTest {
    private static final ScenarioConfig ONE_SLOW =
            Scenarios.of("one-slow").withTime(Duration.ofSeconds(40), Duration.ofSeconds(22));

    private static Result run(ScenarioConfig scenario, Optional<HedgeConfig> hedge) {
        Trial trial = Trial.of(scenario.withHedge(hedge));
        return trial.with(trial.usual().alone().with(Balance.ROUND_ROBIN));
    }

    @Test
    void aSecondAttemptCutsTheTailThatOneSlowEndpointMakes() {
        Result without = run(ONE_SLOW, Optional.empty());
        Result with =
                run(ONE_SLOW, HedgingPart.after("80ms").map(h -> h.withBudget(Percent.of(30))));

        assertThat(with.percentile(99)).isLessThan(0.2 * without.percentile(99));
        assertThat(with.attempts()).isBetween(1.05, 1.31);
    }

    @Test
    void theBudgetBoundsSecondAttempts() {
        Result result = run(ONE_SLOW, HedgingPart.after("1ms"));

        // A tenth, and thirty in ten seconds beyond it where that is little.
        assertThat(result.attempts()).isBetween(1.09, 1.25);
    }

    @Test
    void aPercentileHedgesAsManyAsAreSlowerWhenAllEndpointsAreAlike() {
        ScenarioConfig steady =
                Scenarios.of("steady").withTime(Duration.ofSeconds(30), Duration.ofSeconds(10));

        assertThat(run(steady, HedgingPart.after("95%")).attempts()).isCloseTo(1.05, within(0.01));
    }

    @Test
    void aPlaceThatASecondAttemptTakesIsGivenBack() {
        ScenarioConfig quiet =
                Scenarios.of("steady")
                        .withTime(Duration.ofSeconds(30), Duration.ofSeconds(5))
                        .withClients(TrafficConfig.DEFAULTS.withLoad(0.3))
                        .withLimits(Optional.of(OverloadPart.PLACES), Optional.empty());

        Result result =
                run(quiet, HedgingPart.after("5ms").map(h -> h.withBudget(Percent.of(100))));

        // Of 200 places that were kept none would be left after a second.
        assertThat(result.attempts()).isGreaterThan(1.3);
        assertThat(result.share(Result.End.GOOD)).isGreaterThan(0.999);
    }

    @Test
    void withoutHedgingNothingIsHedged() {
        assertThat(run(ONE_SLOW, Optional.empty()).attempts()).isCloseTo(1, within(1e-9));
    }
}
