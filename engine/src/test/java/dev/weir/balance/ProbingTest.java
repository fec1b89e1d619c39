package dev.weir.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Prequal with probes, before endpoints that tell at once what the test says.
class ProbingTest {
    private static final long SEED = 141_421;
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;

    private final Tried none = new Tried();
    private final List<String> said = new ArrayList<>();
    private final List<Endpoint> asked = new ArrayList<>();

    /// What each endpoint tells; null if it does not answer.
    private ProbeAnswer[] told = {};

    private Balancer balancer(Service service) {
        told = new ProbeAnswer[service.endpoints().size()];
        Arrays.fill(told, new ProbeAnswer(0, 5 * MILLI));
        Prober prober =
                (endpoint, answers, now) -> {
                    asked.add(endpoint);
                    ProbeAnswer answer = told[endpoint.position()];
                    if (answer == null) {
                        answers.unanswered(endpoint, "status 404", now);
                    } else {
                        answers.answered(endpoint, answer, now);
                    }
                    return true;
                };
        return new Balancers(service, said::add).forLoop(new SplittableRandom(SEED), prober);
    }

    private static Service service(int endpoints) {
        int[] weights = new int[endpoints];
        Arrays.fill(weights, 1);
        return Services.of(Balance.probed("/load"), weights);
    }

    /// Requests one after the other, 10 ms apart, each over at once.
    private int[] counts(Balancer balancer, int requests, long fromNanos) {
        int[] counts = new int[told.length];
        for (int i = 0; i < requests; i++) {
            counts[balancer.pick(0, none, fromNanos + i * 10 * MILLI).position()]++;
        }
        return counts;
    }

    @Test
    void avoidsAnEndpointThatOthersHaveLoaded() {
        Balancer balancer = balancer(service(10));
        told[3] = new ProbeAnswer(40, 5 * MILLI);
        counts(balancer, 50, 0);
        // Now and then, by chance, it is not among the sixth that is hot.
        assertThat(counts(balancer, 2_000, SECOND)[3]).isLessThan(20);
    }

    @Test
    void prefersTheFastestOfThoseThatAreNotHot() {
        Balancer balancer = balancer(service(10));
        Arrays.fill(told, new ProbeAnswer(4, 9 * MILLI));
        told[3] = new ProbeAnswer(3, MILLI);
        counts(balancer, 50, 0);
        // Whenever it is among the five: 1 - 0.9⁵ = 41 %.
        assertThat(counts(balancer, 2_000, SECOND)[3]).isBetween(750, 890);
    }

    @Test
    void whatIsSentThereCountsAtOnceAndUntilItIsOver() {
        Service service = service(10);
        Balancer balancer = balancer(service);
        told[3] = new ProbeAnswer(0, MILLI);
        counts(balancer, 50, 0);
        assertThat(counts(balancer, 20, SECOND / 2)[3]).isPositive();
        for (int i = 0; i < 3; i++) {
            service.endpoints().get(3).state().begin();
        }
        assertThat(counts(balancer, 20, SECOND / 2)[3]).as("now it is hot").isZero();
        for (int i = 0; i < 3; i++) {
            service.endpoints().get(3).state().end();
        }
        assertThat(counts(balancer, 20, SECOND / 2)[3]).isPositive();
    }

    @Test
    void sendsAllThatAreAlikeTheSame() {
        Balancer balancer = balancer(service(8));
        for (int count : counts(balancer, 16_000, 0)) {
            assertThat(count).isBetween(1_800, 2_200);
        }
    }

    @Test
    void asksThreeEndpointsForEachRequestAndNoneForAnotherAttempt() {
        Balancer balancer = balancer(service(10));
        counts(balancer, 100, 0);
        assertThat(asked).hasSize(300);
        assertThat(asked.stream().distinct()).hasSize(10);
        Tried tried = new Tried();
        tried.add(balancer.pick(0, none, 2 * SECOND));
        asked.clear();
        Endpoint second = balancer.pick(0, tried, 2 * SECOND);
        assertThat(tried.contains(second)).isFalse();
        assertThat(asked).isEmpty();
    }

    @Test
    void asksNoMoreThanSoManyInATime() {
        Balancer balancer = balancer(service(10));
        for (int i = 0; i < 100_000; i++) {
            balancer.pick(0, none, i * 20_000L);
        }
        // 50,000 requests a second for 2 s.
        assertThat(asked).hasSizeBetween(1_990, 2_010);
    }

