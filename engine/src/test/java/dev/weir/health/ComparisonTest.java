package dev.weir.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.health.OutliersConfig.LatencyConfig;
import dev.weir.health.OutliersConfig.SuccessRateConfig;
import dev.weir.health.Traffic.Fate;
import dev.weir.service.Attempt;
import dev.weir.service.Standing;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Endpoints against their group: the slow and the failing one stand out, and of equal ones none does. The seed is in
/// the messages.
class ComparisonTest {
    private static final long SEED = 20_261_122;
    private static final Duration WINDOW = OutliersConfig.DEFAULTS.window();

    private final RandomGenerator random = new SplittableRandom(SEED);
    private final Traffic traffic = new Traffic(10, OutliersConfig.DEFAULTS);

    /// Latencies in milliseconds, as they are found.
    enum Shape {
        /// The 99th percentile is ten times the median.
        LOG_NORMAL(r -> 2 * Math.exp(r.nextGaussian())),
        /// And here a hundred times.
        WIDE_LOG_NORMAL(r -> 2 * Math.exp(2 * r.nextGaussian())),
        /// Without a mean.
        PARETO(r -> 1 / (1 - r.nextDouble())),
        /// Half are found in a cache.
        TWO_HUMPS(r -> r.nextBoolean() ? 1 + r.nextDouble() : 60 + 20 * r.nextDouble()),
        /// A quarter are not.
        TWO_UNEVEN_HUMPS(r -> r.nextInt(4) > 0 ? 1 + r.nextDouble() : 60 + 20 * r.nextDouble());

        private final ToDoubleFunction<RandomGenerator> millis;

        Shape(ToDoubleFunction<RandomGenerator> millis) {
            this.millis = millis;
        }

