package dev.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.balance.Balance;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The proxy's Prequal with probes, on virtual time.
class GatewaysTest {
    private static final Balance PROBED = Balance.probed("/load");

    private static ScenarioConfig shorter(ScenarioConfig scenario) {
        return scenario.withTime(Duration.ofSeconds(16), Duration.ofSeconds(6));
    }

    @Test
    void manyGatewaysThatProbeDoBetterThanThoseThatSeeTheirOwnRequestsOnly() {
        ScenarioConfig busy = shorter(PrequalPart.at(0.9, 1));

        Result local = GatewaysPart.run(busy, 50, Balance.LEAST_REQUESTS);
        Result probing = GatewaysPart.run(busy, 50, PROBED);

        assertThat(probing.percentile(99)).isLessThan(0.8 * local.percentile(99));
    }

    @Test
    void endpointsThatDoNotAnswerProbesGetFewRequests() {
        ScenarioConfig hanging = Scenarios.of("one-hangs");

        Result result = GatewaysPart.run(hanging, 2, PROBED);

        assertThat(result.share(Result.End.GOOD)).isGreaterThan(0.995);
    }

    /// Ten thousand endpoints, 400,000 requests and 1,000 answers a second: sixteen answers are used by four hundred requests each.
    @Test
    void whereAnswersAreTooFewForTheRequestsAGatewayGoesByWhatItKnows() {
        Trial trial = Trial.of(Scenarios.of("many"));

        Result probing = trial.with(trial.usual().with(PROBED));
        Result local = trial.with(trial.usual().with(Balance.PREQUAL));

        assertThat(probing.percentile(99)).isLessThan(1.5 * local.percentile(99));
    }
}