    @Test
    void goesByWhatTheGatewayKnowsWithoutAnswersAndSaysSoOnce() {
        Service service = service(10);
        Balancer balancer = balancer(service);
        Arrays.fill(told, null);
        for (int i = 0; i < 30; i++) {
            service.endpoints().get(3).state().begin();
        }
        counts(balancer, 200, 0);
        assertThat(counts(balancer, 1_000, 2 * SECOND)[3]).isLessThan(10);
        assertThat(said).hasSize(1);
        assertThat(said.getFirst())
                .matches(
                        "test  [a-j]  does not answer probes \\(GET /load: status 404\\): it is balanced by what this gateway knows of it");
    }

    @Test
    void asksOneThatDoesNotAnswerOnceASecondAndSaysWhenItAnswersAgain() {
        Balancer balancer = balancer(service(4));
        told[2] = null;
        counts(balancer, 100, 0);
        asked.clear();
        counts(balancer, 1_000, SECOND);
        assertThat(asked.stream().filter(each -> each.position() == 2).count()).isBetween(9L, 11L);
        told[2] = new ProbeAnswer(0, MILLI);
        counts(balancer, 500, 12 * SECOND);
        assertThat(said).hasSize(2);
        assertThat(said.getLast()).isEqualTo("test  c  answers probes");
    }

    @Test
    void oneThatDoesNotAnswerGetsItsPart() {
        Balancer balancer = balancer(service(4));
        told[2] = null;
        Arrays.fill(told, 0, 2, new ProbeAnswer(1, 30 * MILLI));
        told[3] = told[0];
        counts(balancer, 100, 0);
        assertThat(counts(balancer, 4_000, SECOND)[2]).isPositive();
    }

    @Test
    void oneThatSaysItHasNothingToDoGetsNoMoreThanThisGatewaySeesItTake() {
        Service service = service(20);
        Balancer balancer = balancer(service);
        Arrays.fill(told, new ProbeAnswer(3, 5 * MILLI));
        told[3] = new ProbeAnswer(0, 0);
        int[] counts = new int[20];
        Attempt[] under = new Attempt[60];
        for (int i = 0; i < 6_000; i++) {
            long now = i * MILLI;
            Attempt over = under[i % 60];
            if (over != null) {
                over.end();
            }
            Attempt attempt = new Attempt();
            attempt.begin(balancer.pick(0, none, now), now);
            counts[attempt.endpoint().position()]++;
            under[i % 60] = attempt;
        }
        // Each takes 60 ms: 60 are under way, 3 for each endpoint if they were even.
        assertThat(counts[3]).isBetween(1, 6_000 / 4);
    }

    @Test
    void oneThatFailsAtOnceIsNotChosenForTellingThatItIsFast() {
        Service service = service(10);
        Balancer balancer = balancer(service);
        told[3] = new ProbeAnswer(0, MILLI / 10);
        int failed = 0;
        for (int i = 0; i < 5_000; i++) {
            long now = i * MILLI;
            Endpoint picked = balancer.pick(0, none, now);
            Attempt attempt = new Attempt();
            attempt.begin(picked, now);
            attempt.sent(now);
            attempt.answered(picked.position() == 3 ? 503 : 200, now + MILLI);
            balancer.learn(attempt);
            attempt.end();
            failed += picked.position() == 3 ? 1 : 0;
        }
        assertThat(failed).isLessThan(250);
    }

    @Test
    void neverAsksOneThatIsDown() {
        Service service = service(6);
        Balancer balancer = balancer(service);
        counts(balancer, 100, 0);
        Services.up(service, 2, false);
        asked.clear();
        assertThat(counts(balancer, 1_000, SECOND)[2]).isZero();
        assertThat(asked).isNotEmpty().noneMatch(each -> each.position() == 2);
    }

    /// One that is drained goes on to answer, and its answer may be under way when it is.
    @Test
    void anAnswerThatComesTooLateDoesNotBringBackOneThatMayNotBePicked() {
        Service service = service(6);
        List<Runnable> underWay = new ArrayList<>();
        Prober prober =
                (endpoint, answers, now) -> {
                    asked.add(endpoint);
                    long latency = endpoint.position() == 2 ? 1 : MILLI;
                    underWay.add(
                            () -> answers.answered(endpoint, new ProbeAnswer(0, latency), now));
                    return true;
                };
        Balancer balancer = new Balancers(service).forLoop(new SplittableRandom(SEED), prober);
        for (int i = 0; i < 20; i++) {
            balancer.pick(0, none, i * 10 * MILLI);
        }
        assertThat(asked).contains(service.endpoints().get(2));
        Services.up(service, 2, false);
        balancer.pick(0, none, SECOND / 4);
        underWay.forEach(Runnable::run);
        for (int i = 0; i < 100; i++) {
            assertThat(balancer.pick(0, none, SECOND / 4 + i).position()).isNotEqualTo(2);
        }
    }

