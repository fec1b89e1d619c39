package dev.weir.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.exchange.RequestKey;
import dev.weir.schema.Percent;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for every policy.
class BalancerSuiteTest {
    private static final long SEED = 20_260_704;
    private static final int PICKS = 60_000;

    private final Tried tried = new Tried();
    private final SplittableRandom keys = new SplittableRandom(SEED);

    static List<Balance> all() {
        List<Balance> all = new ArrayList<>(sharing());
        all.add(Balance.FIRST);
        // A ring shares to about 10 % only; RingTest says how well.
        all.add(Balance.ringHash(RequestKey.CLIENT_IP));
        all.add(Balance.ringHash(RequestKey.CLIENT_IP).withBoundedLoad(Percent.of(125)));
        return all;
    }

    static List<Balance> sharing() {
        List<Balance> sharing = new ArrayList<>();
        for (Policy policy : Policy.values()) {
            if (policy != Policy.FIRST) {
                sharing.add(Balance.of(policy));
            }
        }
        sharing.add(Balance.probed("/load"));
        sharing.add(Balance.hash(RequestKey.CLIENT_IP));
        sharing.add(Balance.hash(RequestKey.CLIENT_IP).withBoundedLoad(Percent.of(125)));
        return sharing;
    }

    @ParameterizedTest
    @MethodSource("sharing")
    void sharesEvenlyWhenWeightsAreEqual(Balance policy) {
        Service service = Services.of(policy, 3, 3, 3, 3, 3);
        assertShares(sequential(service), 1, 1, 1, 1, 1);
        assertShares(piledUp(service, 1_000), 1, 1, 1, 1, 1);
    }

    @ParameterizedTest
    @MethodSource("sharing")
    void sharesByWeightWhenEndpointsAreIdle(Balance policy) {
        assertShares(sequential(Services.of(policy, 1, 2, 3, 10)), 1, 2, 3, 10);
        assertShares(sequential(Services.of(policy, 2, 1)), 2, 1);
    }

    @ParameterizedTest
    @MethodSource("sharing")
    void sharesByWeightWhenRequestsPileUp(Balance policy) {
        assertShares(piledUp(Services.of(policy, 1, 2, 3, 10), PICKS), 1, 2, 3, 10);
    }

    @ParameterizedTest
    @MethodSource("sharing")
    void sharesByWeightAmongThoseThatAreUp(Balance policy) {
        Service service = Services.of(policy, 5, 1, 2, 7);
        Services.up(service, 0, false);
        Services.up(service, 3, false);
        assertShares(sequential(service), 0, 1, 2, 0);
    }

