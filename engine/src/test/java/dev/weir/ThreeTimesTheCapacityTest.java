package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.ScriptedEndpoint;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Three times the requests that an endpoint can answer, in an open loop. The endpoint works on ten at a time for 50 ms each, 200 a second,
/// and lets the others wait, so that without a limit every answer would come later than the one before it.
@Tag("faults")
class ThreeTimesTheCapacityTest {
    private static final int ROOM = 10;
    private static final Duration WORK = Duration.ofMillis(50);
    private static final int CAPACITY = 200;

    private static Behaviour busy() {
        Semaphore room = new Semaphore(ROOM, true);
        return (request, wire) -> {
            room.acquireUninterruptibly();
            try {
                long end = System.nanoTime() + WORK.toNanos();
                for (long left = WORK.toNanos(); left > 0; left = end - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            } finally {
                room.release();
            }
            Behaviours.ok("a").answer(request, wire);
        };
    }

    private static Arrivals load(Gate gate, double times, int seconds) throws Exception {
        Arrivals arrivals =
                Arrivals.at(
                        (int) (times * CAPACITY),
                        Duration.ofSeconds(seconds),
                        gate.port(),
                        id -> id % 6 == 0 ? "/critical" : id % 6 <= 3 ? "/" : "/low");
        assertThat(arrivals.answers()).allMatch(one -> one.status() == 200 || one.status() == 503);
        assertThat(arrivals.refused().answers())
                .allMatch(one -> one.response().header("Retry-After") != null);
        return arrivals;
    }

    /// None, but for a stall of the machine that this runs on.
    private static void few(Arrivals arrivals) {
        assertThat(arrivals.refused().of(arrivals)).as("%s", arrivals).isLessThan(0.05);
    }

    private static final String ROUTES =
            """
            routes:
              - { match: { path: /critical }, priority: critical, %1$s to: all }
              - { match: { path: /low }, priority: low, %1$s to: all }
              - { %1$s to: all }
            """;

    @Test
    void aLineKeepsAnswersQuickAndServesWhatIsCritical() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(busy());
                var gate =
                        Gate.open(
                                ROUTES.formatted("")
                                        + """
                                          services:
                                            all:
                                              endpoints: [%s]
                                              connections: { max: 12, pending: 100, max-wait: 400ms }
                                          """
                                                .formatted(endpoint.address()))) {
            few(load(gate, 0.5, 1));
            load(gate, 3, 1);

            Arrivals over = load(gate, 3, 3);

            assertThat(over.ok().perSecond()).as("%s", over).isGreaterThan(0.8 * CAPACITY);
            // Until the line stands, the wait is up to its max-wait.
            assertThat(over.ok().latency(0.99)).as("%s", over).isLessThan(Duration.ofMillis(700));
            Arrivals critical = over.where(one -> one.path().equals("/critical"));
            assertThat(critical.ok().of(critical)).as("%s", critical).isGreaterThan(0.98);
            Arrivals low = over.where(one -> one.path().equals("/low"));
            assertThat(low.ok().of(low)).as("%s", low).isLessThan(0.1);

            load(gate, 0.7, 1);
            few(load(gate, 0.7, 1));
        }
    }

    @Test
    void aGradientRefusesAtOnceAndKeepsAnswersQuick() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(busy());
                var gate =
                        Gate.open(
                                """
                                routes:
                                  - filters: [{ concurrency-limit: { gradient: true, min: 5 } }]
                                    to: all
                                services: { all: { endpoints: [%s] } }
                                """
                                        .formatted(endpoint.address()))) {
            few(load(gate, 0.5, 3));
            load(gate, 3, 5);

            Arrivals over = load(gate, 3, 3);

            assertThat(over.ok().perSecond()).as("%s", over).isGreaterThan(0.8 * CAPACITY);
            assertThat(over.ok().latency(0.99)).as("%s", over).isLessThan(Duration.ofMillis(400));
            assertThat(over.refused().latency(0.5)).as("%s", over).isLessThan(Duration.ofMillis(5));

            load(gate, 0.7, 1);
            few(load(gate, 0.7, 1));
        }
    }
}
