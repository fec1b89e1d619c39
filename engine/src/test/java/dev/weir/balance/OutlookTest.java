package dev.weir.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.exchange.RequestKey;
import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Standing;
import dev.weir.service.Tried;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What an outlook promises is what picks keep.
class OutlookTest {
    private static final long SEED = 20_261_122;
    private static final long NOW = Duration.ofHours(1).toNanos();
    private static final int PICKS = 40_000;
    private static final int[][] WEIGHTS = {{1}, {1, 1}, {1, 3}, {1, 1, 1, 1}, {1, 2, 3, 4, 5}};

    private final SplittableRandom random = new SplittableRandom(SEED);

    static List<Balance> randomised() {
        return List.of(
                Balance.RANDOM,
                Balance.LEAST_REQUESTS,
                Balance.LEAST_CONNECTIONS,
                Balance.PEAK_EWMA,
                Balance.PREQUAL);
    }

    static List<Balance> certain() {
        return List.of(Balance.FIRST, Balance.ROUND_ROBIN, Balance.hash(RequestKey.CLIENT_IP));
    }

    /// Requests in flight, and latencies that are known.
    private void load(Service service, Balancer balancer) {
        for (Endpoint endpoint : service.endpoints()) {
            Attempt attempt = new Attempt();
            attempt.begin(endpoint, NOW - 10_000_000);
            attempt.answered(200, NOW - random.nextLong(9_000_000));
            balancer.learn(attempt);
            attempt.end();
            for (int i = random.nextInt(3); i > 0; i--) {
                endpoint.state().begin();
            }
        }
    }

    private static Map<Endpoint, Double> promised(Outlook outlook) {
        Map<Endpoint, Double> chances = new HashMap<>();
        outlook.chances()
                .forEach(one -> chances.merge(one.endpoint(), one.probability(), Double::sum));
        return chances;
    }

    private static void keeps(Service service, Balancer balancer, Tried tried) {
        // Prequal's quantile moves with the first picks.
        for (int i = 0; i < 500; i++) {
            balancer.pick(i, tried, NOW);
        }
        Map<Endpoint, Double> promised =
                promised(balancer.outlook(OptionalLong.empty(), tried, NOW));
        Map<Endpoint, Integer> picked = new HashMap<>();
        for (int i = 0; i < PICKS; i++) {
            @Nullable Endpoint one = balancer.pick(i, tried, NOW);
            assertThat(one).isNotNull();
            picked.merge(one, 1, Integer::sum);
        }
        for (Endpoint endpoint : service.endpoints()) {
            assertThat((double) picked.getOrDefault(endpoint, 0) / PICKS)
                    .as("seed %d, %s of %s", SEED, endpoint, service.config().balance())
                    .isCloseTo(promised.getOrDefault(endpoint, 0.0), within(0.02));
        }
    }

    @ParameterizedTest
    @MethodSource("randomised")
    void promisesTheChancesThatPicksHave(Balance balance) {
        for (int[] weights : WEIGHTS) {
            Service service = Services.of(balance, weights);
            Balancer balancer = new Balancers(service).forLoop(random.split());
            load(service, balancer);
            keeps(service, balancer, new Tried());
        }
    }

    @ParameterizedTest
    @MethodSource("randomised")
    void leavesOutWhoWasTried(Balance balance) {
        Service service = Services.of(balance, 1, 2, 3, 2);
        Balancer balancer = new Balancers(service).forLoop(random.split());
        load(service, balancer);
        Tried tried = new Tried();
        tried.add(service.endpoints().get(1));
        keeps(service, balancer, tried);
    }

    @ParameterizedTest
    @MethodSource("certain")
    void foretellsTheNextPick(Balance balance) {
        Service service = Services.of(balance, 1, 2, 3);
        Balancer balancer = new Balancers(service).forLoop(random.split());
        for (int i = 0; i < 50; i++) {
            long key = random.nextLong();
            Outlook outlook = balancer.outlook(OptionalLong.of(key), new Tried(), NOW);
            assertThat(outlook.chances()).hasSize(1);
            assertThat(outlook.chances().getFirst().endpoint())
                    .isSameAs(balancer.pick(key, new Tried(), NOW));
        }
    }

