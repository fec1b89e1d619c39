package dev.weir.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CellsTest {
    private static Map<Integer, Long> read(Cells cells) {
        Map<Integer, Long> all = new HashMap<>();
        cells.forEach(row -> all.put(row.key(), row.get(0)));
        return all;
    }

    @Test
    void countEachKeyByItselfHoweverManyThereAre() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        Cells cells = new Cells(1);
        Map<Integer, Long> expected = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            int key = random.nextInt(-300, 300);
            cells.row(key).add(0, 1);
            expected.merge(key, 1L, Long::sum);
        }
        assertThat(read(cells)).as("seed %d", seed).isEqualTo(expected);
    }

    @Test
    void loseNothingAndNeverGoBackWhileSomebodyReads() throws Exception {
        Cells cells = new Cells(1);
        AtomicBoolean done = new AtomicBoolean();
        Thread reader =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    Map<Integer, Long> before = Map.of();
                                    while (!done.get()) {
                                        Map<Integer, Long> now = read(cells);
                                        before.forEach(
                                                (key, count) ->
                                                        assertThat(now.get(key))
                                                                .isGreaterThanOrEqualTo(count));
                                        before = now;
                                    }
                                });
        for (int round = 0; round < 2_000; round++) {
            for (int key = 0; key <= round / 10; key++) {
                cells.row(key).add(0, 1);
            }
        }
        done.set(true);
        reader.join();
        assertThat(read(cells)).hasSize(200).containsEntry(0, 2_000L).containsEntry(199, 10L);
    }
}
