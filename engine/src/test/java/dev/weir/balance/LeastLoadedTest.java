package dev.weir.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LeastLoadedTest {
    private static final long SEED = 271_828;

    private final Tried tried = new Tried();

    @Test
    void leastConnectionsFindsTheTrueMinimum() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 2_000; round++) {
            // Above 32 a tree keeps the minimum.
            int[] weights = new int[1 + random.nextInt(round % 2 == 0 ? 20 : 200)];
            Arrays.setAll(weights, _ -> 1 + random.nextInt(4));
            Service service = Services.of(Balance.LEAST_CONNECTIONS, weights);
            for (Endpoint endpoint : service.endpoints()) {
                load(endpoint, 1 + random.nextInt(6));
            }
            Endpoint picked = balancer(service).pick(0, tried, 0);
            assertThat(perWeight(picked))
                    .as("seed %d, round %d", SEED, round)
                    .isEqualTo(
                            service.endpoints().stream()
                                    .map(LeastLoadedTest::perWeight)
                                    .min(Comparator.naturalOrder())
                                    .orElseThrow());
        }
    }

    @Test
    void leastConnectionsOfManyFindsTheTrueMinimumWhileRequestsComeAndGoAndTheListChanges() {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] weights = new int[100];
        Arrays.setAll(weights, _ -> 1 + random.nextInt(4));
        Service service = Services.of(Balance.LEAST_CONNECTIONS, weights);
        Balancer balancer = balancer(service);
        List<Endpoint> inFlight = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            if (i % 100 == 0) {
                Services.up(service, random.nextInt(100), random.nextInt(4) > 0);
            }
            if (!inFlight.isEmpty() && random.nextInt(1_000) < 495) {
                inFlight.remove(random.nextInt(inFlight.size())).state().end();
                continue;
            }
            Endpoint picked = balancer.pick(0, tried, 0);
            double least =
                    Arrays.stream(service.members().usable())
                            .mapToDouble(endpoint -> new RequestsInFlight().load(endpoint, 0))
                            .min()
                            .orElseThrow();
            assertThat(new RequestsInFlight().load(picked, 0)).isEqualTo(least);
            picked.state().begin();
            inFlight.add(picked);
        }
    }

    @Test
    void theTreeOfLoadsIsRightAfterThreadsHaveRaced() throws Exception {
        int[] weights = new int[64];
        Arrays.fill(weights, 1);
        Service service = Services.of(Balance.LEAST_CONNECTIONS, weights);
        Balancers balancers = new Balancers(service);
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            SplittableRandom random = new SplittableRandom(SEED + t);
            Balancer balancer = balancers.forLoop(random);
            threads[t] =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        List<Endpoint> mine = new ArrayList<>();
                                        for (int i = 0; i < 100_000; i++) {
                                            if (mine.size() > 40
                                                    || mine.size() > 0 && random.nextBoolean()) {
                                                mine.remove(random.nextInt(mine.size()))
                                                        .state()
                                                        .end();
                                            } else {
                                                Endpoint picked = balancer.pick(0, new Tried(), 0);
                                                picked.state().begin();
                                                mine.add(picked);
                                            }
                                        }
                                    });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Balancer balancer = balancers.forLoop(new SplittableRandom(SEED));
        int least =
                service.endpoints().stream()
                        .mapToInt(e -> e.state().inFlight())
                        .min()
                        .orElseThrow();
        for (int i = 0; i < 1_000; i++) {
            assertThat(balancer.pick(0, tried, 0).state().inFlight()).isEqualTo(least);
        }
    }

    @Test
    void manyIdleEndpointsShareByWeight() {
        int[] weights = new int[100];
        Arrays.setAll(weights, i -> i < 50 ? 1 : 3);
        Service service = Services.of(Balance.LEAST_CONNECTIONS, weights);
        Balancer balancer = balancer(service);
        int[] counts = new int[100];
        for (int i = 0; i < 200_000; i++) {
            counts[balancer.pick(0, tried, 0).position()]++;
        }
        for (int i = 0; i < 100; i++) {
            assertThat(counts[i]).isBetween(weights[i] * 800, weights[i] * 1_200);
        }
    }

    @Test
    void anIdleEndpointComesBeforeABusyOneOfAnyWeight() {
        Service service = Services.of(Balance.LEAST_CONNECTIONS, 100, 1);
        load(service.endpoints().getFirst(), 1);
        assertThat(balancer(service).pick(0, tried, 0)).hasToString("b");
    }

    @Test
    void twoChoicesTakesTheLessLoadedOfTwo() {
        Service service = Services.of(Balance.LEAST_REQUESTS, 1, 1);
        load(service.endpoints().getFirst(), 3);
        load(service.endpoints().getLast(), 2);
        Balancer balancer = balancer(service);
        for (int i = 0; i < 1_000; i++) {
            assertThat(balancer.pick(0, tried, 0)).hasToString("b");
        }
    }

    @Test
    void twoChoicesNeverTakesTheMostLoadedOfMany() {
        Service service = Services.of(Balance.LEAST_REQUESTS, 1, 1, 1, 1, 1);
        load(service.endpoints().get(2), 1);
        Balancer balancer = balancer(service);
        for (int i = 0; i < 10_000; i++) {
            assertThat(balancer.pick(0, tried, 0)).doesNotHaveToString("c");
        }
    }

    /// Balls into bins: with n requests on n endpoints, random puts about ln n / ln ln n on the fullest, two choices
    /// about ln ln n / ln 2 (Mitzenmacher 1996).
    @Test
    void twoChoicesKeepsTheFullestEndpointLowerThanRandomDoes() {
        assertThat(fullest(Balance.LEAST_REQUESTS)).isLessThanOrEqualTo(4);
        assertThat(fullest(Balance.RANDOM)).isGreaterThanOrEqualTo(5);
        assertThat(fullest(Balance.LEAST_CONNECTIONS)).isEqualTo(1);
    }

    private int fullest(Balance policy) {
        int[] weights = new int[1_000];
        Arrays.fill(weights, 1);
        Service service = Services.of(policy, weights);
        Balancer balancer = balancer(service);
        for (int i = 0; i < weights.length; i++) {
            balancer.pick(0, tried, 0).state().begin();
        }
        return service.endpoints().stream()
                .mapToInt(endpoint -> endpoint.state().inFlight())
                .max()
                .orElseThrow();
    }

    @Test
    void firstWaitsForTheFailureOfThoseBefore() {
        Service service = Services.of(Balance.FIRST, 1, 5, 1);
        Balancer balancer = balancer(service);
        load(service.endpoints().getFirst(), 100);
        assertThat(balancer.pick(0, tried, 0)).hasToString("a");
        Services.up(service, 0, false);
        assertThat(balancer.pick(0, tried, 0)).hasToString("b");
        tried.add(service.endpoints().get(1));
        assertThat(balancer.pick(0, tried, 0)).hasToString("c");
        tried.clear();
        Services.up(service, 0, true);
        assertThat(balancer.pick(0, tried, 0)).hasToString("a");
    }

    private static Balancer balancer(Service service) {
        return new Balancers(service).forLoop(new SplittableRandom(SEED));
    }

    private static void load(Endpoint endpoint, int requests) {
        for (int i = 0; i < requests; i++) {
            endpoint.state().begin();
        }
    }

    /// Requests for the weight in 1/12, which all weights up to 4 divide.
    private static int perWeight(Endpoint endpoint) {
        return (endpoint.state().inFlight() + 1) * 12 / endpoint.weight();
    }
}
