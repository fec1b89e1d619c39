package dev.weir.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Behaviours;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Rows 25 and 27: load that Weir itself could make worse, by repeating, or by giving too much to who has just come back.
@Faults
class StormTest {
    private static final Duration WORK = Duration.ofMillis(20);

    @Test
    void retriesStayWithinTheirBudgetWhileEveryThirdAnswerIs503() throws Exception {
        int perSecond = 1200;
        try (Stage stage =
                Stage.of(
                        3,
                        "",
                        "retry: { attempts: 3, budget: 10% },",
                        "balance: least-requests, outliers: off")) {
            AtomicInteger broken = new AtomicInteger();
            for (int i = 0; i < 3; i++) {
                // Nine at a time for 20 ms each: 1350 a second in all. The load and its retries
                // need 98 % of that.
                Capacity capacity = new Capacity(9, WORK);
                stage.endpoint(i).behave(working(stage.history(), "e" + i, capacity, broken));
            }
            Traffic traffic =
                    stage.traffic()
                            .withConnections(100)
                            .withPerSecond(perSecond)
                            .withGetsOnly()
                            .start();
            traffic.goOn(Duration.ofSeconds(2));
            long faultFrom = System.nanoTime();
            broken.set(30);
            traffic.goOn(Duration.ofSeconds(5));
            broken.set(0);
            long faultTo = System.nanoTime();
            traffic.goOn(Duration.ofSeconds(5));
            List<Sent> sent = traffic.stop();

            stage.history().holds(sent);
            assertThat(sent)
                    .as(Stage.tally(sent))
                    .allMatch(one -> one.status() == 200 || one.status() == 503);
            List<Sent> meanwhile = between(sent, faultFrom, faultTo);
            assertThat(ok(meanwhile)).as("goodput: %s", Stage.tally(meanwhile)).isGreaterThan(0.65);
            long before = sent.stream().filter(one -> one.atNanos() - faultTo < 0).count();
            assertThat(retries(stage.history()) / (double) before)
                    .as("retries of %s requests", before)
                    .isBetween(0.05, 0.10);
            List<Sent> after = sent.stream().filter(one -> one.atNanos() - faultTo > SOON).toList();
            assertThat(ok(after)).as("soon after: %s", Stage.tally(after)).isEqualTo(1);
            // Those that are due wait for a free connection, so that less would be sent if answers
            // came late.
            assertThat(after.size() / (double) (2 * perSecond)).isGreaterThan(0.9);
        }
    }

    private static final long SOON = Duration.ofSeconds(3).toNanos();

    /// @param broken percentage of the answers that are 503; these take as much work as the others
    private static Behaviour working(
            History history, String name, Capacity capacity, AtomicInteger broken) {
        AtomicInteger turn = new AtomicInteger();
        Behaviour bad = Behaviours.status(503);
        Behaviour good = history.answers(name);
        return capacity.worksThen(
                (request, wire) -> {
                    // 37 and 100 have no common divisor: spread evenly
                    if (turn.incrementAndGet() * 37 % 100 < broken.get()) {
                        history.noting(name, bad).answer(request, wire);
                    } else {
                        good.answer(request, wire);
                    }
                });
    }

    private static long retries(History history) {
        Map<Integer, Long> attempts =
                history.arrivals().stream()
                        .collect(Collectors.groupingBy(History.Arrival::id, Collectors.counting()));
        assertThat(attempts.values()).as("attempts per request").allMatch(times -> times <= 3);
        return attempts.values().stream().mapToLong(times -> times - 1).sum();
    }

    private static List<Sent> between(List<Sent> sent, long from, long to) {
        return sent.stream()
                .filter(one -> one.atNanos() - from >= 0 && one.atNanos() - to < 0)
                .toList();
    }

    private static double ok(List<Sent> sent) {
        return sent.stream().filter(Sent::ok).count() / (double) sent.size();
    }

    /// Two endpoints, each good for 500 requests a second when it is warm. One dies and comes back cold, good for 50; within four seconds
    /// it warms up, unless more than forty requests wait for it: then it dies again. The load is 400 a second over 60 connections, so that its
    /// share of a burst, which a stall of the machine leaves behind, is less than that.
    private static final class Cold implements AutoCloseable {
        private static final int WARM = 10;
        private static final int COLD = 1;
        private static final int MOST_WAITING = 40;

        private final Stage stage;
        private final Capacity capacity = new Capacity(WARM, WORK);
        private final AtomicInteger collapses = new AtomicInteger();

        Cold(Duration slowStart) throws Exception {
            stage =
                    Stage.of(
                            2,
                            "balance: round-robin, slow-start: %dms, health: { protocol: tcp, every: 100ms, up-after: 1, down-after: 1 }"
                                    .formatted(slowStart.toMillis()));
            Behaviour works = capacity.worksThen(stage.history().answers("e0"));
            stage.endpoint(0)
                    .behave(
                            (request, wire) -> {
                                if (capacity.waiting() > MOST_WAITING
                                        && collapses.compareAndSet(0, 1)) {
                                    stage.endpoint(0).kill();
                                } else {
                                    works.answer(request, wire);
                                }
                            });
            stage.endpoint(1)
                    .behave(new Capacity(WARM, WORK).worksThen(stage.history().answers("e1")));
        }

        /// Dies and comes back under load.
        ///
        /// @return its part of the load in each half second since
        List<Double> comesBack() throws Exception {
            try (Traffic traffic = stage.traffic().withConnections(60).withPerSecond(400).start()) {
                traffic.goOn(Duration.ofSeconds(1));
                stage.endpoint(0).kill();
                stage.awaitSaid(0, "  down  ");
                capacity.become(COLD);
                long revived = System.nanoTime();
                stage.endpoint(0).revive();
                await().pollInterval(Duration.ofMillis(5))
                        .until(() -> stage.history().since("e0", revived) > 0);
                long up = System.nanoTime();
                for (int room = COLD; room <= WARM; room++) {
                    capacity.become(room);
                    traffic.goOn(Duration.ofMillis(400));
                }
                traffic.goOn(Duration.ofSeconds(1));
                stage.history().holds(traffic.stop());
                return IntStream.range(0, 10).mapToObj(i -> part(up, i)).toList();
            }
        }

        private double part(long up, int half) {
            long from = up + half * 500_000_000L;
            List<History.Arrival> then =
                    stage.history().arrivals().stream()
                            .filter(one -> one.atNanos() - from >= 0)
                            .filter(one -> one.atNanos() - from < 500_000_000L)
                            .toList();
            return then.stream().filter(one -> one.endpoint().equals("e0")).count()
                    / (double) then.size();
        }

        @Override
        public void close() {
            stage.close();
        }
    }

    @Test
    void anEndpointThatComesBackColdGetsItsShareLittleByLittle() throws Exception {
        try (Cold cold = new Cold(Duration.ofSeconds(4))) {
            List<Double> parts = cold.comesBack();
            assertThat(cold.collapses).as("collapses; parts %s", parts).hasValue(0);
            assertThat(parts.getFirst()).as("%s", parts).isLessThan(0.25);
            assertThat(parts.get(2)).as("%s", parts).isBetween(parts.getFirst(), 0.35);
            assertThat(parts.getLast()).as("%s", parts).isBetween(0.45, 0.55);
        }
    }

    /// What slow start is for: the same without it.
    @Test
    void withoutSlowStartTheColdEndpointCollapses() throws Exception {
        try (Cold cold = new Cold(Duration.ZERO)) {
            List<Double> parts = cold.comesBack();
            assertThat(cold.collapses).as("collapses; parts %s", parts).hasValue(1);
        }
    }
}
