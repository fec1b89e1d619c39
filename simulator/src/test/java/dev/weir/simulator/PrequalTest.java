package dev.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.balance.Balance;
import dev.weir.simulator.rules.Rules;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The Prequal paper's table and ramp in order and shape, on a short run of its testbed.
class PrequalTest {
    private static Result paper(double load, String rule) {
        Candidate usual = Candidate.of("", Trial.equal(100), Duration.ofSeconds(5)).named(rule);
        return run(load, 100, usual.withBalancing(Rules.all(100).get(rule)));
    }

    private static Result weir(double load, Balance balance) {
        return run(
                load, 1, Candidate.of("", Trial.equal(100), Duration.ofSeconds(5)).with(balance));
    }

    private static Result run(double load, int gateways, Candidate candidate) {
        ScenarioConfig scenario =
                PrequalPart.at(load, gateways)
                        .withTime(Duration.ofSeconds(16), Duration.ofSeconds(6));
        return Trial.of(scenario).with(candidate.alone());
    }

    @Test
    void p99AtNineTenthsIsOrderedAsInThePaper() {
        double prequal = weir(0.9, Balance.PREQUAL).percentile(99);
        double c3 = paper(0.9, "C3").percentile(99);
        double polled = paper(0.9, "two choices, polled").percentile(99);
        double leastLoaded = paper(0.9, "least loaded").percentile(99);

        assertThat(prequal).isLessThanOrEqualTo(c3);
        assertThat(polled).isGreaterThan(1.5 * c3);
        assertThat(leastLoaded).isGreaterThan(2 * polled);
    }

    @Test
    void weightedRoundRobinFallsOffAroundTheAllotmentAndPrequalDoesNot() {
        assertThat(paper(0.83, "weighted round robin").percentile(99.9)).isLessThan(1_500);
        assertThat(paper(1.03, "weighted round robin").percentile(99.9)).isGreaterThan(4_000);
        assertThat(Table.errors(weir(1.41, Balance.PREQUAL))).isZero();
        assertThat(Table.errors(weir(1.74, Balance.PREQUAL))).isLessThan(0.001);
    }
}
