package dev.weir.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.exchange.Failure;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final long SECOND = 1_000_000_000L;

    private final Tally tally = new Tally();

    private String said(long nowNanos) {
        Tally.Due due = tally.count(nowNanos);
        return due == null ? "nothing" : due.refusals(Failure.SHED);
    }

    @Test
    void speaksOfTheFirstAtOnceAndThenOnceInTenSeconds() {
        for (long began : List.of(0L, -3 * SECOND, Long.MAX_VALUE - 5 * SECOND)) {
            Tally here = new Tally();
            assertThat(here.count(began)).isEqualTo(new Tally.Due(1, true));
            for (int i = 1; i < 1_000; i++) {
                assertThat(here.count(began + i * SECOND / 100)).isNull();
            }
            assertThat(here.count(began + 10 * SECOND + 1)).isEqualTo(new Tally.Due(1_000, false));
            assertThat(here.count(began + 11 * SECOND)).isNull();
            assertThat(here.count(began + 60 * SECOND)).isEqualTo(new Tally.Due(2, false));
        }
    }

    @Test
    void saysHowManyThereWereSinceTheLastTime() {
        assertThat(said(SECOND)).isEqualTo("503 shed for 1 request");
        assertThat(said(20 * SECOND)).isEqualTo("503 for 1 more request, the newest shed");
        assertThat(said(21 * SECOND)).isEqualTo("nothing");
        assertThat(said(40 * SECOND)).isEqualTo("503 for 2 more requests, the newest shed");
    }

    @Test
    void losesNoneOfThoseThatThreadsCountAtTheSameTime() throws Exception {
        AtomicLong spokenOf = new AtomicLong();
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (long now = 1;
                                                now <= 100 * SECOND;
                                                now += SECOND / 500) {
                                            Tally.Due due = tally.count(now);
                                            spokenOf.addAndGet(due == null ? 0 : due.requests());
                                        }
                                    });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Tally.Due last = tally.count(200 * SECOND);
        assertThat(last).isNotNull();
        assertThat(spokenOf.get() + last.requests()).isEqualTo(4 * 50_000 + 1);
    }
}
