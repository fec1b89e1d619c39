package dev.weir.balance;

import static dev.weir.balance.OpenTraffic.SECOND;
import static dev.weir.balance.OpenTraffic.share;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for policies that go by latency: `peak-ewma` and `prequal`.
class LatencyPoliciesTest {
    private static final long SEED = 577_215;
    private static final long MILLI = 1_000_000L;
    private static final int SLOW = 3;

    static List<Balance> byLatency() {
        return List.of(Balance.PEAK_EWMA, Balance.PREQUAL);
    }

    private static Service ten(Balance policy) {
        return Services.of(policy, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    }

    @ParameterizedTest
    @MethodSource("byLatency")
    void anEndpointThatSlowsFrom1MsTo2SLosesItsShareWithinASecondAndHasItAgain30SAfterItRecovered(
            Balance policy) {
        SplittableRandom random = new SplittableRandom(SEED);
        OpenTraffic traffic =
                new OpenTraffic(
                        ten(policy),
                        2,
                        2_000,
                        SEED,
                        (endpoint, now) ->
                                endpoint.position() == SLOW
                                                && now >= 10 * SECOND
                                                && now < 60 * SECOND
                                        ? 2 * SECOND
                                        : random.nextLong(MILLI / 2, 2 * MILLI));
        traffic.until(5 * SECOND);
        assertThat(share(traffic.until(10 * SECOND), SLOW)).isBetween(0.07, 0.13);
        traffic.until(11 * SECOND);
        double slow = share(traffic.until(60 * SECOND), SLOW);
        assertThat(slow).as("share of the slow one").isBetween(1e-5, 0.002);
        traffic.until(90 * SECOND);
        assertThat(share(traffic.until(95 * SECOND), SLOW)).isBetween(0.07, 0.13);
    }

    @ParameterizedTest
    @MethodSource("byLatency")
    void nobodyStarves(Balance policy) {
        OpenTraffic traffic =
                new OpenTraffic(
                        ten(policy),
                        2,
                        500,
                        SEED,
                        (endpoint, _) -> (endpoint.position() + 1) * 20 * MILLI);
        traffic.until(10 * SECOND);
        for (int round = 1; round <= 5; round++) {
            int[] counts = traffic.until((10 + 30 * round) * SECOND);
            for (int count : counts) {
                assertThat(count).as("requests in 30 s").isPositive();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("byLatency")
    void anEndpointThatFailsAtOnceDoesNotLookFast(Balance policy) {
        OpenTraffic.Conduct sinkhole =
                new OpenTraffic.Conduct() {
                    @Override
                    public long latencyNanos(Endpoint endpoint, long nowNanos) {
                        return endpoint.position() == SLOW ? MILLI / 10 : 20 * MILLI;
                    }

                    @Override
                    public int status(Endpoint endpoint, long nowNanos) {
                        return endpoint.position() == SLOW ? 503 : 200;
                    }
                };
        OpenTraffic traffic = new OpenTraffic(ten(policy), 2, 1_000, SEED, sinkhole);
        traffic.until(5 * SECOND);
        assertThat(share(traffic.until(65 * SECOND), SLOW)).isLessThan(0.02);
    }

    /// One that was about to end when the gateway started: nothing is ever known of its latency.
    @ParameterizedTest
    @MethodSource("byLatency")
    void anEndpointThatRefusesEverythingFromTheStartGetsFewRequests(Balance policy) {
        Balancer balancer =
                new Balancers(Services.of(policy, 1, 1), _ -> {})
                        .forLoop(new SplittableRandom(SEED), Prober.NONE);
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            long now = i * 10 * MILLI;
            Attempt attempt = new Attempt();
            Endpoint picked = balancer.pick(0, new Tried(), now);
            attempt.begin(picked, now);
            attempt.sent(now);
            if (picked.position() == 0) {
                refused++;
                attempt.judged(Attempt.Outcome.REFUSED, now);
            } else {
                attempt.answered(200, now + 5 * MILLI);
            }
            balancer.learn(attempt);
            attempt.end();
        }
        assertThat(refused).isLessThan(200);
    }

    @ParameterizedTest
    @MethodSource("byLatency")
    void anEndpointThatNeverAnswersGetsFewRequests(Balance policy) {
        OpenTraffic traffic =
                new OpenTraffic(
                        ten(policy),
                        2,
                        1_000,
                        SEED,
                        (endpoint, _) -> endpoint.position() == SLOW ? 1_000 * SECOND : 5 * MILLI);
        traffic.until(1 * SECOND);
        assertThat(share(traffic.until(120 * SECOND), SLOW)).isLessThan(0.005);
    }

    @ParameterizedTest
    @MethodSource("byLatency")
    void aSlowerEndpointGetsLessButNotNothing(Balance policy) {
        OpenTraffic traffic =
                new OpenTraffic(
                        ten(policy),
                        1,
                        2_000,
                        SEED,
                        (endpoint, _) -> endpoint.position() == SLOW ? 8 * MILLI : 4 * MILLI);
        traffic.until(10 * SECOND);
        assertThat(share(traffic.until(60 * SECOND), SLOW)).isBetween(0.0001, 0.09);
    }

    @ParameterizedTest
    @MethodSource("byLatency")
    void noEndpointIsLeftOutAtTheStart(Balance policy) {
        OpenTraffic traffic = new OpenTraffic(ten(policy), 2, 2_000, SEED, (_, _) -> MILLI);
        int[] counts = traffic.until(2 * SECOND);
        for (int place = 0; place < counts.length; place++) {
            assertThat(share(counts, place)).isBetween(0.07, 0.13);
        }
    }

    /// On a sample r, Δt after the last: up at once, down with a time constant of 10 s.
    @Test
    void thePeakAverageFollowsItsFormula() {
        PeakLatencies latencies = new PeakLatencies(1);
        latencies.sample(0, 10 * MILLI, true, 0);
        assertThat(Stamped.value(latencies.known(0))).isEqualTo(10f * MILLI);
        latencies.sample(0, 50 * MILLI, true, SECOND / 2);
        assertThat(Stamped.value(latencies.known(0))).isEqualTo(50f * MILLI);
        latencies.sample(0, 10 * MILLI, true, SECOND);
        double kept = Math.exp(-0.05);
        assertThat((double) Stamped.value(latencies.known(0)))
                .isCloseTo((50 * kept + 10 * (1 - kept)) * MILLI, within(0.001 * MILLI * 50));
    }

    private static org.assertj.core.data.Offset<Double> within(double offset) {
        return org.assertj.core.data.Offset.offset(offset);
    }

    @Test
    void anUnknownEndpointComesFirstAndCountsAsOneOf30MsUntilItHasAnswered() {
        Service service = Services.of(Balance.PEAK_EWMA, 1, 1);
        PeakLatencies latencies = new PeakLatencies(2);
        PeakEwma metric = new PeakEwma(latencies, new Failures(2), new Neglect(2), 1);
        latencies.sample(0, 29 * MILLI, true, 0);
        Endpoint known = service.endpoints().getFirst();
        Endpoint unknown = service.endpoints().getLast();
        assertThat(metric.load(unknown, 0)).isLessThan(metric.load(known, 0));
        known.state().begin();
        unknown.state().begin();
        assertThat(metric.load(known, 0)).isLessThan(metric.load(unknown, 0));
        latencies.sample(0, 31 * MILLI, true, 0);
        assertThat(metric.load(known, 0)).isGreaterThan(metric.load(unknown, 0));
        latencies.sample(1, 80 * MILLI, true, 0);
        assertThat(metric.load(known, 0)).isBetween(2 * 31e6 - 1e3, 2 * 31e6 + 1e3);
    }

    @Test
    void aFailureNeverMakesAnEndpointLookFaster() {
        PeakLatencies latencies = new PeakLatencies(1);
        latencies.sample(0, 10 * MILLI, true, 0);
        latencies.sample(0, MILLI, false, SECOND / 2);
        latencies.sample(0, MILLI, false, 60 * SECOND);
        assertThat(Stamped.value(latencies.known(0))).isEqualTo(10f * MILLI);
        latencies.sample(0, 3 * SECOND, false, 61 * SECOND);
        assertThat(Stamped.value(latencies.known(0))).isEqualTo(3f * SECOND);
    }

    @Test
    void loopsThatRaceLoseNoPeak() throws Exception {
        PeakLatencies latencies = new PeakLatencies(1);
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            long mine = (i + 1) * 1000L;
            threads[i] =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int n = 0; n < 50_000; n++) {
                                            latencies.sample(0, mine + n % 100, true, 0);
                                        }
                                    });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(Stamped.value(latencies.known(0))).isEqualTo(4_099f);
    }

