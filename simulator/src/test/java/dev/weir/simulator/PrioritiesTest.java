package dev.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.exchange.Priority;
import dev.weir.schema.Percent;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The proxy's priorities, on virtual time.
class PrioritiesTest {
    @Test
    void behindAConcurrencyLimitTheMoreImportantAreAnswered() {
        Result result = PrioritiesPart.run("", PrioritiesPart.SCENARIO);

        assertThat(result.good(Priority.CRITICAL)).isGreaterThan(0.99);
        assertThat(result.good(Priority.LOW)).isLessThan(0.3);
        assertThat(result.good(Priority.NORMAL))
                .isBetween(result.good(Priority.LOW), result.good(Priority.CRITICAL));
    }

    @Test
    void inTheLineTheMoreImportantGoFirst() {
        Result result =
                PrioritiesPart.run(
                        "",
                        PrioritiesPart.SCENARIO.withLimits(
                                Optional.of(OverloadPart.PLACES), Optional.empty()));

        assertThat(result.good(Priority.CRITICAL)).isGreaterThan(0.99);
        assertThat(result.good(Priority.LOW)).isLessThan(0.3);
    }

    @Test
    void withoutALimitAllFareAlike() {
        Result result =
                PrioritiesPart.run(
                        "", PrioritiesPart.SCENARIO.withLimits(Optional.empty(), Optional.empty()));

        assertThat(result.good(Priority.CRITICAL))
                .isCloseTo(result.good(Priority.LOW), within(0.02));
    }

    @Test
    void sharesAreWhatTheScenarioSays() {
        PrioritiesConfig shares =
                new PrioritiesConfig(Percent.of(10), Percent.of(20), Percent.of(40));
        SplittableRandom random = new SplittableRandom(1);
        Map<Priority, Integer> counts = new EnumMap<>(Priority.class);
        for (int i = 0; i < 100_000; i++) {
            counts.merge(shares.of(random.nextDouble()), 1, Integer::sum);
        }
        assertThat(List.copyOf(counts.values()))
                .satisfiesExactly(
                        critical -> assertThat(critical).isCloseTo(10_000, within(500)),
                        high -> assertThat(high).isCloseTo(20_000, within(500)),
                        normal -> assertThat(normal).isCloseTo(30_000, within(500)),
                        low -> assertThat(low).isCloseTo(40_000, within(500)));
    }
}
