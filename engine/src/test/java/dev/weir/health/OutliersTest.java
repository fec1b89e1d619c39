package dev.weir.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.schema.Percent;
import dev.weir.service.Attempt;
import dev.weir.service.Attempt.Outcome;
import dev.weir.service.Endpoint;
import dev.weir.service.ServiceConfig;
import dev.weir.service.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Failures in a row, ejections and returns, on time of their own.
class OutliersTest {
    private static final Duration EJECT = Duration.ofSeconds(30);

    private final Traffic traffic = new Traffic(4, OutliersConfig.DEFAULTS);

    @ParameterizedTest
    @EnumSource(names = {"CONNECT_FAILED", "RESET", "BAD_ANSWER", "TIMED_OUT"})
    void fiveFailuresInARowEject(Outcome outcome) {
        traffic.fail(1, outcome, 4);
        assertThat(traffic.usable()).isEqualTo("abcd");
        traffic.fail(1, outcome, 1);
        assertThat(traffic.usable()).isEqualTo("acd");
        assertThat(traffic.lines.said())
                .hasSize(1)
                .allMatch(
                        line ->
                                line.startsWith(
                                        "users  b  ejected for 30 s  5 failures in a row ("));
    }

    @ParameterizedTest
    @CsvSource({"500", "502", "503", "504", "501"})
    void fiveFailedAnswersInARowEject(int status) {
        traffic.answer(2, status, status, status, status, status);
        assertThat(traffic.lines.said())
                .containsExactly(
                        "users  c  ejected for 30 s  5 failures in a row (status " + status + ")");
        assertThat(traffic.usable()).isEqualTo("abd");
    }

    @Test
    void oneGoodAnswerBetweenFailuresIsEnoughToStay() {
        for (int i = 0; i < 20; i++) {
            traffic.answer(1, 503, 503, 500, 502, 404);
        }
        assertThat(traffic.usable()).isEqualTo("abcd");
    }

    @Test
    void failuresOfTheApplicationAreCountedApart() {
        Traffic strict = new Traffic(4, OutliersConfig.DEFAULTS.withFailures(8, 3));
        strict.answer(0, 500, 500, 500, 503, 503, 500, 500);
        assertThat(strict.usable()).as("7 failures, 2 of the gateway in a row").isEqualTo("abcd");
        strict.answer(0, 500);
        assertThat(strict.usable()).isEqualTo("bcd");
        strict.answer(1, 500, 503, 503, 503);
        assertThat(strict.usable()).isEqualTo("cd");
    }

    @Test
    void aCountOfZeroEjectsNobody() {
        Traffic gatewayOnly = new Traffic(4, OutliersConfig.DEFAULTS.withFailures(0, 5));
        for (int i = 0; i < 50; i++) {
            gatewayOnly.answer(0, 500);
        }
        assertThat(gatewayOnly.usable()).isEqualTo("abcd");
        gatewayOnly.fail(0, Outcome.RESET, 5);
        assertThat(gatewayOnly.usable()).isEqualTo("bcd");
    }

    @ParameterizedTest
    @EnumSource(names = {"CANCELLED", "LACKED"})
    void whatIsNotTheEndpointsFaultNeverCounts(Outcome outcome) {
        traffic.fail(1, outcome, 1_000);
        assertThat(traffic.usable()).isEqualTo("abcd");
        traffic.fail(1, Outcome.RESET, 4);
        traffic.fail(1, outcome, 10);
        traffic.fail(1, Outcome.RESET, 1);
        assertThat(traffic.usable()).as("nor does it excuse anything").isEqualTo("acd");
    }

    @Test
    void answersThatAlwaysBreakOffEject() {
        for (int i = 0; i < 5; i++) {
            traffic.cut(1);
        }
        assertThat(traffic.lines.said())
                .containsExactly(
                        "users  b  ejected for 30 s  5 failures in a row (answer broken off)");
    }

    @Test
    void answersThatBreakOffNowAndThenDoNot() {
        for (int i = 0; i < 20; i++) {
            traffic.cut(1);
            traffic.answer(1, 200, 200);
        }
        assertThat(traffic.usable()).isEqualTo("abcd");
    }

    @Test
    void returnsWithoutTrafficWhenItsTimeIsOver() {
        traffic.fail(1, Outcome.RESET, 5);
        traffic.pass(EJECT.minusSeconds(1));
        assertThat(traffic.standing(1)).isEqualTo(Standing.EJECTED);
        traffic.pass(Duration.ofSeconds(2));
        assertThat(traffic.standing(1)).isEqualTo(Standing.RETURNING);
        assertThat(traffic.usable()).isEqualTo("abcd");
        assertThat(traffic.lines.said().getLast())
                .isEqualTo("users  b  returns  tried with 5 requests");
    }