    @Test
    void drawsByWeightFromAPoolThatHoldsThemAll() {
        Service service = Services.of(Balance.probed("/load"), 1, 2, 3, 1, 2, 3, 1, 2, 3);
        ProbePool pool = new ProbePool(service.slots());
        WeightedDraw draw = new WeightedDraw(service.members().usable());
        for (Endpoint endpoint : service.endpoints()) {
            pool.add(endpoint, new ProbePool.Known(true, 0, 1), Integer.MAX_VALUE, 0);
        }
        SplittableRandom random = new SplittableRandom(SEED);
        int[] counts = new int[9];
        for (int i = 0; i < 180_000; i++) {
            counts[pool.use(pool.best(0, none, draw, random)).position()]++;
        }
        for (int i = 0; i < 9; i++) {
            assertThat(counts[i]).isCloseTo(10_000 * (1 + i % 3), withinPercentage(4));
        }
        // Nobody has an answer to be picked by but one: the others are passed over.
        for (int i = 0; i < 9; i++) {
            if (i != 4) {
                pool.remove(i);
            }
        }
        int found = 0;
        for (int i = 0; i < 1_000; i++) {
            int best = pool.best(0, none, draw, random);
            found += best >= 0 && pool.use(best).position() == 4 ? 1 : 0;
        }
        assertThat(found).as("1 - (16/18)⁵ = 44 %").isBetween(390, 500);
    }

    @Test
    void answersThatAreOlderThanASecondAreForgotten() {
        Balancer balancer = balancer(service(10));
        told[3] = new ProbeAnswer(0, 1);
        Arrays.fill(told, 4, 10, new ProbeAnswer(9, 50 * MILLI));
        counts(balancer, 100, 0);
        Arrays.fill(told, null);
        // Nothing is known by this gateway either: everybody gets requests.
        int[] counts = counts(balancer, 2_000, 5 * SECOND);
        for (int count : counts) {
            assertThat(count).isPositive();
        }
    }

    @Test
    void theWeightIsWhatRequestsInFlightAreCountedFor() {
        Service service = Services.of(Balance.probed("/load"), 1, 1, 1, 1, 1, 1, 1, 10);
        Balancer balancer = balancer(service);
        Arrays.fill(told, new ProbeAnswer(2, 5 * MILLI));
        told[7] = new ProbeAnswer(20, 5 * MILLI);
        counts(balancer, 100, 0);
        int[] counts = counts(balancer, 4_000, SECOND);
        assertThat(counts[7]).as("gets more than an eighth").isGreaterThan(800);
    }

    @Test
    void aPoolForgetsTheOldestForANewcomerAndKeepsOneAnswerOfEach() {
        Service service = service(20);
        ProbePool pool = new ProbePool(service.slots());
        for (int i = 0; i < 20; i++) {
            pool.add(service.endpoints().get(i), new ProbePool.Known(true, i, 1), 1, i);
            pool.add(service.endpoints().get(i), new ProbePool.Known(i % 2 == 0, i, 1), 1, i);
        }
        assertThat(pool.count()).isEqualTo(16);
        assertThat(pool.toldCount()).isEqualTo(8);
        pool.removeOne(0);
        assertThat(pool.count()).as("the worst, which has the most").isEqualTo(15);
        Set<String> used = new TreeSet<>();
        SplittableRandom random = new SplittableRandom(SEED);
        while (pool.count() > 0) {
            used.add(pool.use(pool.best(0, none, null, random)).name());
        }
        assertThat(used).hasSize(15).contains("e", "s").doesNotContain("d", "t");
    }

    @Test
    void aPoolForgetsWhatIsOld() {
        Service service = service(4);
        ProbePool pool = new ProbePool(service.slots());
        for (int i = 0; i < 4; i++) {
            pool.add(service.endpoints().get(i), new ProbePool.Known(true, 0, 1), 1, i);
        }
        pool.removeOld(ProbePool.AGE_NANOS + 2);
        assertThat(pool.count()).isEqualTo(2);
        pool.removeOld(ProbePool.AGE_NANOS * 65 / 64 + 4);
        assertThat(pool.count()).isZero();
    }
}