        long nanos(RandomGenerator random) {
            return (long) (Math.min(millis.applyAsDouble(random), 30_000) * 1e6);
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofEqualEndpointsNoneIsEjectedInAMillionRequests(Shape shape) {
        traffic.flow(1_000_000, 1_000, random, _ -> new Fate(200, shape.nanos(random)));
        assertThat(traffic.lines.said()).as("seed %d", SEED).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void ofEqualEndpointsWithLittleTrafficNoneIsEjected(Shape shape) {
        // 60 requests of each endpoint in a window: just enough to be judged by.
        traffic.flow(200_000, 60, random, _ -> new Fate(200, shape.nanos(random)));
        assertThat(traffic.lines.said()).as("seed %d", SEED).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void oneOfTenThatIsTenTimesAsSlowIsOutWithinTwoWindows(Shape shape) {
        traffic.flow(
                23_000, 1_000, random, e -> new Fate(200, (e == 3 ? 10 : 1) * shape.nanos(random)));
        assertThat(traffic.standing(3)).as("seed %d", SEED).isEqualTo(Standing.EJECTED);
        assertThat(traffic.usable()).isEqualTo("abcefghij");
        assertThat(traffic.lines.said())
                .hasSize(1)
                .first()
                .asString()
                .matches(
                        "users  d  ejected for 30 s  p50 [0-9.]+ ms, group [0-9.]+ ms, [0-9]+ requests in 10 s");
    }

    @Test
    void threeOfTenThatAreSlowAreAllOut() {
        traffic.flow(
                23_000,
                1_000,
                random,
                e -> new Fate(200, (e < 3 ? 10 : 1) * Shape.LOG_NORMAL.nanos(random)));
        assertThat(traffic.usable()).as("seed %d", SEED).isEqualTo("defghij");
    }

    @Test
    void allEqualAndTenTimesAsSlowAsBeforeIsNobodysFault() {
        traffic.flow(20_000, 1_000, random, _ -> new Fate(200, 2_000_000));
        traffic.flow(20_000, 1_000, random, _ -> new Fate(200, 200_000_000));
        assertThat(traffic.lines.said()).isEmpty();
    }

    @Test
    void aFewMillisecondsMoreAreNoReason() {
        // Another zone: twenty times as far, and nothing to worry about.
        traffic.flow(40_000, 1_000, random, e -> new Fate(200, e == 3 ? 4_000_000 : 200_000));
        assertThat(traffic.lines.said()).isEmpty();
    }

    @Test
    void oneThatIsStillSlowWhenItIsTriedIsEjectedAgain() {
        traffic.flow(
                45_000,
                1_000,
                random,
                e -> new Fate(200, (e == 3 ? 50 : 1) * Shape.LOG_NORMAL.nanos(random)));
        assertThat(traffic.standing(3)).as("seed %d", SEED).isEqualTo(Standing.EJECTED);
        assertThat(traffic.lines.said().getLast())
                .matches(
                        "users  d  ejected for 60 s  p50 [0-9.]+ ms when it was tried, [0-9.]+ ms is too slow");
    }

    /// The two others are too few to eject one, and enough to tell what is slow by now.
    @Test
    void oneOfThreeIsBackWhenAllHaveBecomeAsSlowMeanwhile() {
        Traffic three = new Traffic(3, OutliersConfig.DEFAULTS);
        three.flow(20_000, 1_000, random, e -> new Fate(200, e == 2 ? 50_000_000 : 2_000_000));
        assertThat(three.standing(2)).isEqualTo(Standing.EJECTED);
        three.flow(45_000, 1_000, random, _ -> new Fate(200, 50_000_000));
        assertThat(three.standing(2)).isEqualTo(Standing.UP);
    }

    @Test
    void oneThatHasRecoveredIsBack() {
        traffic.flow(
                20_000,
                1_000,
                random,
                e -> new Fate(200, (e == 3 ? 10 : 1) * Shape.LOG_NORMAL.nanos(random)));
        assertThat(traffic.standing(3)).isEqualTo(Standing.EJECTED);
        traffic.flow(40_000, 1_000, random, _ -> new Fate(200, 2_000_000));
        assertThat(traffic.standing(3)).isEqualTo(Standing.UP);
        assertThat(traffic.usable()).isEqualTo("abcdefghij");
    }

    @Test
    void oneThatIsSoSlowThatNobodyWaitsIsOutToo() {
        traffic.flow(20_000, 1_000, random, _ -> new Fate(200, Shape.LOG_NORMAL.nanos(random)));
        traffic.flow(
                23_000,
                1_000,
                random,
                e ->
                        e == 3
                                ? new Fate(0, 500_000_000)
                                : new Fate(200, Shape.LOG_NORMAL.nanos(random)));
        assertThat(traffic.standing(3)).as("seed %d", SEED).isEqualTo(Standing.EJECTED);
    }

    @Test
    void clientsThatLeaveAtOnceHideNoSlowEndpoint() {
        traffic.flow(12_000, 1_000, random, _ -> hasty(1));
        traffic.flow(23_000, 1_000, random, e -> hasty(e == 3 ? 10 : 1));
        assertThat(traffic.standing(3)).as("seed %d", SEED).isEqualTo(Standing.EJECTED);
    }

    private Fate hasty(int times) {
        return random.nextInt(10) < 6
                ? new Fate(0, 100_000)
                : new Fate(200, times * Shape.LOG_NORMAL.nanos(random));
    }

    @Test
    void clientsThatLeaveBeforeTheyHaveSentAllSayNothingOfTheEndpoint() {
        traffic.flow(12_000, 1_000, random, _ -> new Fate(200, 1_000_000));
        traffic.pass(WINDOW);
        for (int i = 0; i < 100; i++) {
            for (int endpoint = 0; endpoint < 10; endpoint++) {
                Attempt attempt = traffic.begin(endpoint);
                if (endpoint == 3) {
                    attempt.uploading();
                    traffic.end(attempt, Attempt.Outcome.CANCELLED, Duration.ofMillis(40));
                } else {
                    attempt.answered(200, traffic.nowNanos() + 1_000_000);
                    traffic.outliers.learn(attempt);
                }
            }
        }
        traffic.pass(WINDOW);
        assertThat(traffic.lines.said()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void clientsThatGiveUpHarmNobodyInAMillionRequests(Shape shape) {
        // Three of ten clients go away after a time that has nothing to do with the endpoint.
        traffic.flow(1_000_000, 1_000, random, _ -> impatient(shape));
        assertThat(traffic.lines.said()).as("seed %d", SEED).isEmpty();
    }

    private Fate impatient(Shape shape) {
        long answer = shape.nanos(random);
        long patience = (long) (random.nextExponential() * 30e6);
        boolean leaves = random.nextInt(10) < 3 && patience < answer;
        return leaves ? new Fate(0, patience) : new Fate(200, answer);
    }

    @Test
    void anAnswerThatWaitsForTheClientsBodySaysNothingOfTheEndpoint() {
        for (int i = 0; i < 200; i++) {
            for (int endpoint = 0; endpoint < 10; endpoint++) {
                Attempt attempt = traffic.begin(endpoint);
                if (endpoint == 3) {
                    attempt.uploading();
                    traffic.pass(Duration.ofMillis(40));
                }
                attempt.answered(200, traffic.nowNanos() + 1_000_000);
                traffic.outliers.learn(attempt);
                attempt.end();
            }
        }
        traffic.pass(WINDOW);
        assertThat(traffic.lines.said()).isEmpty();
    }

    @Test
    void oneThatFailsHalfOfItsRequestsIsOut() {
        traffic.flow(
                20_000,
                1_000,
                random,
                e -> new Fate(e == 3 && random.nextBoolean() ? 500 : 200, 2_000_000));
        assertThat(traffic.standing(3)).as("seed %d", SEED).isEqualTo(Standing.EJECTED);
        assertThat(traffic.usable()).isEqualTo("abcefghij");
    }

    @Test
    void theSuccessRateFindsOneThatNeverFailsOftenInARow() {
        Traffic rate = new Traffic(10, OutliersConfig.DEFAULTS.withFailures(0, 0));
        rate.flow(
                20_000,
                1_000,
                random,
                e -> new Fate(e == 3 && random.nextInt(10) < 3 ? 500 : 200, 2_000_000));
        assertThat(rate.lines.said())
                .hasSize(1)
                .first()
                .asString()
                .matches(
                        "users  d  ejected for 30 s  [67][0-9.]+ % went well, group 9[0-9.]+ %, [0-9]+ requests in 10 s");
    }

    @Test
    void ofEndpointsThatFailEquallyOftenNoneIsEjected() {
        // Chance puts one of these ten points below the mean every few minutes.
        Traffic rate = new Traffic(10, OutliersConfig.DEFAULTS.withFailures(0, 0));
        rate.flow(
                1_000_000, 150, random, _ -> new Fate(random.nextBoolean() ? 500 : 200, 2_000_000));
        assertThat(rate.lines.said()).as("seed %d", SEED).isEmpty();
    }

    @Test
    void aFewFailuresOfAFewRequestsAreNoSuccessRate() {
        Traffic rate = new Traffic(10, OutliersConfig.DEFAULTS.withFailures(0, 0));
        rate.flow(4_000, 80, random, e -> new Fate(e == 3 ? 500 : 200, 2_000_000));
        assertThat(rate.lines.said()).as("seed %d", SEED).isEmpty();
    }

    @Test
    void anAnswerThatBreaksOffIsOneRequestThatFailed() {
        Conduct conduct = new Conduct(traffic.endpoint(0));
        Attempt attempt = traffic.begin(0);
        attempt.answered(200, traffic.nowNanos() + 1_000_000);
        conduct.good(attempt);
        conduct.good(attempt);
        conduct.cut();
        Comparison.Seen seen = conduct.takeWindow();
        assertThat(seen.good()).isEqualTo(1);
        assertThat(seen.failed()).isEqualTo(1);
    }

    @Test
    void withoutTheComparisonsNobodyStandsOut() {
        Traffic off =
                new Traffic(
                        10,
                        OutliersConfig.DEFAULTS
                                .withFailures(0, 0)
                                .withComparing(SuccessRateConfig.OFF, LatencyConfig.OFF, WINDOW));
        off.flow(
                30_000,
                1_000,
                random,
                e ->
                        new Fate(
                                e == 3 && random.nextBoolean() ? 500 : 200,
                                e == 3 ? 500_000_000 : 1_000_000));
        assertThat(off.lines.said()).isEmpty();
    }

    @Test
    void tooFewEndpointsOrRequestsSayNothing() {
        Traffic two = new Traffic(2, OutliersConfig.DEFAULTS);
        two.flow(30_000, 1_000, random, e -> new Fate(200, e == 1 ? 50_000_000 : 1_000_000));
        assertThat(two.lines.said()).isEmpty();
        traffic.flow(1_200, 40, random, e -> new Fate(200, e == 3 ? 50_000_000 : 1_000_000));
        assertThat(traffic.lines.said()).isEmpty();
    }

    @Test
    void quantilesAreOffBySixPerCentAtMost() {
        Latencies latencies = new Latencies();
        IntStream.rangeClosed(1, 100_000).forEach(i -> latencies.add(i * 10_000L));
        Latencies.Taken taken = latencies.take();
        assertThat(taken.sum()).isEqualTo(100_000);
        assertThat(taken.quantile(0.5) / 1e6).isBetween(470.0, 530.0);
        assertThat(taken.quantile(0.75) / 1e6).isBetween(705.0, 795.0);
        assertThat(latencies.take().quantile(0.5)).as("nothing is left").isZero();
        latencies.add(-1);
        latencies.add(Long.MAX_VALUE);
        assertThat(latencies.count()).isEqualTo(2);
    }

    @Test
    void learningAllocatesNothing() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Attempt attempt = traffic.begin(1);
        attempt.answered(200, traffic.nowNanos() + 1_000_000);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                traffic.outliers.learn(attempt);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isLessThan(1_000);
    }
}
