package dev.weir.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void spreadsTheIntervalByAFifthToBothSides() {
        LongSummaryStatistics nanos = sample(Duration.ofSeconds(5), false);

        assertThat(nanos.getMin()).isBetween(seconds(4.0), seconds(4.1));
        assertThat(nanos.getMax()).isBetween(seconds(5.9), seconds(6.0));
        assertThat(nanos.getAverage()).isBetween(4.9e9, 5.1e9);
    }

    @Test
    void checksAboutEverySecondWhileInDoubt() {
        LongSummaryStatistics nanos = sample(Duration.ofSeconds(5), true);

        assertThat(nanos.getMin()).isBetween(seconds(0.8), seconds(0.82));
        assertThat(nanos.getMax()).isBetween(seconds(1.18), seconds(1.2));
    }

    @Test
    void isNotSlowedDownByDoubt() {
        LongSummaryStatistics nanos = sample(Duration.ofMillis(100), true);

        assertThat(nanos.getMax()).isLessThanOrEqualTo(seconds(0.12));
    }

    private static LongSummaryStatistics sample(Duration every, boolean inDoubt) {
        Pace pace = new Pace(every, new SplittableRandom(7));
        return LongStream.generate(() -> pace.nextNanos(inDoubt)).limit(2000).summaryStatistics();
    }

    private static long seconds(double seconds) {
        return (long) (seconds * 1e9);
    }
}
