package dev.weir.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void everyDurationIsInTheBucketThatBeginsBeforeIt() {
        for (long nanos = 0; nanos < TimeUnit.SECONDS.toNanos(60); nanos += 1 + nanos / 7) {
            int bucket = Spread.bucket(nanos);
            assertThat(nanos).isBetween(Spread.begin(bucket), Spread.begin(bucket + 1) - 1);
        }
        assertThat(Spread.bucket(TimeUnit.HOURS.toNanos(1))).isEqualTo(Spread.BUCKETS - 1);
        assertThat(Spread.bucket(-5)).isZero();
    }

    @Test
    void quantilesAreRightWithinAnEighth() {
        long seed = 7;
        SplittableRandom random = new SplittableRandom(seed);
        Spread spread = new Spread();
        double[] millis = new double[10_000];
        for (int i = 0; i < millis.length; i++) {
            millis[i] = 0.2 * Math.exp(6 * random.nextDouble());
            spread.record((long) (millis[i] * 1e6), i % 100 == 0);
        }
        Arrays.sort(millis);
        Tally tally = new Tally();
        spread.addTo(tally);

        assertThat(tally.count()).isEqualTo(10_000);
        assertThat(tally.failed()).isEqualTo(100);
        for (double part : new double[] {0.5, 0.9, 0.99}) {
            double exact = millis[(int) (part * millis.length)];
            assertThat(tally.quantileMillis(part)).isBetween(exact * 0.875, exact * 1.125);
        }
    }

    @Test
    void whatCameInBetweenIsTheDifferenceOfTwo() {
        Spread spread = new Spread();
        spread.record(TimeUnit.SECONDS.toNanos(2), true);
        Tally before = new Tally();
        spread.addTo(before);
        spread.record(TimeUnit.MILLISECONDS.toNanos(3), false);
        Tally after = new Tally();
        spread.addTo(after);

        Tally between = after.since(before);
        assertThat(between.count()).isEqualTo(1);
        assertThat(between.failed()).isZero();
        assertThat(between.quantileMillis(0.99)).isBetween(2.5, 3.5);
        assertThat(before.since(after).count()).isZero();
    }
}
