package dev.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.balance.Balance;
import dev.weir.health.HealthConfig;
import dev.weir.schema.Percent;
import dev.weir.simulator.Result.End;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final ScenarioConfig SHORT =
            ScenarioConfig.DEFAULTS.withTime(Duration.ofSeconds(20), Duration.ofSeconds(1));

    private static final FaultConfig FROM_THE_START =
            FaultConfig.DEFAULTS.withTime(Duration.ZERO, Duration.ofDays(1));

    private static Result run(ScenarioConfig scenario, Balance balance) {
        Trial trial = Trial.of(scenario);
        return trial.with(trial.usual().with(balance).alone());
    }

    @Test
    void theSameSeedGivesTheSameResultAndAnotherGivesAnother() {
        ScenarioConfig scenario =
                SHORT.withFaults(FROM_THE_START.withFails(0.3)).withGateways(3, 2);

        Result first = run(scenario, Balance.LEAST_REQUESTS);
        Result second = run(scenario, Balance.LEAST_REQUESTS);
        Result other = run(scenario.withSeed(2), Balance.LEAST_REQUESTS);

        assertThat(second.latency).isEqualTo(first.latency);
        assertThat(second.attemptsByEndpoint).isEqualTo(first.attemptsByEndpoint);
        assertThat(second.ends).isEqualTo(first.ends);
        assertThat(other.latency).isNotEqualTo(first.latency);
    }

    @Test
    void allPoliciesMeetTheSameRequests() {
        ScenarioConfig alone = SHORT.withEndpoints(1);

        assertThat(run(alone, Balance.RANDOM).latency)
                .isEqualTo(run(alone, Balance.ROUND_ROBIN).latency);
    }

    @Test
    void hashingSpreadsManyKeysOverAllEndpoints() {
        Result result = run(SHORT, Balance.hash());

        for (long attempts : result.attemptsByEndpoint) {
            assertThat(attempts / (double) result.requests()).isBetween(0.08, 0.12);
        }
    }

    @Test
    void aKeyThatIsHotBurdensItsEndpointUnlessThereIsABound() {
        ScenarioConfig hot = Scenarios.of("hot-key");

        Result result = run(hot, Balance.hash());
        Result bounded = run(hot, Balance.hash().withBoundedLoad(Percent.of(125)));

        assertThat(share(result)).isCloseTo(0.2 + 0.08, within(0.01));
        assertThat(share(bounded)).isLessThan(0.2);
        assertThat(result.percentile(99)).isGreaterThan(10 * bounded.percentile(99));
    }

    /// Of the endpoint that got most.
    private static double share(Result result) {
        return LongStream.of(result.attemptsByEndpoint).max().orElseThrow()
                / (double) result.requests();
    }

    @Test
    void tenMillionRequestsTakeLessThanAMinute() {
        Trial trial = Trial.of(ScenarioConfig.DEFAULTS).withRequests(10_000_000);
        long began = System.nanoTime();

        Result result = trial.with(trial.usual().with(Balance.LEAST_REQUESTS));

        assertThat(System.nanoTime() - began).isLessThan(Duration.ofMinutes(1).toNanos());
        assertThat(result.requests()).isGreaterThan(9_500_000);
    }

    @Test
    void bringsTheLoadThatWasSaid() {
        ScenarioConfig scenario = SHORT.withClients(TrafficConfig.DEFAULTS.withLoad(0.5));

        long requests = run(scenario, Balance.ROUND_ROBIN).requests();

        double perSecond = 0.5 * 10 * 8 / (scenario.work().mean() / 1e9);
        assertThat(requests / 19.0).isCloseTo(perSecond, within(perSecond * 0.02));
    }

    @Test
    void stepsChangeTheRate() {
        TrafficConfig.Step doubled =
                new TrafficConfig.Step(Duration.ofSeconds(10), Percent.of(200));
        ScenarioConfig scenario =
                SHORT.withClients(TrafficConfig.DEFAULTS.withLoad(0.3).withSteps(List.of(doubled)));

        Result result = run(scenario, Balance.ROUND_ROBIN);

        long before = 0;
        long after = 0;
        for (int i = 0; i < Result.SLOTS / 2; i++) {
            before += result.slotRequests[i];
            after += result.slotRequests[Result.SLOTS / 2 + i];
        }
        assertThat((double) after / before).isCloseTo(2, within(0.05));
    }

    @Test
    void anEndpointThatRefusesCostsOneMoreAttemptAndNoRequest() {
        Result result = run(SHORT.withFaults(FROM_THE_START.withRefuses()), Balance.ROUND_ROBIN);

        assertThat(result.count(End.GOOD)).isEqualTo(result.requests());
        assertThat(result.attempts()).isCloseTo(1.1, within(0.02));
    }

    @Test
    void checksTakeAnEndpointThatRefusesOutAndLetItInAgain() {
        FaultConfig fault =
                FaultConfig.DEFAULTS
                        .withTime(Duration.ofSeconds(4), Duration.ofSeconds(12))
                        .withRefuses();
        HealthConfig health =
                HealthConfig.of("/").withTiming(Duration.ofSeconds(1), Duration.ofMillis(500));

        Trial trial = Trial.of(SHORT.withFaults(fault));
        Result result =
                trial.with(
                        Candidate.of(
                                "",
                                Trial.equal(10).withHealth(health).withBalance(Balance.ROUND_ROBIN),
                                Duration.ofSeconds(5)));

        int outSlot = result.slot(Duration.ofSeconds(10).toNanos());
        int backSlot = result.slot(Duration.ofSeconds(19).toNanos());
        assertThat(result.slotAtFaulty[outSlot]).isZero();
        assertThat(result.slotAtFaulty[backSlot]).isPositive();
    }

    @Test
    void passiveHealthEjectsAnEndpointThatFailsAndTriesItAgain() {
        FaultConfig fault =
                FaultConfig.DEFAULTS
                        .withTime(Duration.ofSeconds(5), Duration.ofSeconds(20))
                        .withFails(1);
        Trial trial =
                Trial.of(
                        SHORT.withTime(Duration.ofSeconds(60), Duration.ofSeconds(1))
                                .withFaults(fault));

        Result result = trial.with(trial.usual().with(Balance.ROUND_ROBIN));

        int out = result.slot(Duration.ofSeconds(15).toNanos());
        int back = result.slot(Duration.ofSeconds(50).toNanos());
        assertThat(result.slotAtFaulty[out]).isZero();
        assertThat(result.slotAtFaulty[back]).isPositive();
        assertThat(result.count(End.ENDPOINT_ERROR)).isBetween(5L, 50L);
    }

    @Test
    void aSlowEndpointAnswersAsMuchLater() {
        ScenarioConfig alone =
                SHORT.withEndpoints(1)
                        .withMachines(Serves.of(1000), Work.of(Duration.ofMillis(5)))
                        .withClients(TrafficConfig.DEFAULTS.withLoad(0.001));

        Result well = run(alone, Balance.FIRST);
        Result slow = run(alone.withFaults(FROM_THE_START.withSlower(10)), Balance.FIRST);

        assertThat(well.percentile(50)).isCloseTo(5, within(0.01));
        assertThat(slow.percentile(50)).isCloseTo(50, within(0.05));
    }

    @Test
    void whatHangsEndsAtTheDeadline() {
        FaultConfig hangs = FROM_THE_START.withHangs();
        ScenarioConfig scenario =
                SHORT.withEndpoints(2).withFaults(hangs).withTimeout(Duration.ofSeconds(1));

        Result result = run(scenario, Balance.ROUND_ROBIN);

        assertThat(result.share(End.TOO_LATE)).isCloseTo(0.5, within(0.01));
        assertThat(result.latency.getMaxValue() / 1e9).isCloseTo(1, within(0.01));
    }

    @Test
    void aSharedMachineWorksOnAllRequestsAtOnce() {
        // M/M/1 with processor sharing takes as long on average as with a queue: 1 / (1 - load).
        ScenarioConfig alone =
                ScenarioConfig.DEFAULTS
                        .withEndpoints(1)
                        .withMachines(
                                new Serves.Shared(
                                        1,
                                        Percent.of(0),
                                        Percent.of(100),
                                        Percent.of(0),
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(1)),
                                new Work.Exponential(Duration.ofMillis(10)))
                        .withClients(TrafficConfig.DEFAULTS.withLoad(0.5))
                        .withTime(Duration.ofHours(2), Duration.ofSeconds(10));

        Result result = run(alone, Balance.FIRST);

        assertThat(result.latency.getMean() / 1e6).isCloseTo(20, within(0.4));
    }
}
