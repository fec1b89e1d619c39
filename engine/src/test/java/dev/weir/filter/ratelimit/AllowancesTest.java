package dev.weir.filter.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AllowancesTest {
    private static final long KEY = 0x1234_5678_9abc_def0L;

    @Test
    void letsABurstPassAndThenOnePerInterval() {
        Allowances allowances = new Allowances(10, 3);

        assertThat(allowances.take(KEY, 100)).isEqualTo(10);
        assertThat(allowances.take(KEY, 100)).isEqualTo(20);
        assertThat(allowances.take(KEY, 100)).isEqualTo(30);
        assertThat(allowances.take(KEY, 100)).isEqualTo(Allowances.REFUSED - 10);
        assertThat(allowances.take(KEY, 109)).isEqualTo(Allowances.REFUSED - 1);
        assertThat(allowances.take(KEY, 110)).isEqualTo(30);
        assertThat(allowances.take(KEY, 119)).isEqualTo(Allowances.REFUSED - 1);
        assertThat(allowances.take(KEY, 130)).isEqualTo(20);
    }

    @Test
    void givesTheWholeBurstBackAfterAPauseAndNotMore() {
        Allowances allowances = new Allowances(10, 3);
        for (int i = 0; i < 3; i++) {
            assertThat(allowances.take(KEY, 100)).isPositive();
        }

        for (int i = 0; i < 3; i++) {
            assertThat(allowances.take(KEY, 1_000_000)).isPositive();
        }
        assertThat(allowances.take(KEY, 1_000_000)).isNegative();
    }

    @Test
    void countsKeysApart() {
        Allowances allowances = new Allowances(10, 1);

        assertThat(allowances.take(KEY, 100)).isPositive();
        assertThat(allowances.take(KEY + 1, 100)).isPositive();
        assertThat(allowances.take(0, 100)).isPositive();
        assertThat(allowances.take(KEY, 100)).isNegative();
        assertThat(allowances.take(0, 100)).isNegative();
    }

    @Test
    void agreesWithATokenBucketOnRandomArrivals() {
        long seed = 20_250_101;
        SplittableRandom random = new SplittableRandom(seed);
        long interval = 1_000;
        long burst = 7;
        Allowances allowances = new Allowances(interval, burst);
        long now = 1;
        long credit = burst * interval;
        for (int i = 0; i < 100_000; i++) {
            long pause = random.nextLong(2 * interval);
            now += pause;
            credit = Math.min(burst * interval, credit + pause);
            boolean expected = credit >= interval;
            credit -= expected ? interval : 0;

            assertThat(allowances.take(KEY, now) >= 0)
                    .as("request %s, seed %s", i, seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void countsExactlyWhileEightThreadsShareAKey() throws Exception {
        Allowances allowances = new Allowances(1_000_000, 10_000);

        long passed = onEightThreads(() -> passed(allowances, 5_000, _ -> KEY));

        assertThat(passed).isEqualTo(10_000);
    }

    @Test
    void countsExactlyWhileEightThreadsBringNewKeys() throws Exception {
        for (int round = 0; round < 20; round++) {
            Allowances allowances = new Allowances(1_000_000, 3);

            long passed = onEightThreads(() -> passed(allowances, 20_000, AllowancesTest::spread));

            assertThat(passed).as("round %s", round).isEqualTo(3 * 20_000);
        }
    }

    @Test
    @Timeout(60)
    void staysWithinItsBoundWithTenMillionKeys() {
        long before = usedHeap();
        Allowances allowances = new Allowances(1_000_000_000, 2);
        for (int i = 0; i < 10_000_000; i++) {
            if (allowances.take(spread(i), 1_000L + i) < 0) {
                throw new AssertionError("a first request was refused: " + i);
            }
        }

        assertThat(allowances.bytes()).isEqualTo(Allowances.ENTRIES * 16L);
        assertThat(usedHeap() - before).isLessThan(2 * Allowances.MOST_BYTES);
    }

    @Test
    void keepsTheKeyThatUsedMostWhenASetIsFull() {
        Allowances allowances = new Allowances(1_000, 100);
        long busy = 0xff;
        for (int i = 0; i < 100; i++) {
            assertThat(allowances.take(busy, 1)).isPositive();
        }

        // Their upper bits are equal, so all of them meet in one set.
        for (int other = 0; other < 1_000; other++) {
            assertThat(allowances.take(0x1000 + other, 1)).isPositive();
        }

        assertThat(allowances.take(busy, 1)).isNegative();
        assertThat(allowances.bytes()).isLessThan(Allowances.MOST_BYTES / 100);
    }

    @Test
    void refusesABurstThatLastsForAges() {
        assertThatThrownBy(() -> new Allowances(Duration.ofDays(365).toNanos(), 1_000))
                .isInstanceOf(ArithmeticException.class);
    }

    private interface Keys {
        long key(int number);
    }

    private static long passed(Allowances allowances, int requests, Keys keys) {
        long passed = 0;
        for (int i = 0; i < requests; i++) {
            passed += allowances.take(keys.key(i), 1_000) >= 0 ? 1 : 0;
        }
        return passed;
    }

    /// Steps of the golden ratio, well mixed: all different, and spread over the table.
    private static long spread(int number) {
        long hash = (number + 1) * 0x9e3779b97f4a7c15L;
        hash = (hash ^ hash >>> 32) * 0xd6e8feb86659fd93L;
        return hash ^ hash >>> 29;
    }

    private static long onEightThreads(Callable<Long> task) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Long>> tasks = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                tasks.add(task);
            }
            long sum = 0;
            for (Future<Long> one : threads.invokeAll(tasks)) {
                sum += one.get();
            }
            return sum;
        }
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