    @Test
    void aFewRequestsTryItAndNoMoreUntilTheyAreBack() {
        ejectAndLetReturn(1);
        List<Attempt> tries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            assertThat(traffic.usable()).isEqualTo("abcd");
            tries.add(traffic.begin(1));
        }
        assertThat(traffic.usable()).isEqualTo("acd");
        for (Attempt each : tries) {
            assertThat(traffic.usable()).isEqualTo("acd");
            each.answered(200, traffic.nowNanos());
            traffic.outliers.learn(each);
        }
        assertThat(traffic.usable()).isEqualTo("abcd");
        assertThat(traffic.standing(1)).isEqualTo(Standing.UP);
        traffic.pass(Duration.ofSeconds(2));
        assertThat(traffic.lines.said().getLast())
                .isEqualTo("users  b  back  5 of 5 requests went well");
    }

    /// A loop's time stands still during a turn; else it would be missed, and the endpoint stay unused until others are sent in its place.
    @Test
    void aRequestPickedInATurnThatBeganBeforeTheTrialIsOneOfIt() {
        ejectAndLetReturn(1);
        Endpoint returning = traffic.endpoint(1);
        for (int i = 0; i < 5; i++) {
            Attempt attempt = new Attempt();
            long turn = traffic.nowNanos() - EJECT.toNanos() / 2;
            traffic.outliers.tries(returning, turn);
            attempt.begin(returning, turn);
            attempt.sent(turn);
            attempt.answered(200, traffic.nowNanos());
            traffic.outliers.learn(attempt);
        }
        assertThat(traffic.standing(1)).isEqualTo(Standing.UP);
    }

    @Test
    void whatEjectedItIsNotHeldAgainstItOnceItIsBack() {
        ejectAndLetReturn(1);
        traffic.answer(1, 200, 200, 200, 200, 200, 503, 503, 503, 503);
        assertThat(traffic.standing(1)).isEqualTo(Standing.UP);
    }

    @Test
    void oneFailureAmongTheTriesEjectsAgainForTwiceAsLong() {
        ejectAndLetReturn(1);
        traffic.answer(1, 200, 200, 503);
        assertThat(traffic.standing(1)).isEqualTo(Standing.EJECTED);
        traffic.pass(Duration.ofSeconds(59));
        assertThat(traffic.standing(1)).isEqualTo(Standing.EJECTED);
        assertThat(traffic.lines.said().getLast())
                .isEqualTo("users  b  ejected for 60 s  failed when it was tried (status 503)");
        traffic.pass(Duration.ofSeconds(2));
        assertThat(traffic.standing(1)).isEqualTo(Standing.RETURNING);
    }

    @Test
    void noEjectionLastsLongerThanTheMost() {
        ejectAndLetReturn(1);
        for (int seconds = 60; seconds <= 450; seconds += 30) {
            traffic.pass(Duration.ofSeconds(2));
            traffic.answer(1, 503);
            int lasts = Math.min(seconds, 300);
            traffic.pass(Duration.ofSeconds(lasts - 1));
            assertThat(traffic.standing(1)).as("%d s", lasts).isEqualTo(Standing.EJECTED);
            traffic.pass(Duration.ofSeconds(2));
            assertThat(traffic.standing(1)).as("%d s", lasts).isEqualTo(Standing.RETURNING);
        }
    }

    @Test
    void ejectionsAreForgottenWhenItHasBehavedForAsLong() {
        ejectAndLetReturn(1);
        traffic.answer(1, 200, 200, 200, 200, 200);
        traffic.pass(EJECT.plusSeconds(2));
        traffic.fail(1, Outcome.RESET, 5);
        assertThat(traffic.lines.said().getLast()).contains("ejected for 30 s");
    }

    @Test
    void ejectionsAreNotForgottenBefore() {
        ejectAndLetReturn(1);
        traffic.answer(1, 200, 200, 200, 200, 200);
        traffic.pass(EJECT.minusSeconds(2));
        traffic.fail(1, Outcome.RESET, 5);
        assertThat(traffic.lines.said().getLast()).contains("ejected for 60 s");
    }

    @Test
    void anAnswerToARequestFromBeforeTheEjectionProvesNothing() {
        List<Attempt> old = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            old.add(traffic.begin(1));
        }
        ejectAndLetReturn(1);
        for (Attempt each : old) {
            traffic.end(each, Outcome.RESET, Duration.ofMillis(1));
        }
        assertThat(traffic.standing(1)).isEqualTo(Standing.RETURNING);
    }

    @Test
    void otherRequestsTryItWhenNobodyWaitedForTheFirst() {
        ejectAndLetReturn(1);
        for (int i = 0; i < 5; i++) {
            traffic.end(traffic.begin(1), Outcome.CANCELLED, Duration.ofMillis(1));
        }
        assertThat(traffic.usable()).isEqualTo("acd");
        traffic.pass(Duration.ofSeconds(11));
        assertThat(traffic.usable()).isEqualTo("abcd");
        traffic.answer(1, 200, 200, 200, 200, 200);
        assertThat(traffic.standing(1)).isEqualTo(Standing.UP);
    }

    @Test
    void atMostHalfOfTheEndpointsAreEjected() {
        for (int i = 0; i < 4; i++) {
            traffic.fail(i, Outcome.RESET, 10);
        }
        assertThat(traffic.usable()).isEqualTo("cd");
    }

    @Test
    void theNextOneIsEjectedAsSoonAsThereIsRoom() {
        for (int i = 0; i < 3; i++) {
            traffic.fail(i, Outcome.RESET, 10);
        }
        traffic.pass(EJECT.plusSeconds(1));
        assertThat(traffic.usable()).isEqualTo("abcd");
        traffic.fail(2, Outcome.RESET, 1);
        assertThat(traffic.usable()).isEqualTo("abd");
    }

    @Test
    void theLastOneIsNeverEjected() {
        Traffic all = new Traffic(3, OutliersConfig.DEFAULTS.withAtMost(Percent.of(100)));
        for (int i = 0; i < 3; i++) {
            all.fail(i, Outcome.RESET, 10);
        }
        assertThat(all.standing(2)).isEqualTo(Standing.UNKNOWN);
        Traffic one = new Traffic(1, OutliersConfig.DEFAULTS);
        one.fail(0, Outcome.RESET, 100);
        assertThat(one.usable()).isEqualTo("a");
    }

    @Test
    void oneOfTwoMayBeEjectedButNotWhenTheOtherIsDown() {
        Traffic two = new Traffic(2, OutliersConfig.DEFAULTS);
        two.health.happened(
                two.endpoint(0), Standing.Event.CHECKED_DOWN, "a check", null, two.nowNanos());
        two.fail(1, Outcome.RESET, 10);
        assertThat(two.standing(1)).isEqualTo(Standing.UNKNOWN);
        two.health.happened(
                two.endpoint(0), Standing.Event.CHECKED_UP, "a check", null, two.nowNanos());
        two.fail(1, Outcome.RESET, 1);
        assertThat(two.usable()).isEqualTo("a");
    }

    @Test
    void whatChecksBringUpWhileItWasEjectedIsTriedFirst() {
        traffic.fail(1, Outcome.RESET, 5);
        checked(1, Standing.Event.CHECKED_DOWN);
        traffic.pass(EJECT.plusSeconds(5));
        assertThat(traffic.standing(1)).isEqualTo(Standing.DOWN_EJECTED);
        checked(1, Standing.Event.CHECKED_UP);
        assertThat(traffic.standing(1)).isEqualTo(Standing.RETURNING);
        traffic.answer(1, 200, 200, 200, 200, 200);
        assertThat(traffic.standing(1)).isEqualTo(Standing.UP);
    }

    @Test
    void saysWhenPanicBeginsAndEnds() {
        Traffic panicking =
                new Traffic(
                        4,
                        ServiceConfig.DEFAULTS.withOutliers(
                                OutliersConfig.DEFAULTS.withAtMost(Percent.of(75))));
        for (int i = 0; i < 3; i++) {
            panicking.answer(i, 503, 503, 503, 503, 503);
        }
        assertThat(panicking.usable()).isEqualTo("abcd");
        assertThat(panicking.lines.said().getLast())
                .isEqualTo(
                        "users  panic: 1 of 4 endpoints work, less than 50%: all 4 that answer get requests");
        panicking.lines.said().clear();
        panicking.pass(EJECT.plusSeconds(1));
        assertThat(panicking.lines.said()).contains("users  panic is over: 2 of 4 endpoints work");
    }

    @Test
    void inPanicNothingGoesToAPortThatRefuses() {
        Traffic panicking = new Traffic(4, OutliersConfig.DEFAULTS.withAtMost(Percent.of(75)));
        panicking.fail(0, Outcome.CONNECT_FAILED, 5);
        panicking.answer(1, 503, 503, 503, 503, 503);
        panicking.answer(2, 503, 503, 503, 503, 503);
        assertThat(panicking.usable()).isEqualTo("bcd");
    }

    @Test
    void anEndpointThatFlapsDoesNotFloodTheLog() {
        Traffic flapping =
                new Traffic(
                        4,
                        OutliersConfig.DEFAULTS.withEject(
                                Duration.ofMillis(20), Duration.ofMillis(20)));
        for (int i = 0; i < 1_000; i++) {
            flapping.answer(1, 503, 503, 503, 503, 503);
            flapping.pass(Duration.ofMillis(30));
        }
        assertThat(flapping.lines.said()).hasSizeBetween(20, 40);
        assertThat(flapping.lines.said()).anyMatch(line -> line.endsWith(" changes not shown"));
    }

    private void ejectAndLetReturn(int position) {
        traffic.fail(position, Outcome.RESET, 5);
        traffic.pass(EJECT.plusSeconds(2));
        assertThat(traffic.standing(position)).isEqualTo(Standing.RETURNING);
    }

    private void checked(int position, Standing.Event event) {
        traffic.health.happened(
                traffic.endpoint(position), event, "a check", null, traffic.nowNanos());
    }
}
