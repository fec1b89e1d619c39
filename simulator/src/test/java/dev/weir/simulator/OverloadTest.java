package dev.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.filter.concurrency.ConcurrencyLimitConfig;
import dev.weir.limit.ThrottleConfig;
import dev.weir.route.RouteConfig;
import dev.weir.schema.Percent;
import dev.weir.service.ConnectionsConfig;
import dev.weir.simulator.Result.End;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// More requests than endpoints can do, before Weir's own limits on virtual time.
class OverloadTest {
    private static final ScenarioConfig OVERLOAD = Scenarios.of("overload");

    private static Result run(ScenarioConfig scenario) {
        Trial trial = Trial.of(scenario);
        return trial.with(trial.usual());
    }

    private static ScenarioConfig behind(
            Optional<ConnectionsConfig> places, Optional<ConcurrencyLimitConfig> limit) {
        return OVERLOAD.withLimits(places, limit);
    }

    @Test
    void threeTimesWhatEndpointsCanDoIsAnsweredAsFarAsTheyCan() {
        Result result = run(OVERLOAD);

        assertThat(OverloadPart.goodput(result, 22, 50)).isGreaterThan(0.8);
        assertThat(OverloadPart.goodput(result, 60, 80))
                .as("ten seconds later")
                .isCloseTo(0.75, within(0.02));
        assertThat(result.percentile(99)).as("of those let through").isLessThan(200);
    }

    @Test
    void placesAndTheLineBeforeThemDoItToo() {
        Result result = run(behind(Optional.of(OverloadPart.PLACES), Optional.empty()));

        assertThat(OverloadPart.goodput(result, 22, 50)).isGreaterThan(0.8);
        assertThat(OverloadPart.goodput(result, 60, 80)).isCloseTo(0.75, within(0.02));
        assertThat(result.percentile(99)).isLessThan(700);
    }

    @Test
    void withoutALimitNearlyNothingIsAnsweredInTime() {
        Result result = run(behind(Optional.empty(), Optional.empty()));

        assertThat(OverloadPart.goodput(result, 30, 50)).isLessThan(0.2);
    }

    @Test
    void whoWaitsInALineThatStandsIsSentAwayAfterATwentiethOfTheWait() {
        ScenarioConfig one =
                ScenarioConfig.DEFAULTS
                        .withEndpoints(1)
                        .withMachines(Serves.of(1), Work.of(Duration.ofMillis(10)))
                        .withClients(TrafficConfig.DEFAULTS.withLoad(8))
                        .withTime(Duration.ofSeconds(60), Duration.ofSeconds(10))
                        .withLimits(
                                Optional.of(
                                        ConnectionsConfig.DEFAULTS.withPlaces(
                                                1, 1000, Duration.ofSeconds(1))),
                                Optional.empty());

        Result result = run(one);

        assertThat(result.share(End.GOOD)).isCloseTo(0.125, within(0.01));
        assertThat(result.share(End.NO_PLACE)).isCloseTo(0.875, within(0.01));
        // 10 ms of work, and the newest of those that wait is next; so many come that the line
        // never empties, after which it would be first come, first served for a second.
        assertThat(result.percentile(99)).isBetween(11.0, 75.0);
    }

    @Test
    void whoLeavesTheLineGivesHisPlaceInItBack() {
        ScenarioConfig impatient =
                behind(
                        Optional.of(
                                ConnectionsConfig.DEFAULTS.withPlaces(
                                        100, 1000, Duration.ofSeconds(10))),
                        Optional.empty());
        TrafficConfig clients =
                new TrafficConfig(
                        Optional.empty(),
                        OVERLOAD.clients().load(),
                        OVERLOAD.clients().steps(),
                        1,
                        Percent.NONE,
                        0,
                        Optional.of(Duration.ofMillis(100)),
                        PrioritiesConfig.DEFAULTS);

        Result result = run(impatient.withClients(clients));

        assertThat(result.count(End.TOO_LATE)).isPositive();
        assertThat(OverloadPart.goodput(result, 60, 80)).isCloseTo(0.75, within(0.02));
    }

    @Test
    void theThrottleHoldsBackFromAnEndpointThatRefuses() {
        ScenarioConfig scenario =
                ScenarioConfig.DEFAULTS
                        .withEndpoints(1)
                        .withMachines(new Serves.Workers(1, 0), Work.of(Duration.ofMillis(10)))
                        .withClients(TrafficConfig.DEFAULTS.withLoad(20))
                        .withTime(Duration.ofSeconds(20), Duration.ofSeconds(5));
        Trial trial = Trial.of(scenario);
        Candidate usual = trial.usual().alone();
        Candidate throttled =
                usual.withService(usual.service().withThrottle(new ThrottleConfig(true, 2)));

        Result without = trial.with(usual);
        Result with = trial.with(throttled);

        assertThat(without.attempts()).isCloseTo(1, within(0.01));
        assertThat(with.attempts()).isBetween(0.04, 0.08);
        assertThat(with.share(End.GOOD) / with.attempts())
                .as("two reach it for each that it takes")
                .isCloseTo(0.5, within(0.05));
    }

    @Test
    void aConfigurationsPlacesAndLimitsCount() {
        RouteConfig route =
                RouteConfig.DEFAULTS.withFilters(
                        ConcurrencyLimitConfig.fixed(7), ConcurrencyLimitConfig.fixed(5));

        GatewayLimits limits = GatewayLimits.of(Trial.equal(1), route);

        assertThat(limits.connections()).contains(ConnectionsConfig.DEFAULTS);
        Door door = new Door(0, limits, new EventQueue());
        Calls calls = new Calls();
        Trial trial = Trial.of(ScenarioConfig.DEFAULTS);
        Gateway gateway =
                new Gateway(
                        0,
                        trial.usual(),
                        1,
                        new EndpointReports(
                                new Endpoints(
                                        ScenarioConfig.DEFAULTS,
                                        0,
                                        false,
                                        new EventQueue(),
                                        new SplittableRandom(1)),
                                () -> 0),
                        new EventQueue(),
                        new SplittableRandom(1));
        List<Call> came = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            Call call = calls.take(gateway);
            door.enter(call, 0);
            came.add(call);
        }
        assertThat(came).filteredOn(call -> call.stay == Door.Stay.INSIDE).hasSize(5);
        door.leave(came.getFirst(), 0);
        door.enter(came.getLast(), 0);
        assertThat(came.getLast().stay).isEqualTo(Door.Stay.INSIDE);
    }

    @Test
    void theSameSeedGivesTheSameResultBehindLimits() {
        ScenarioConfig scenario =
                behind(Optional.of(OverloadPart.PLACES), OVERLOAD.concurrencyLimit())
                        .withGateways(2, 2);

        Result first = run(scenario);
        Result second = run(scenario);

        assertThat(second.latency).isEqualTo(first.latency);
        assertThat(second.ends).isEqualTo(first.ends);
        assertThat(second.slotGood).isEqualTo(first.slotGood);
    }
}
