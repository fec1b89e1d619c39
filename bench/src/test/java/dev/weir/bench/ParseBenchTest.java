package dev.weir.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/// What is measured is read whole, call after call; how fast is for a quiet machine.
class ParseBenchTest {
    @Test
    void readsTheSameMessagesAgainAndAgain() {
        var bench = new ParseBench();
        for (int call = 0; call < 3; call++) {
            assertThatCode(bench::check).doesNotThrowAnyException();
        }
        bench.release();
    }

    @Test
    void measuresTwelveFields() {
        assertThat(BrowserMessages.REQUEST.lines().filter(line -> line.contains(": "))).hasSize(12);
    }
}
