package dev.weir.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SplitterTest {
    private static final int REQUESTS = 100_000;
    private static final long SEED = 4711;

    @Test
    void sharesByWeightAndGivesNothingToAShareOfZero() {
        Map<String, Integer> shares = new LinkedHashMap<>();
        shares.put("off", 0);
        shares.put("pages", 95);
        shares.put("canary", 5);
        Splitter splitter = Splitter.of(Action.To.of(shares));
        assertThat(splitter.services()).containsExactly("pages", "canary");
        SplittableRandom random = new SplittableRandom(SEED);
        int[] counts = new int[2];
        for (int i = 0; i < REQUESTS; i++) {
            counts[splitter.pick(random)]++;
        }
        // Standard deviation √(n·p·q) ≈ 69; five of them.
        assertThat(counts[1]).isCloseTo(REQUESTS / 20, Offset.offset(345));
    }

    @Test
    void givesEverythingToASingleService() {
        Splitter splitter = Splitter.of(Action.To.of("users"));
        assertThat(splitter.services().get(splitter.pick(new SplittableRandom(SEED))))
                .isEqualTo("users");
    }
}
