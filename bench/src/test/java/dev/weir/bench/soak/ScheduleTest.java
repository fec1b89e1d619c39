package dev.weir.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private final List<Fault> faults = Faults.all(true);

    private List<Schedule.Planned> drawn(long seed, int count) {
        Schedule schedule = new Schedule(seed, faults);
        return IntStream.range(0, count).mapToObj(_ -> schedule.next()).toList();
    }

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(drawn(7, 100)).isEqualTo(drawn(7, 100)).isNotEqualTo(drawn(8, 100));
    }

    @Test
    void hasEveryFaultInEachRound() {
        List<Schedule.Planned> two = drawn(7, 2 * faults.size());
        assertThat(two.subList(0, faults.size()))
                .extracting(Schedule.Planned::fault)
                .containsExactlyInAnyOrderElementsOf(faults);
        assertThat(two.subList(faults.size(), 2 * faults.size()))
                .extracting(Schedule.Planned::fault)
                .containsExactlyInAnyOrderElementsOf(faults);
    }

    @Test
    void movesAGigabyteEarlyEvenInAShortRun() {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(drawn(seed, 3)).anyMatch(planned -> planned.fault().name().equals("big"));
        }
    }

    @Test
    void hasEveryRowOfTheMatrixThatThisVersionCanSuffer() {
        assertThat(faults)
                .extracting(Fault::row)
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 19, 20, 21, 22, 23, 24, 25);
    }
}
