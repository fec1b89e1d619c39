package dev.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.balance.Balance;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The proxy's Prequal with probes, on virtual time.
class GatewaysTest {
    private static final Balance PROBED = Balance.probed("/load");

    private static ScenarioConfig shorter(ScenarioConfig scenario) {
        return scenario.withTime(Duration.ofSeconds(25), Duration.ofSeconds(10));
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
}