    @Test
    void aStampKeepsItsAgeAcrossTheTurnOfItsClock() {
        for (long now : new long[] {0, -5 * SECOND, Long.MAX_VALUE - 3 * SECOND, (1L << 47) - 1}) {
            long stamped = Stamped.of(42, now);
            assertThat(Stamped.value(stamped)).isEqualTo(42);
            assertThat(Stamped.age(stamped, now)).isZero();
            assertThat(Stamped.age(stamped, now + SECOND))
                    .isBetween(SECOND - 70_000, SECOND + 70_000);
            assertThat(Stamped.age(stamped, now - SECOND)).isZero();
        }
    }

    // ---- prequal ----

    @Test
    void prequalTakesTheFastestOfTheColdAndTheLeastLoadedOfTheHot() {
        Service service = Services.of(Balance.PREQUAL, 1, 1, 1);
        Balancer balancer = new Balancers(service).forLoop(new SplittableRandom(SEED));
        learn(balancer, service.endpoints().get(0), 5 * MILLI);
        learn(balancer, service.endpoints().get(1), 9 * MILLI);
        learn(balancer, service.endpoints().get(2), 7 * MILLI);
        load(service.endpoints().get(0), 9);
        load(service.endpoints().get(1), 2);
        load(service.endpoints().get(2), 3);
        Tried tried = new Tried();
        for (int i = 0; i < 200; i++) {
            balancer.pick(0, tried, MILLI);
        }
        // The 0.84 quantile of 9, 2, 3 is 9: nobody is above it, and the fastest is picked.
        assertThat(balancer.pick(0, tried, MILLI)).hasToString("a");
        // Now a is hot: of the cold ones c is the faster.
        load(service.endpoints().get(0), 1);
        assertThat(balancer.pick(0, tried, MILLI)).hasToString("c");
        // All are hot: b has the fewest.
        load(service.endpoints().get(1), 18);
        load(service.endpoints().get(2), 18);
        load(service.endpoints().get(0), 11);
        assertThat(balancer.pick(0, tried, MILLI)).hasToString("b");
    }