    @Test
    void lookingChangesNothing() {
        Service service = Services.of(Balance.ROUND_ROBIN, 1, 1, 1);
        Balancer balancer = new Balancers(service).forLoop(random.split());
        Outlook first = balancer.outlook(OptionalLong.empty(), new Tried(), NOW);
        Outlook second = balancer.outlook(OptionalLong.empty(), new Tried(), NOW);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void aRequestWithoutAKeyGoesAnywhere() {
        Service service = Services.of(Balance.hash(RequestKey.CLIENT_IP), 1, 3);
        Balancer balancer = new Balancers(service).forLoop(random.split());
        Map<Endpoint, Double> promised =
                promised(balancer.outlook(OptionalLong.empty(), new Tried(), NOW));
        assertThat(promised.get(service.endpoints().getLast())).isCloseTo(0.75, within(0.01));
    }

    @ParameterizedTest
    @MethodSource("randomised")
    void countsWhatIsKeptFromEndpointsThatWarm(Balance balance) {
        Service service =
                Services.of(balance, SlowStartConfig.of(Duration.ofSeconds(10)), 1, 1, 1, 1);
        Endpoint joins = service.endpoints().getLast();
        joins.state().happened(Standing.Event.CHECKED_DOWN);
        service.membersChanged();
        Balancer balancer = new Balancers(service).forLoop(random.split());
        balancer.pick(1, new Tried(), NOW);
        joins.state().happened(Standing.Event.CHECKED_UP);
        service.membersChanged();
        balancer.pick(1, new Tried(), NOW);

        keeps(service, balancer, new Tried());

        Outlook outlook = balancer.outlook(OptionalLong.empty(), new Tried(), NOW);
        assertThat(outlook.chances())
                .filteredOn(one -> one.endpoint() == joins)
                .singleElement()
                .satisfies(one -> assertThat(one.says()).contains("warming up: gets 10 %"));
    }

    @ParameterizedTest
    @MethodSource("randomised")
    void nobodyBeginsToWarmBecauseSomebodyLooks(Balance balance) {
        long window = Duration.ofSeconds(10).toNanos();
        Service service =
                Services.of(balance, SlowStartConfig.of(Duration.ofNanos(window)), 1, 1, 1, 1);
        Endpoint joins = service.endpoints().getLast();
        joins.state().happened(Standing.Event.CHECKED_DOWN);
        service.membersChanged();
        Balancer balancer = new Balancers(service).forLoop(random.split());
        balancer.pick(1, new Tried(), NOW);
        joins.state().happened(Standing.Event.CHECKED_UP);
        service.membersChanged();

        for (long at = NOW; at <= NOW + window; at += window) {
            assertThat(balancer.outlook(OptionalLong.empty(), new Tried(), at).chances())
                    .filteredOn(one -> one.endpoint() == joins)
                    .singleElement()
                    .satisfies(one -> assertThat(one.says()).contains("warming up: gets 10 %"));
        }
    }

    @Test
    void saysTheScoreThatEndpointsAreComparedBy() {
        Service service = Services.of(Balance.PREQUAL, 1, 1);
        Balancer balancer = new Balancers(service).forLoop(random.split());
        Endpoint first = service.endpoints().getFirst();
        Attempt attempt = new Attempt();
        attempt.begin(first, NOW - 12_000_000);
        attempt.answered(200, NOW);
        balancer.learn(attempt);
        attempt.end();

        assertThat(scores(balancer)).containsExactly("12.0 ms", "0.0 ms");
        first.state().begin();
        assertThat(scores(balancer)).containsExactly("hot 1.00", "0.0 ms");
    }

    private static List<String> scores(Balancer balancer) {
        return balancer.outlook(OptionalLong.empty(), new Tried(), NOW).chances().stream()
                .map(Outlook.Chance::score)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("certain")
    void thereIsNoScoreWhereNothingIsCompared(Balance balance) {
        Balancer balancer = new Balancers(Services.of(balance, 1, 2)).forLoop(random.split());
        assertThat(scores(balancer)).isNotEmpty().containsOnly("");
    }

    @Test
    void saysWhatThePolicyGoesBy() {
        Service service = Services.of(Balance.LEAST_REQUESTS, 1, 2);
        Arrays.asList(0, 0, 1).forEach(i -> service.endpoints().get(i).state().begin());
        Balancer balancer = new Balancers(service).forLoop(random.split());
        assertThat(balancer.outlook(OptionalLong.empty(), new Tried(), NOW).chances())
                .extracting(Outlook.Chance::says)
                .containsExactly("load 3.00: (2 + 1) / 1", "load 1.00: (1 + 1) / 2");
    }
}
