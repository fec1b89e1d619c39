package dev.weir.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.exchange.Priority;
import java.util.EnumMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Before a limit of 100 requests under way of 50 ms each: the capacity is 2000 a second.
class SheddingTest {
    private static final int LIMIT = 100;
    private static final double WORK_SECONDS = 0.050;
    private static final double CAPACITY = LIMIT / WORK_SECONDS;

    private final Shedding shedding = new Shedding(0);
    private final SplittableRandom random = new SplittableRandom(7);
    private final PriorityQueue<Double> underWay = new PriorityQueue<>();
    private double now;

    /// The shares of requests that passed, by priority.
    private Map<Priority, Double> load(Map<Priority, Double> perSecond, double seconds) {
        Map<Priority, Integer> came = new EnumMap<>(Priority.class);
        Map<Priority, Integer> passed = new EnumMap<>(Priority.class);
        double all = perSecond.values().stream().mapToDouble(rate -> rate).sum();
        double end = now + seconds;
        while (now < end) {
            now += -Math.log(1 - random.nextDouble()) / all;
            while (!underWay.isEmpty() && underWay.peek() <= now) {
                underWay.remove();
            }
            Priority priority = draw(perSecond, all);
            came.merge(priority, 1, Integer::sum);
            long nanos = (long) (now * 1e9);
            if (underWay.size() < shedding.room(priority, LIMIT, nanos)) {
                passed.merge(priority, 1, Integer::sum);
                underWay.add(now - Math.log(1 - random.nextDouble()) * WORK_SECONDS);
            }
        }
        Map<Priority, Double> shares = new EnumMap<>(Priority.class);
        came.forEach((one, count) -> shares.put(one, passed.getOrDefault(one, 0) / (double) count));
        return shares;
    }

    private Priority draw(Map<Priority, Double> perSecond, double all) {
        double at = random.nextDouble() * all;
        for (Map.Entry<Priority, Double> entry : perSecond.entrySet()) {
            at -= entry.getValue();
            if (at < 0) {
                return entry.getKey();
            }
        }
        return Priority.NORMAL;
    }

    @Test
    void criticalRequestsPassAtThreeTimesTheCapacity() {
        Map<Priority, Double> load =
                Map.of(
                        Priority.CRITICAL, 0.5 * CAPACITY,
                        Priority.NORMAL, 1.5 * CAPACITY,
                        Priority.LOW, 1.0 * CAPACITY);
        load(load, 3);
        Map<Priority, Double> shares = load(load, 20);

        assertThat(shares.get(Priority.CRITICAL)).isGreaterThan(0.995);
        assertThat(shares.get(Priority.LOW)).isLessThan(0.05);
        double used =
                0.5 * shares.get(Priority.CRITICAL)
                        + 1.5 * shares.get(Priority.NORMAL)
                        + shares.get(Priority.LOW);
        assertThat(used).as("of the capacity").isGreaterThan(0.85);
    }

    @Test
    void requestsOfOnePriorityHaveTheWholeLimit() {
        Map<Priority, Double> shares = load(Map.of(Priority.NORMAL, 3 * CAPACITY), 10);
        assertThat(shares.get(Priority.NORMAL)).isBetween(0.31, 0.36);
    }

    @Test
    void shedsNothingFarBelowTheLimit() {
        Map<Priority, Double> shares =
                load(
                        Map.of(
                                Priority.CRITICAL, 0.1 * CAPACITY,
                                Priority.NORMAL, 0.2 * CAPACITY,
                                Priority.LOW, 0.1 * CAPACITY),
                        10);
        assertThat(shares.values()).allMatch(share -> share == 1.0);
    }

    @Test
    void keepsATenthForEachMoreImportantPriorityThatIsThere() {
        long second = 1_000_000_000L;
        assertThat(shedding.room(Priority.LOW, LIMIT, second)).isEqualTo(100);
        shedding.room(Priority.CRITICAL, LIMIT, second);
        assertThat(shedding.room(Priority.LOW, LIMIT, second)).isEqualTo(90);
        shedding.room(Priority.NORMAL, LIMIT, second);
        assertThat(shedding.room(Priority.LOW, LIMIT, second)).isEqualTo(80);
        assertThat(shedding.room(Priority.NORMAL, LIMIT, second)).isEqualTo(90);
        assertThat(shedding.room(Priority.CRITICAL, LIMIT, second)).isEqualTo(100);
        assertThat(shedding.room(Priority.LOW, 4, second)).as("of a small limit").isEqualTo(2);
        assertThat(shedding.room(Priority.LOW, 1, second)).isEqualTo(1);
        assertThat(shedding.room(Priority.LOW, LIMIT, 2 * second))
                .as("a second later")
                .isEqualTo(100);
    }
}
