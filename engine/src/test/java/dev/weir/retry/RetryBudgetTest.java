package dev.weir.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final RetryBudget budget = new RetryBudget();

    private int withdrawn(int asked, double share, long now) {
        int allowed = 0;
        for (int i = 0; i < asked; i++) {
            allowed += budget.withdraw(share, now) ? 1 : 0;
        }
        return allowed;
    }

    @Test
    void allowsTheShareAndNoMore() {
        for (int i = 0; i < 200; i++) {
            budget.request(i);
        }
        assertThat(withdrawn(50, 0.2, 200)).isEqualTo(40);
        for (int i = 0; i < 40; i++) {
            budget.over();
        }
        assertThat(withdrawn(50, 0.2, 200)).isZero();
    }

    @Test
    void allowsThreeAtATimeWhereTheShareIsLittle() {
        for (int i = 0; i < 14; i++) {
            budget.request(i);
        }
        assertThat(withdrawn(50, 0.2, 100)).isEqualTo(3);
        budget.over();
        assertThat(withdrawn(50, 0.2, 100)).isEqualTo(1);
    }

    @Test
    void aQuietServiceMayRepeatOneAfterTheOther() {
        for (int i = 0; i < 30; i++) {
            assertThat(budget.withdraw(0.2, i)).isTrue();
            budget.over();
        }
        assertThat(budget.withdraw(0.2, 30)).as("three a second").isFalse();
        assertThat(budget.withdraw(0.2, 12 * SECOND)).isTrue();
    }

    @Test
    void forgetsAfterTenSeconds() {
        long start = -3 * SECOND;
        for (int i = 0; i < 100; i++) {
            budget.request(start);
        }
        assertThat(withdrawn(30, 0.2, start + 9 * SECOND)).isEqualTo(20);
        // The requests of the beginning have left the window.
        assertThat(withdrawn(30, 0.2, start + 11 * SECOND)).as("20 are under way").isZero();
        for (int i = 0; i < 10; i++) {
            budget.request(start + 100 * SECOND);
        }
        // So have the retries; of what is under way nothing is forgotten.
        assertThat(withdrawn(30, 0.5, start + 100 * SECOND)).isEqualTo(5);
    }

    @Test
    void countsEveryRequestOfManyThreads() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int thread = 0; thread < 4; thread++) {
                threads.submit(
                        () -> {
                            for (int i = 0; i < 25_000; i++) {
                                budget.request(5 * SECOND);
                            }
                        });
            }
        }
        assertThat(withdrawn(2000, 0.01, 6 * SECOND)).isEqualTo(1000);
    }
}