    @Test
    void theMedianIsThatOfTheLastEightAtASimilarLoad() {
        LatencyByLoad latencies = new LatencyByLoad(1);
        float[] scratch = new float[LatencyByLoad.RECENT];
        assertThat(latencies.known(0, 0, 0)).isEqualTo(Stamped.NOTHING);
        for (int i = 1; i <= 100; i++) {
            latencies.sample(0, 4 + i % 4, i, 0, scratch);
        }
        // 93 to 100.
        assertThat(Stamped.value(latencies.known(0, 5, 0))).isEqualTo(97);
        latencies.sample(0, 1, 1_000, 0, scratch);
        assertThat(Stamped.value(latencies.known(0, 1, 0))).isEqualTo(1_000);
        assertThat(Stamped.value(latencies.known(0, 7, 0))).isEqualTo(97);
        // Not met yet: as the one met last.
        assertThat(Stamped.value(latencies.known(0, 50, 0))).isEqualTo(1_000);
        // Too old.
        assertThat(Stamped.value(latencies.known(0, 5, 11 * SECOND))).isEqualTo(1_000);
    }

    @Test
    void theRecentQuantileIsThatOfASortedCopy() {
        SplittableRandom random = new SplittableRandom(SEED);
        double share = Math.pow(2, -0.25);
        RecentQuantile quantile = new RecentQuantile(share);
        for (float scale : new float[] {1, 1 / 3f, 40}) {
            float[] last = new float[128];
            for (int i = 0; i < 5_000; i++) {
                last[i % 128] = random.nextInt(i % 500 < 250 ? 20 : 5) * scale;
                quantile.add(RecentQuantile.step(last[i % 128]));
                if (i >= 127) {
                    float[] sorted = last.clone();
                    java.util.Arrays.sort(sorted);
                    assertThat(quantile.step())
                            .isEqualTo(RecentQuantile.step(sorted[(int) (share * 128)]));
                }
            }
        }
    }

    @Test
    void aNumberIsAboveTheQuantileByItsBitsWheneverItIsByItsStep() {
        for (float held = 1e-4f; held < 1e8f; held *= 1.9f) {
            RecentQuantile quantile = new RecentQuantile(Math.pow(2, -0.25));
            quantile.add(RecentQuantile.step(held));
            for (float number = 1e-5f; number < 1e9f; number *= 1.013f) {
                assertThat(Float.floatToRawIntBits(number) >= quantile.bitsAbove())
                        .as("%s above %s", number, held)
                        .isEqualTo(RecentQuantile.step(number) > quantile.step());
            }
            assertThat(Float.floatToRawIntBits(0f)).isLessThan(quantile.bitsAbove());
        }
    }

    @Test
    void theStepsTellWholeNumbersApartAndAllOthersToASixteenth() {
        for (int i = 0; i < 32; i++) {
            assertThat(RecentQuantile.step(i)).isLessThan(RecentQuantile.step(i + 1));
        }
        for (float number = 0.01f; number < 1e6f; number *= 1.01f) {
            assertThat(RecentQuantile.step(number * 1.0626f))
                    .isGreaterThan(RecentQuantile.step(number));
            assertThat(RecentQuantile.step(number * 1.01f))
                    .isGreaterThanOrEqualTo(RecentQuantile.step(number));
        }
        assertThat(RecentQuantile.step(0)).isZero();
        assertThat(RecentQuantile.step(1e-6f)).isZero();
        assertThat(RecentQuantile.step(1e30f)).isEqualTo(RecentQuantile.step(1e9f));
    }

    private static void learn(Balancer balancer, Endpoint endpoint, long latencyNanos) {
        Attempt attempt = new Attempt();
        attempt.begin(endpoint, 0);
        attempt.sent(0);
        attempt.answered(200, latencyNanos);
        balancer.learn(attempt);
        attempt.end();
    }

    private static void load(Endpoint endpoint, int requests) {
        for (int i = 0; i < requests; i++) {
            endpoint.state().begin();
        }
    }
}
