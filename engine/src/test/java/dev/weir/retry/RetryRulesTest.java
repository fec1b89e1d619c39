package dev.weir.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.service.Attempt;
import dev.weir.service.Attempt.Outcome;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What docs/explain/retries.md lists.
class RetryRulesTest {
    private static Attempt ended(Outcome outcome, int status) {
        Attempt attempt = new Attempt();
        attempt.begin(new Endpoint("a", new InetSocketAddress(80), 0, 1, new EndpointState()), 0);
        if (outcome == Outcome.ANSWERED) {
            attempt.answered(status, 1);
        } else {
            attempt.judged(outcome, 1);
        }
        return attempt;
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECT_FAILED, 0, true, true",
        "LACKED, 0, true, true",
        "RESET, 0, true, false",
        "TIMED_OUT, 0, true, false",
        "ANSWERED, 502, true, false",
        "ANSWERED, 503, true, false",
        "ANSWERED, 504, true, false",
        "ANSWERED, 425, true, true",
        "ANSWERED, 500, false, false",
        "ANSWERED, 429, false, false",
        "ANSWERED, 200, false, false",
        "CUT, 0, false, false",
        "BAD_ANSWER, 0, false, false",
        "CANCELLED, 0, false, false",
    })
    void repeatsByDefault(Outcome outcome, int status, boolean idempotent, boolean other) {
        RetryRules rules = new RetryRules(RetryConfig.DEFAULTS);
        int unsent = RetryRules.free(ended(outcome, status)) ? 1 : 0;
        assertThat(rules.repeats(ended(outcome, status), true, 1 - unsent, unsent))
                .isEqualTo(idempotent);
        assertThat(rules.repeats(ended(outcome, status), false, 1 - unsent, unsent))
                .isEqualTo(other);
    }

    @Test
    void sendsARequestSoOftenAndAsksThreeWhereNobodyIsThere() {
        RetryRules rules = new RetryRules(RetryConfig.DEFAULTS.withAttempts(3));
        assertThat(rules.repeats(ended(Outcome.RESET, 0), true, 2, 0)).isTrue();
        assertThat(rules.repeats(ended(Outcome.RESET, 0), true, 3, 0)).isFalse();
        assertThat(rules.repeats(ended(Outcome.CONNECT_FAILED, 0), false, 0, 2)).isTrue();
        assertThat(rules.repeats(ended(Outcome.CONNECT_FAILED, 0), false, 0, 3)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void repeatsNothingWhereRetriesAreOff(Outcome outcome) {
        RetryRules rules = new RetryRules(RetryConfig.of("off"));
        assertThat(rules.repeats(ended(outcome, 503), true, 1, 0)).isFalse();
    }

    @Test
    void waitsAtRandomUpToABoundThatDoublesTenfoldAtMost() {
        RetryRules rules = new RetryRules(RetryConfig.DEFAULTS);
        for (int retry = 0; retry < 12; retry++) {
            long bound = Duration.ofMillis(Math.min(25L << retry, 250)).toNanos();
            SplittableRandom random = new SplittableRandom(20_261_122);
            long most = 0;
            long sum = 0;
            for (int i = 0; i < 10_000; i++) {
                long wait = rules.backoffNanos(retry, random);
                most = Math.max(most, wait);
                sum += wait;
            }
            assertThat(most).isBetween(bound * 99 / 100, bound);
            assertThat(sum / 10_000).isBetween(bound * 48 / 100, bound * 52 / 100);
        }
    }
}
