package dev.weir.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Rows 7 and 8: an endpoint that comes and goes, and all endpoints gone.
@Faults
class ComingAndGoingTest {
    private static final int CONNECTIONS = 60;
    private static final int TURNS = 3;

    @Test
    void anEndpointThatFlapsCostsNothingButWhatIsInFlight() throws Exception {
        try (Stage stage =
                Stage.of(
                        3,
                        """
                        balance: { hash: header.X-Key },
                        health: { protocol: tcp, every: 200ms, up-after: 2, down-after: 2 }""")) {
            long began = System.nanoTime();
            Traffic traffic =
                    stage.traffic().withConnections(CONNECTIONS).withPerSecond(600).start();
            traffic.goOn(Duration.ofSeconds(1));
            long firstKill = System.nanoTime();
            for (int i = 0; i < TURNS; i++) {
                stage.endpoint(0).kill();
                traffic.goOn(Duration.ofSeconds(1));
                stage.endpoint(0).revive();
                traffic.goOn(Duration.ofSeconds(1));
            }
            List<Sent> sent = traffic.stop();
            Duration took = Duration.ofNanos(System.nanoTime() - began);

            stage.history().holds(sent);
            assertThat(sent.stream().filter(Sent::idempotent))
                    .as(Stage.tally(sent))
                    .allMatch(Sent::ok);
            List<Sent> failed = sent.stream().filter(one -> !one.ok()).toList();
            assertThat(failed).hasSizeLessThanOrEqualTo(TURNS * CONNECTIONS);
            assertThat(failed).allMatch(one -> one.status() == 0 || one.status() == 502);
            assertThat(moved(sent, firstKill))
                    .as("share of keys that other endpoints got")
                    .isLessThan(1.0 / 3 + 0.05);
            assertThat(stage.gate().events())
                    .as("at most a line a second from checks, and one from traffic")
                    .hasSizeLessThanOrEqualTo(2 * (int) took.toSeconds() + 2);
        }
    }

    /// The share of keys of which any endpoint got a request that they did not belong to before.
    private static double moved(List<Sent> sent, long since) {
        Map<Integer, String> before =
                sent.stream()
                        .filter(one -> one.atNanos() - since < 0)
                        .collect(
                                Collectors.toMap(
                                        ComingAndGoingTest::key, Sent::endpoint, (a, b) -> a));
        Set<Integer> moved =
                sent.stream()
                        .filter(one -> one.atNanos() - since >= 0 && one.ok())
                        .filter(one -> !one.endpoint().equals(before.get(key(one))))
                        .map(ComingAndGoingTest::key)
                        .collect(Collectors.toSet());
        return (double) moved.size() / before.size();
    }

    private static int key(Sent one) {
        return one.id() % 300;
    }

    @Test
    void anEndpointThatFailsItsChecksGetsNothingUntilTheyAreGoodAgain() throws Exception {
        try (Stage stage =
                Stage.of(
                        3,
                        """
                        balance: round-robin, slow-start: 0s,
                        health: { path: /health, every: 100ms, up-after: 2, down-after: 2 }""")) {
            Traffic traffic = stage.traffic().withPerSecond(600).start();
            for (int i = 1; i <= TURNS; i++) {
                Behaviour answers = stage.history().answers("e0");
                stage.endpoint(0).behave(sick(answers));
                times(stage, "  down  ", i);
                traffic.goOn(Duration.ofMillis(50)); // what was sent just before arrives
                int before = stage.history().arrivals("e0").size();
                traffic.goOn(Duration.ofMillis(500));
                assertThat(stage.history().arrivals("e0")).as("I5").hasSize(before);
                stage.endpoint(0).behave(answers);
                times(stage, "  up  ", i);
                await().until(() -> stage.history().arrivals("e0").size() > before + 20);
            }
            List<Sent> sent = traffic.stop();
            stage.history().holds(sent);
            assertThat(sent).as(Stage.tally(sent)).allMatch(Sent::ok);
        }
    }

    private static Behaviour sick(Behaviour answers) {
        Behaviour bad = Behaviours.status(500);
        return (request, wire) ->
                (request.target().equals("/health") ? bad : answers).answer(request, wire);
    }

    private static void times(Stage stage, String words, int times) {
        await().pollInterval(Duration.ofMillis(5))
                .until(
                        () ->
                                stage.said(0).stream().filter(line -> line.contains(words)).count()
                                        == times);
    }

    @Test
    void withAllEndpointsDownClientsHearSoAtOnceAndAreServedWhenOneIsBack() throws Exception {
        Duration every = Duration.ofSeconds(1);
        try (Stage stage =
                Stage.of(3, "health: { protocol: tcp, every: 1s, up-after: 1, down-after: 1 }")) {
            Traffic warm = stage.traffic().start();
            warm.await(2000);
            stage.endpoints().forEach(ScriptedEndpoint::kill);
            for (int i = 0; i < 3; i++) {
                stage.awaitSaid(i, "  down  ");
            }
            warm.stop();
            int threads = ManagementFactory.getThreadMXBean().getThreadCount();
            long heap = heapAfterCollection();

            allRefused(stage.traffic().withPerSecond(600).start(OTHERS));

            assertThat(ManagementFactory.getThreadMXBean().getThreadCount())
                    .isLessThanOrEqualTo(threads + 2);
            assertThat(heapAfterCollection() - heap).isLessThan(8L << 20);
            stage.endpoint(1).revive();
            long revived = System.nanoTime();
            try (RawClient client = stage.gate().client()) {
                await().pollInterval(Duration.ofMillis(5)).until(() -> status(client) == 200);
            }
            // A check comes up to 20 % late.
            assertThat(Duration.ofNanos(System.nanoTime() - revived))
                    .isLessThan(every.multipliedBy(13).dividedBy(10));
        }
    }

    private static final int OTHERS = 1_000_000;

    private static void allRefused(Traffic traffic) {
        traffic.goOn(Duration.ofSeconds(2));
        List<Sent> sent = traffic.stop();
        assertThat(sent).hasSizeGreaterThan(1000);
        assertThat(sent.stream().map(Sent::ending))
                .as(Stage.tally(sent))
                .containsOnly(new Sent.Ending.Answered(503, "", true));
        assertThat(Stage.took(sent, 0.95)).isLessThan(Duration.ofMillis(10));
    }

    private static int status(RawClient client) {
        RawResponse response =
                client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Test-Id: 1\r\n\r\n").readResponse();
        return response.status();
    }

    private static long heapAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
