package dev.weir.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenciesTest {
    private final Latencies latencies = new Latencies();

    @Test
    void saysNothingFromAFew() {
        for (int i = 0; i < 99; i++) {
            latencies.add(1_000_000);
        }
        assertThat(latencies.quantile(0.5)).isEqualTo(Long.MAX_VALUE);
        latencies.add(1_000_000);
        assertThat(latencies.quantile(0.5)).isBetween(1_000_000L, 1_070_000L);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.9, 0.95, 0.99})
    void findsQuantilesWithinSixPerCent(double fraction) {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 9_000; i++) {
            latencies.add(random.nextLong(100_000_000));
        }
        assertThat(latencies.quantile(fraction) / (fraction * 100e6)).isBetween(0.97, 1.09);
    }

    @Test
    void followsAChange() {
        for (int i = 0; i < 100_000; i++) {
            latencies.add(1_000_000);
        }
        for (int i = 0; i < 10_000; i++) {
            latencies.add(50_000_000);
        }
        assertThat(latencies.quantile(0.6)).isBetween(50_000_000L, 54_000_000L);
    }

    @Test
    void takesAnyNumber() {
        for (long nanos :
                new long[] {Long.MIN_VALUE, -1, 0, 1, 15, 16, 17, 31, 32, Long.MAX_VALUE}) {
            latencies.add(nanos);
        }
        for (int i = 0; i < 100; i++) {
            latencies.add(Long.MAX_VALUE);
        }
        assertThat(latencies.quantile(0.9)).isPositive();
    }
}
