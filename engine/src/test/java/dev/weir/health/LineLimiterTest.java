package dev.weir.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineLimiterTest {
    private static final long MILLI = 1_000_000;

    /// An origin at which nanoseconds overflow soon, as the system's may.
    private final long start = Long.MAX_VALUE - 500 * MILLI;

    private final LineLimiter lines = new LineLimiter();

    @Test
    void letsTheFirstLinePassAtOnce() {
        assertThat(lines.offer("down", at(0))).isEqualTo("down");
        assertThat(lines.waitNanos(at(0))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void letsLinesPassThatAreASecondApart() {
        lines.offer("down", at(0));

        assertThat(lines.offer("up", at(1000))).isEqualTo("up");
        assertThat(lines.offer("down", at(2500))).isEqualTo("down");
    }

    @Test
    void holdsALineUntilTheSecondIsOver() {
        lines.offer("down", at(0));

        assertThat(lines.offer("up", at(300))).isNull();
        assertThat(lines.waitNanos(at(300))).isEqualTo(700 * MILLI);
        assertThat(lines.due(at(999))).isNull();
        assertThat(lines.due(at(1000))).isEqualTo("up");
        assertThat(lines.due(at(5000))).as("said once only").isNull();
    }

    @Test
    void endsOnTheLastLineAndCountsThoseLeftOut() {
        lines.offer("down", at(0));
        lines.offer("up", at(100));
        lines.offer("down", at(200));

        assertThat(lines.due(at(1000))).isEqualTo("down  1 change not shown");

        for (int i = 1; i <= 6; i++) {
            assertThat(lines.offer("line " + i, at(1000 + i))).isNull();
        }
        assertThat(lines.offer("line 7", at(2000))).isEqualTo("line 7  6 changes not shown");
        assertThat(lines.offer("line 8", at(3000))).as("counts anew").isEqualTo("line 8");
    }

    private long at(long millis) {
        return start + millis * MILLI;
    }
}
