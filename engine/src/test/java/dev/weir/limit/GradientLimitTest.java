package dev.weir.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The limit before a service with room for 50 requests of 10 ms each, exponential, which queues what is above that: its capacity is 5000
/// requests a second, and λ·W at capacity is 50.
class GradientLimitTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int ROOM = 50;
    private static final double WORK_SECONDS = 0.010;
    private static final double CAPACITY = ROOM / WORK_SECONDS;

    private final GradientLimit limit = new GradientLimit(5, 2000, 100);
    private final SplittableRandom random = new SplittableRandom(42);

    /// When each of the service's rooms is free again, in seconds; and the ends of what is under way.
    private final PriorityQueue<Double> rooms = new PriorityQueue<>();

    private final PriorityQueue<double[]> underWay =
            new PriorityQueue<>((a, b) -> Double.compare(a[0], b[0]));
    private double now;

    /// Up to which part of the limit requests are let in.
    private double open = 1;

    private record Phase(double answeredPerSecond, double refusedShare, double meanLatency) {}

    private GradientLimitTest service(int room) {
        for (int i = 0; i < room; i++) {
            rooms.add(0.0);
        }
        return this;
    }

    /// Requests at random for so long.
    private Phase load(double perSecond, double seconds, double workSeconds) {
        double end = now + seconds;
        int answered = 0;
        int came = 0;
        int refused = 0;
        double latencies = 0;
        while (now < end) {
            now += -Math.log(1 - random.nextDouble()) / perSecond;
            while (!underWay.isEmpty() && underWay.peek()[0] <= now) {
                double[] done = underWay.remove();
                double latency = done[0] - done[1];
                limit.sample(
                        (long) (latency * SECOND), underWay.size() + 1, (long) (done[0] * SECOND));
                answered++;
                latencies += latency;
            }
            came++;
            if (underWay.size() >= open * limit.limit()) {
                limit.refused();
                refused++;
                continue;
            }
            double begins = Math.max(now, rooms.remove());
            double ends = begins - Math.log(1 - random.nextDouble()) * workSeconds;
            rooms.add(ends);
            underWay.add(new double[] {ends, now});
        }
        return new Phase(answered / seconds, (double) refused / came, latencies / answered);
    }

    @Test
    void settlesNearTheRoomThatThereIsWhenLoadStepsFromHalfToTwiceTheCapacity() {
        service(ROOM);
        Phase quiet = load(0.5 * CAPACITY, 30, WORK_SECONDS);
        assertThat(quiet.refusedShare()).isLessThan(0.001);

        load(2 * CAPACITY, 10, WORK_SECONDS);
        Phase settled = load(2 * CAPACITY, 60, WORK_SECONDS);

        assertThat(settled.answeredPerSecond()).isGreaterThan(0.95 * CAPACITY);
        double room = settled.answeredPerSecond() * WORK_SECONDS;
        assertThat(limit.limit() / room).as("limit ÷ λ·W, W without queue").isBetween(1.0, 2.0);
        assertThat(limit.limit() / (settled.answeredPerSecond() * settled.meanLatency()))
                .as("limit ÷ λ·W, W as it is (Little's law)")
                .isBetween(0.9, 1.15);
        assertThat(settled.meanLatency()).as("seconds").isLessThan(2 * WORK_SECONDS);
    }

    @Test
    void doesNotGrowWithoutEndUnderOverloadThatLasts() {
        service(ROOM);
        load(0.5 * CAPACITY, 30, WORK_SECONDS);

        Phase lasting = load(2 * CAPACITY, 600, WORK_SECONDS);

        assertThat(lasting.answeredPerSecond()).isGreaterThan(0.95 * CAPACITY);
        assertThat(limit.limit()).isBetween(ROOM, 2 * ROOM);
    }

    @Test
    void doesNotGrowWithoutEndWhereATenthIsHeldFreeForMoreImportantRequests() {
        service(ROOM);
        open = 0.9;
        load(0.5 * CAPACITY, 30, WORK_SECONDS);

        Phase lasting = load(2 * CAPACITY, 600, WORK_SECONDS);

        assertThat(lasting.answeredPerSecond()).isGreaterThan(0.9 * CAPACITY);
        assertThat(limit.limit()).isBetween(ROOM, 3 * ROOM);
    }

    @Test
    void refusesNobodyAgainSoonAfterTheOverload() {
        service(ROOM);
        load(0.5 * CAPACITY, 30, WORK_SECONDS);
        load(3 * CAPACITY, 60, WORK_SECONDS);

        load(0.7 * CAPACITY, 2, WORK_SECONDS);
        Phase after = load(0.7 * CAPACITY, 10, WORK_SECONDS);

        assertThat(after.refusedShare()).isLessThan(0.001);
        assertThat(after.meanLatency()).isLessThan(1.2 * WORK_SECONDS);
    }

    @Test
    void followsAServiceThatBecomesTwiceAsFast() {
        service(ROOM);
        load(1.5 * CAPACITY, 60, WORK_SECONDS);

        Phase faster = load(3 * CAPACITY, 60, WORK_SECONDS / 2);

        assertThat(faster.answeredPerSecond()).isGreaterThan(1.9 * CAPACITY);
        assertThat(limit.limit()).isBetween(ROOM, 2 * ROOM);
    }

    @Test
    void findsOutUnderOverloadThatTheServiceHasBecomeThreeTimesAsSlow() {
        service(ROOM);
        load(0.5 * CAPACITY, 30, WORK_SECONDS);

        load(2 * CAPACITY, 100, 3 * WORK_SECONDS);
        Phase slower = load(2 * CAPACITY, 30, 3 * WORK_SECONDS);

        assertThat(slower.answeredPerSecond()).isGreaterThan(0.9 * CAPACITY / 3);
        assertThat(limit.limit()).isBetween(ROOM, 2 * ROOM);
    }

    @Test
    void staysWhereItIsWhileHardlyUsed() {
        service(ROOM);
        load(0.1 * CAPACITY, 60, WORK_SECONDS);
        assertThat(limit.limit()).isEqualTo(100);
    }

    @Test
    void neverLeavesItsBounds() {
        GradientLimit bounded = new GradientLimit(10, 12, 11);
        for (int i = 0; i < 10_000; i++) {
            bounded.sample(i % 7 == 0 ? SECOND : 1_000_000, 1000, i * 10_000_000L);
            assertThat(bounded.limit()).isBetween(10, 12);
        }
    }
}
