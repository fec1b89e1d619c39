package dev.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.simulator.MetastablePart.Shedding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// N. Bronson et al., Metastable Failures in Distributed Systems, 2021: what an outage leaves behind.
class MetastableTest {
    @Test
    void withoutABudgetTwiceTheLoadStaysForEver() {
        Result result = MetastablePart.run(MetastablePart.WITHOUT_BUDGET, 280, Shedding.NOBODY);

        assertThat(MetastablePart.attempts(result, 10, 30)).isBetween(265.0, 295.0);
        assertThat(MetastablePart.attempts(result, 120, 170)).isGreaterThan(530);
        assertThat(MetastablePart.share(result, 120, 170)).isLessThan(0.01);
    }

    @Test
    void aBudgetWithinWhatIsLeftOverLetsItEnd() {
        Result without = MetastablePart.run(MetastablePart.WITHOUT_BUDGET, 200, Shedding.NOBODY);
        Result with = MetastablePart.run(MetastablePart.BUDGET, 200, Shedding.NOBODY);

        assertThat(MetastablePart.share(without, 150, 170)).isLessThan(0.01);
        assertThat(MetastablePart.share(with, 150, 170)).isGreaterThan(0.99);
    }

    @ParameterizedTest
    @EnumSource(
            value = Shedding.class,
            names = {"ENDPOINTS", "CONCURRENCY_LIMIT", "PLACES"})
    void sheddingLetsItEndWithinSecondsWhoeverSheds(Shedding shedding) {
        Result result = MetastablePart.run(MetastablePart.BUDGET, 280, shedding);

        assertThat(MetastablePart.share(result, 50, 170)).isGreaterThan(0.98);
    }
}
