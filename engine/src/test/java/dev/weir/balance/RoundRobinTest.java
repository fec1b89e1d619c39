package dev.weir.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundRobinTest {
    private static final long SEED = 314_159;

    private final Tried tried = new Tried();

    @ParameterizedTest
    @CsvSource({
        "1-1, a b a b a b",
        "5-1-1, a a b a c a a a a b a c a a",
        "500-100-100, a a b a c a a a a b a c a a",
        "1-1-1, a b c a b c",
        "2-1, a b a a b a",
        "1, a a a",
    })
    void interleavesWeightsSmoothly(String weights, String picks) {
        Service service = service(weights);
        Balancer balancer = new RoundRobin(service);
        assertThat(picks(balancer, picks.split(" ").length)).isEqualTo(picks);
    }

    @Test
    void alternatesStrictlyWhateverLoopARequestArrivesOn() {
        Balancers balancers = new Balancers(service("1-1"));
        Balancer one = balancers.forLoop(new SplittableRandom(1));
        Balancer other = balancers.forLoop(new SplittableRandom(2));
        assertThat(picks(one, 1) + picks(other, 1) + picks(other, 1) + picks(one, 1))
                .isEqualTo("abab");
    }

    @Test
    void goesOnBehindTheLastOneWhenTheListChanges() {
        Service service = service("1-1-1-1");
        Balancer balancer = new RoundRobin(service);
        assertThat(picks(balancer, 2)).isEqualTo("a b");
        Services.up(service, 2, false);
        assertThat(picks(balancer, 2)).isEqualTo("d a");
        Services.up(service, 0, false);
        Services.up(service, 2, true);
        assertThat(picks(balancer, 4)).isEqualTo("b c d b");
        Services.up(service, 1, false);
        Services.up(service, 0, true);
        Services.up(service, 1, true);
        assertThat(picks(balancer, 4)).isEqualTo("c d a b");
    }

    @Test
    void goesOnBehindTheLastOneAfterAllWereDown() {
        Service service = service("1-1-1");
        Balancer balancer = new RoundRobin(service);
        assertThat(picks(balancer, 1)).isEqualTo("a");
        for (int i = 0; i < 3; i++) {
            Services.up(service, i, false);
        }
        assertThat(balancer.pick(0, tried, 0)).isNull();
        for (int i = 0; i < 3; i++) {
            Services.up(service, i, true);
        }
        assertThat(picks(balancer, 3)).isEqualTo("b c a");
    }

    @Test
    void staysWithinOneSinceTheListChanged() {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] weights = new int[12];
        Arrays.fill(weights, 1);
        Service service = Services.of(Balance.ROUND_ROBIN, weights);
        Balancer balancer = new RoundRobin(service);
        for (int change = 0; change < 10_000; change++) {
            Services.up(service, random.nextInt(12), random.nextBoolean());
            int[] counts = new int[12];
            int most = 0;
            for (int pick = random.nextInt(40); pick > 0; pick--) {
                Endpoint endpoint = balancer.pick(0, tried, 0);
                if (endpoint == null) {
                    break;
                }
                most = Math.max(most, ++counts[endpoint.position()]);
            }
            for (Endpoint endpoint : service.members().usable()) {
                assertThat(counts[endpoint.position()])
                        .as("seed %d, change %d: %s", SEED, change, Arrays.toString(counts))
                        .isGreaterThanOrEqualTo(most - 1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1-1-1-1-1-1-1", "3-1-2-2-1-5-1"})
    void sharesByWeightOverManyListChangesAmongThoseThatStayUp(String weights) {
        SplittableRandom random = new SplittableRandom(SEED);
        Service service = service(weights);
        Balancer balancer = new RoundRobin(service);
        int[] counts = new int[7];
        for (int change = 0; change < 10_000; change++) {
            // a, b and c stay; d to g come and go.
            Services.up(service, 3 + random.nextInt(4), random.nextBoolean());
            for (int pick = random.nextInt(6); pick > 0; pick--) {
                counts[balancer.pick(0, tried, 0).position()]++;
            }
        }
        double rounds = (double) counts[0] / service.endpoints().getFirst().weight();
        for (int i = 1; i < 3; i++) {
            int weight = service.endpoints().get(i).weight();
            // A round under way has given each of them all or none of its turns, at most.
            assertThat(Math.abs(counts[i] - rounds * weight))
                    .as("seed %d: %s", SEED, Arrays.toString(counts))
                    .isLessThanOrEqualTo(weight);
        }
        assertThat(counts[0]).isGreaterThan(1_000);
    }

    @Test
    void loopsTogetherStayEven() throws Exception {
        Service service = service("1-1-1-1");
        RoundRobin balancer = new RoundRobin(service);
        AtomicIntegerArray counts = new AtomicIntegerArray(4);
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int loop = 0; loop < 4; loop++) {
                threads.submit(
                        () -> {
                            for (int i = 0; i < 10_001; i++) {
                                counts.incrementAndGet(balancer.pick(0, new Tried(), 0).position());
                            }
                        });
            }
        }
        for (int i = 0; i < 4; i++) {
            assertThat(counts.get(i)).isEqualTo(10_001);
        }
    }

    @Test
    void keepsTheRoundWithinItsBoundWhateverTheWeights() {
        int[] weights = new int[300];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 1 + i * 997 % 1000;
        }
        Service service = Services.of(Balance.ROUND_ROBIN, weights);
        int[] turns = Turns.of(service.endpoints());
        assertThat(turns.length).isBetween(Turns.MOST * 9 / 10, Turns.MOST);
        int[] counts = new int[weights.length];
        for (int turn : turns) {
            counts[turn]++;
        }
        double sum = Arrays.stream(weights).sum();
        for (int i = 0; i < weights.length; i++) {
            assertThat(counts[i]).isPositive();
            assertThat(Math.abs(counts[i] - weights[i] / sum * turns.length))
                    .as("turns of weight %d", weights[i])
                    .isLessThan(1.5);
        }
    }

    private String picks(Balancer balancer, int count) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < count; i++) {
            out.append(i == 0 ? "" : " ").append(balancer.pick(0, tried, 0));
        }
        return out.toString();
    }

    private static Service service(String weights) {
        return Services.of(
                Balance.ROUND_ROBIN,
                Arrays.stream(weights.split("-")).mapToInt(Integer::parseInt).toArray());
    }
}
