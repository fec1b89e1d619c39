package dev.weir.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.schema.Percent;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SlowStartTest {
    private static final long SEED = 173_205;
    private static final long SECOND = 1_000_000_000L;
    private static final SlowStartConfig MINUTE = SlowStartConfig.of(Duration.ofSeconds(60));

    private final Tried tried = new Tried();
    private final SplittableRandom keys = new SplittableRandom(SEED);

    static List<Balance> sharing() {
        return BalancerSuiteTest.sharing();
    }

    /// The figures of Envoy's documentation.
    @ParameterizedTest
    @CsvSource({"0, 10", "3, 10", "6, 10", "15, 25", "30, 50", "45, 75", "60, 100", "90, 100"})
    void thePartGrowsAsEnvoySays(int seconds, double percent) {
        assertThat(MINUTE.part(seconds * SECOND) * 100).isCloseTo(percent, Offset.offset(1e-9));
    }

    @Test
    void aggressionBendsTheGrowth() {
        assertThat(MINUTE.withAggression(2).part(15 * SECOND)).isEqualTo(0.5);
        assertThat(MINUTE.withAggression(0.5).part(30 * SECOND)).isEqualTo(0.25);
        assertThat(MINUTE.withMinimum(Percent.of(40)).part(15 * SECOND)).isEqualTo(0.4);
    }

    @ParameterizedTest
    @MethodSource("sharing")
    void anEndpointThatReturnsGetsItsPartOfItsShareWithEveryPolicy(Balance policy) {
        Service service = Services.of(policy, MINUTE, 1, 1, 1, 1);
        Balancer balancer = balancer(service);
        Services.up(service, 1, false);
        balancer.pick(keys.nextLong(), tried, 0);
        Services.up(service, 1, true);
        balancer.pick(keys.nextLong(), tried, 100 * SECOND);
        for (int[] timeAndPercent : new int[][] {{6, 10}, {15, 25}, {30, 50}, {60, 100}}) {
            double share = share(balancer, (100 + timeAndPercent[0]) * SECOND, 1);
            // What it does not take goes to the others, or is drawn anew: then as if its weight
            // were the part.
            double part = timeAndPercent[1] / 100.0;
            assertThat(share).isBetween(part / 4 - 0.01, part / (3 + part) + 0.01);
        }
    }

    @ParameterizedTest
    @MethodSource("sharing")
    void theOthersShareWhatItDoesNotGetYet(Balance policy) {
        Service service = Services.of(policy, MINUTE, 1, 1, 1);
        Balancer balancer = balancer(service);
        Services.up(service, 2, false);
        balancer.pick(keys.nextLong(), tried, 0);
        Services.up(service, 2, true);
        assertThat(share(balancer, 0, 0)).isCloseTo(0.483, Offset.offset(0.03));
        assertThat(share(balancer, 0, 1)).isCloseTo(0.483, Offset.offset(0.03));
    }

    private double share(Balancer balancer, long nowNanos, int place) {
        int picks = 20_000;
        int count = 0;
        for (int i = 0; i < picks; i++) {
            Endpoint picked = balancer.pick(keys.nextLong(), tried, nowNanos);
            count += picked.position() == place ? 1 : 0;
        }
        return (double) count / picks;
    }

    @Test
    void noneWarmsWhenAllStartCold() {
        Service service = Services.of(Balance.RANDOM, MINUTE, 1, 1);
        Balancer balancer = balancer(service);
        assertThat(share(balancer, 0, 0)).isCloseTo(0.5, Offset.offset(0.02));
        Services.up(service, 0, false);
        Services.up(service, 1, false);
        assertThat(balancer.pick(0, tried, SECOND)).isNull();
        Services.up(service, 1, true);
        assertThat(balancer.pick(0, tried, 2 * SECOND)).hasToString("b");
        Services.up(service, 0, true);
        assertThat(share(balancer, 2 * SECOND, 0)).isCloseTo(0.05, Offset.offset(0.01));
    }

    @Test
    void noneWarmsThatIsUsedBecauseTooFewOthersWork() {
        Service service = Services.panicking(Percent.of(50), Balance.RANDOM, MINUTE, 1, 1, 1, 1);
        Balancer balancer = balancer(service);
        for (int place = 0; place < 3; place++) {
            Services.up(service, place, false);
            balancer.pick(0, tried, 0);
        }
        assertThat(service.members().panic()).isTrue();
        for (int place = 0; place < 4; place++) {
            assertThat(share(balancer, SECOND, place)).isCloseTo(0.25, Offset.offset(0.02));
        }
    }

    @Test
    void anEndpointThatWasAwayForAMomentGoesOnWhereItWas() {
        Service service = Services.of(Balance.RANDOM, MINUTE, 1, 1);
        Balancer balancer = balancer(service);
        Services.up(service, 0, false);
        balancer.pick(0, tried, 0);
        Services.up(service, 0, true);
        balancer.pick(0, tried, 0);
        Services.up(service, 0, false);
        balancer.pick(0, tried, 25 * SECOND);
        Services.up(service, 0, true);
        assertThat(share(balancer, 30 * SECOND, 0)).isCloseTo(0.25, Offset.offset(0.02));
        assertThat(share(balancer, 60 * SECOND, 0)).isCloseTo(0.5, Offset.offset(0.02));
    }

    @ParameterizedTest
    @MethodSource("sharing")
    void endpointsOfOtherZonesGetTheirPartWithEveryPolicy(Balance policy) {
        Service service = Services.inZones(policy, "a", "aaaabbbb");
        Balancer balancer = balancer(service);
        assertThat(away(balancer)).isZero();
        Services.up(service, 0, false);
        Services.up(service, 1, false);
        // 1.4 times a half of the zone stays.
        assertThat(away(balancer)).isCloseTo(0.3, Offset.offset(0.06));
    }

    private double away(Balancer balancer) {
        double away = 0;
        for (int place = 4; place < 8; place++) {
            away += share(balancer, 0, place);
        }
        return away;
    }

    @Test
    void aFurtherAttemptGoesToAWarmingEndpointRatherThanNowhere() {
        Service service = Services.of(Balance.ROUND_ROBIN, MINUTE, 1, 1);
        Balancer balancer = balancer(service);
        Services.up(service, 1, false);
        balancer.pick(0, tried, 0);
        Services.up(service, 1, true);
        tried.add(service.endpoints().getFirst());
        for (int i = 0; i < 1_000; i++) {
            assertThat(balancer.pick(0, tried, 0)).hasToString("b");
        }
    }

    private static Balancer balancer(Service service) {
        return new Balancers(service).forLoop(new SplittableRandom(SEED));
    }
}
