package dev.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static Schedule of(String words) {
        return Schedule.of(Plan.parse(words.split(" ")));
    }

    private static long[] times(Schedule schedule) {
        return IntStream.range(0, schedule.count()).mapToLong(schedule::offset).toArray();
    }

    @Test
    void spacesRequestsEvenlyAndRecordsThoseBehindTheWarmUp() {
        Schedule schedule = of("--port 1 --rate 1000 --seconds 2 --warm-up-seconds 1");
        assertThat(schedule.count()).isEqualTo(3000);
        assertThat(schedule.offset(2999)).isEqualTo(2_999_000_000L);
        assertThat(schedule.recorded(999)).isFalse();
        assertThat(schedule.recorded(1000)).isTrue();
        assertThat(schedule.recordedNanos()).isEqualTo(2_000_000_000L);
    }

    @Test
    void drawsThePoissonTimesAgainFromTheSameSeedAndOthersFromAnother() {
        String words = "--port 1 --rate 1000 --seconds 10 --poisson --seed ";
        assertThat(times(of(words + 7))).isSorted().isEqualTo(times(of(words + 7)));
        assertThat(times(of(words + 7))).isNotEqualTo(times(of(words + 8)));
    }

    @Test
    void givesPoissonGapsTheMeanAndTheSpreadOfAnExponentialDistribution() {
        long[] times = times(of("--port 1 --rate 10000 --seconds 20 --poisson --seed 3"));
        double[] gaps =
                IntStream.range(1, times.length)
                        .mapToDouble(i -> times[i] - times[i - 1])
                        .toArray();
        double mean = IntStream.range(0, gaps.length).mapToDouble(i -> gaps[i]).average().orElse(0);
        double variance =
                IntStream.range(0, gaps.length)
                        .mapToDouble(i -> Math.pow(gaps[i] - mean, 2))
                        .average()
                        .orElse(0);
        assertThat(mean).isCloseTo(100_000, within(1_000.0));
        assertThat(Math.sqrt(variance)).isCloseTo(100_000, within(2_000.0));
    }
}