    @ParameterizedTest
    @MethodSource("all")
    void avoidsEndpointsThatWereTried(Balance policy) {
        Service service = Services.of(policy, 1, 2, 1, 5);
        Balancer balancer = balancer(service);
        for (int round = 0; round < 1_000; round++) {
            tried.clear();
            for (int attempt = 0; attempt < 4; attempt++) {
                Endpoint endpoint = balancer.pick(keys.nextLong(), tried, 0);
                assertThat(endpoint).isNotNull();
                assertThat(tried.contains(endpoint)).isFalse();
                tried.add(endpoint);
            }
            assertThat(balancer.pick(keys.nextLong(), tried, 0)).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("sharing")
    void sharesTheRequestsOfAFailingEndpointAmongAllOthers(Balance policy) {
        Service service = Services.of(policy, 1, 1, 1, 1);
        Balancer balancer = balancer(service);
        int[] counts = new int[4];
        for (int i = 0; i < PICKS; i++) {
            tried.clear();
            Endpoint endpoint = balancer.pick(keys.nextLong(), tried, 0);
            if (endpoint.position() == 2) {
                tried.add(endpoint);
                endpoint = balancer.pick(keys.nextLong(), tried, 0);
            }
            counts[endpoint.position()]++;
        }
        assertShares(counts, 1, 1, 0, 1);
    }

    @ParameterizedTest
    @MethodSource("all")
    void neverPicksAnEndpointThatIsDown(Balance policy) {
        Service service = Services.of(policy, 1, 2, 1, 1, 4);
        Balancer balancer = balancer(service);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 5_000; i++) {
            int place = random.nextInt(5);
            Services.up(service, place, random.nextBoolean());
            for (int pick = random.nextInt(4); pick > 0; pick--) {
                Endpoint endpoint = balancer.pick(keys.nextLong(), tried, 0);
                if (service.members().usable().length == 0) {
                    assertThat(endpoint).isNull();
                } else {
                    assertThat(endpoint.state().up()).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void picksNothingWhenAllAreDownAndAgainWhenOneReturns(Balance policy) {
        Service service = Services.of(policy, 1, 2);
        Balancer balancer = balancer(service);
        Services.up(service, 0, false);
        Services.up(service, 1, false);
        assertThat(balancer.pick(keys.nextLong(), tried, 0)).isNull();
        Services.up(service, 1, true);
        assertThat(balancer.pick(keys.nextLong(), tried, 0)).isSameAs(service.endpoints().get(1));
    }

    @ParameterizedTest
    @MethodSource("all")
    void picksTheOnlyEndpointAlways(Balance policy) {
        Service service = Services.of(policy, 7);
        Balancer balancer = balancer(service);
        for (int i = 0; i < 100; i++) {
            Endpoint only = balancer.pick(keys.nextLong(), tried, 0);
            assertThat(only).isSameAs(service.endpoints().getFirst());
            only.state().begin();
        }
        tried.add(service.endpoints().getFirst());
        assertThat(balancer.pick(keys.nextLong(), tried, 0)).isNull();
    }

    @ParameterizedTest
    @MethodSource("all")
    void picksOnSeveralLoopsWhileTheListChanges(Balance policy) throws Exception {
        Service service = Services.of(policy, 1, 2, 3, 1, 1);
        Balancers balancers = new Balancers(service);
        AtomicBoolean over = new AtomicBoolean();
        try (var threads = Executors.newFixedThreadPool(3)) {
            List<Future<Integer>> loops = new ArrayList<>();
            for (int loop = 0; loop < 2; loop++) {
                Balancer balancer = balancers.forLoop(new SplittableRandom(SEED + loop));
                loops.add(threads.submit(picks(balancer, over)));
            }
            SplittableRandom random = new SplittableRandom(SEED);
            for (int i = 0; i < 20_000; i++) {
                // The first one stays, so that there is always something to pick.
                Services.up(service, 1 + random.nextInt(4), random.nextBoolean());
            }
            over.set(true);
            for (Future<Integer> loop : loops) {
                assertThat(loop.get()).isPositive();
            }
        }
    }

    private static Callable<Integer> picks(Balancer balancer, AtomicBoolean over) {
        return () -> {
            int picks = 0;

            Tried none = new Tried();
            SplittableRandom keys = new SplittableRandom(SEED);
            do {
                assertThat(balancer.pick(keys.nextLong(), none, 0)).isNotNull();
                picks++;
            } while (!over.get());
            return picks;
        };
    }

    /// One request after the other: each is over before the next one.
    private int[] sequential(Service service) {
        Balancer balancer = balancer(service);
        int[] counts = new int[service.endpoints().size()];
        for (int i = 0; i < PICKS; i++) {
            Endpoint endpoint = balancer.pick(keys.nextLong(), tried, 0);
            counts[endpoint.position()]++;
            endpoint.state().begin();
            endpoint.state().end();
        }
        return counts;
    }

    /// Requests that do not end before all are sent, again and again.
    private int[] piledUp(Service service, int high) {
        Balancer balancer = balancer(service);
        int[] counts = new int[service.endpoints().size()];
        for (int sent = 0; sent < PICKS; ) {
            List<Endpoint> pile = new ArrayList<>();
            for (; pile.size() < high; sent++) {
                Endpoint endpoint = balancer.pick(keys.nextLong(), tried, 0);
                endpoint.state().begin();
                counts[endpoint.position()]++;
                pile.add(endpoint);
            }
            pile.forEach(endpoint -> endpoint.state().end());
        }
        return counts;
    }

    private static Balancer balancer(Service service) {
        return new Balancers(service).forLoop(new SplittableRandom(SEED));
    }

    /// Five standard deviations of independent draws: a right policy misses once in two million, and never with this seed.
    private static void assertShares(int[] counts, int... weights) {
        int picks = Arrays.stream(counts).sum();
        double total = Arrays.stream(weights).sum();
        for (int i = 0; i < counts.length; i++) {
            double share = weights[i] / total;
            double deviation = Math.sqrt(picks * share * (1 - share));
            assertThat((double) counts[i])
                    .as(
                            "seed %d: %s for weights %s",
                            SEED, Arrays.toString(counts), Arrays.toString(weights))
                    .isCloseTo(picks * share, Offset.offset(5 * deviation));
        }
    }
}
