package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualClockTest {
    @Test
    void standsStillUntilAdvanced() {
        var clock = new ManualClock();
        long nanos = clock.nanos();
        long millis = clock.millis();
        assertThat(clock.nanos()).isEqualTo(nanos);

        clock.advance(Duration.ofMillis(1500));

        assertThat(clock.nanos() - nanos).isEqualTo(1_500_000_000L);
        assertThat(clock.millis() - millis).isEqualTo(1500);
    }

    @Test
    void refusesToGoBack() {
        assertThatThrownBy(() -> new ManualClock().advance(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not go back");
    }

    @Test
    void mayStartWhereNanosecondsOverflow() {
        var clock = new ManualClock(Long.MAX_VALUE);
        clock.advance(Duration.ofNanos(2));
        assertThat(clock.nanos()).isEqualTo(Long.MIN_VALUE + 1);
    }

    @Test
    void losesNoStepOfSeveralThreads() throws InterruptedException {
        var clock = new ManualClock();
        long start = clock.nanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int step = 0; step < 10_000; step++) {
                                            clock.advance(Duration.ofNanos(1));
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(clock.nanos() - start).isEqualTo(40_000);
    }
}
