package dev.weir.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private static final long SECOND = 1_000_000_000L;

    private final Throttle throttle =
            new Throttle(ThrottleConfig.parse("2"), 2, new SplittableRandom(3));
    private final Endpoint one = endpoint(0);
    private final Endpoint other = endpoint(1);
    private final Attempt attempt = new Attempt();
    private long now = 1;
    private int refused;

    private static Endpoint endpoint(int position) {
        return new Endpoint(
                "e" + position,
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 80),
                position,
                1,
                new EndpointState());
    }

    private void answered(Endpoint endpoint, int status) {
        attempt.begin(endpoint, now);
        attempt.answered(status, now);
        throttle.learn(attempt);
        attempt.end();
    }

    @Test
    void aboutOneRejectedReachesAnEndpointForEachItTakesAtTwiceItsCapacity() {
        for (int times : new int[] {2, 4, 10}) {
            int[] counts = tokens(times * 100, 100, 10);
            counts = tokens(times * 100, 100, 30);
            assertThat(counts[1] / (double) counts[0])
                    .as("rejected per accepted at %d × capacity", times)
                    .isBetween(0.8, 1.25);
            assertThat(counts[0]).as("the endpoint is not starved").isGreaterThan(28 * 100);
        }
    }

    /// An endpoint with a token bucket: whatever reaches it beyond its capacity gets 503.
    private int[] tokens(int perSecond, int capacity, int seconds) {
        int[] counts = new int[2];
        double tokens = 0;
        for (int i = 0; i < perSecond * seconds; i++) {
            now += SECOND / perSecond;
            tokens = Math.min(5, tokens + capacity / (double) perSecond);
            if (throttle.holdsBack(one, now)) {
                refused++;
            } else if (tokens >= 1) {
                tokens--;
                counts[0]++;
                answered(one, 200);
            } else {
                counts[1]++;
                answered(one, 503);
            }
        }
        return counts;
    }

    @Test
    void holdsNothingBackWhileHalfOfTheRequestsAreTaken() {
        for (int i = 0; i < 1000; i++) {
            now += SECOND / 100;
            refused += throttle.holdsBack(one, now) ? 1 : 0;
            answered(one, i % 2 == 0 ? 200 : 503);
        }
        assertThat(refused).isLessThan(10);
    }

    @Test
    void holdsBackOnlyFromTheEndpointThatFails() {
        tokens(100, 0, 5);
        assertThat(refused).isGreaterThan(300);
        for (int i = 0; i < 100; i++) {
            assertThat(throttle.holdsBack(other, now)).isFalse();
        }
    }

    @Test
    void sendsOneInTwentyToSeeAndIsOverItWithinSeconds() {
        int[] down = tokens(1000, 0, 10);
        assertThat(down[1]).isBetween(300, 1500);

        tokens(1000, 1000, 15);
        refused = 0;
        int[] back = tokens(1000, 1000, 5);
        assertThat(refused).isZero();
        assertThat(back[0]).isEqualTo(5000);
    }

    @Test
    void knowsTooLittleOfAFewRequests() {
        for (int i = 0; i < 9; i++) {
            answered(one, 503);
        }
        assertThat(throttle.holdsBack(one, now)).isFalse();
    }

    @Test
    void anErrorOfTheApplicationIsAnAnswer() {
        for (int i = 0; i < 100; i++) {
            answered(one, 500);
            answered(one, 429);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(throttle.holdsBack(one, now)).isFalse();
        }
    }

    @Test
    void whatSaysNothingOfTheEndpointCountsForNothing() {
        for (int i = 0; i < 100; i++) {
            attempt.begin(one, now);
            attempt.judged(i % 2 == 0 ? Attempt.Outcome.CANCELLED : Attempt.Outcome.LACKED, now);
            throttle.learn(attempt);
            attempt.end();
        }
        assertThat(throttle.holdsBack(one, now)).isFalse();
    }

    @Test
    void switchedOffItHoldsNothingBack() {
        Throttle off = new Throttle(ThrottleConfig.OFF, 2, new SplittableRandom(3));
        for (int i = 0; i < 100; i++) {
            attempt.begin(one, now);
            attempt.judged(Attempt.Outcome.RESET, now);
            off.learn(attempt);
            attempt.end();
            assertThat(off.holdsBack(one, now)).isFalse();
        }
    }

    @Test
    void isWrittenAsItIsRead() {
        for (String text : new String[] {"off", "2", "1.5"}) {
            assertThat(ThrottleConfig.parse(text)).hasToString(text);
        }
        for (String text : new String[] {"0", "0.9", "101", "on", "2x", "-2", ""}) {
            assertThatThrownBy(() -> ThrottleConfig.parse(text))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
