package dev.weir.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.OperatingSystemMXBean;
import dev.weir.Gate;
import dev.weir.testkit.Behaviour;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rows 1 to 4: an endpoint that dies, resets, ends one direction only, or swallows connections.
@Faults
class EndpointFaultsTest {
    private static final int CONNECTIONS = 60;

    /// Failures in a row after which an endpoint is ejected, if nothing else is said.
    private static final int FAILURES = 5;

    @TempDir Path folder;

    @Test
    void anEndpointKilledInTheMiddleOfAnswersCutsOnlyThose() throws Exception {
        Path log = folder.resolve("access.log");
        Stage stage =
                Stage.of(
                        3,
                        "logs: { access: { to: %s } }".formatted(log),
                        "",
                        "balance: round-robin");
        List<Sent> sent;
        Set<Integer> begun;
        try (stage) {
            for (int i = 0; i < 3; i++) {
                stage.endpoint(i)
                        .behave(stage.history().answersInHalves("e" + i, Duration.ofMillis(20)));
            }
            Traffic traffic = stage.traffic().withConnections(CONNECTIONS).start();
            traffic.await(1500);
            stage.endpoint(0).kill();
            traffic.await(3000);
            sent = traffic.stop();
            begun = stage.history().begun();
            stage.awaitSaid(0, "ejected for 30 s  ");
        }
        stage.history().holds(sent);
        List<Sent> failed = sent.stream().filter(one -> !one.ok()).toList();
        assertThat(failed).as("those in flight").hasSizeBetween(1, CONNECTIONS);
        assertThat(failed.stream().filter(Sent::idempotent))
                .as("idempotent requests that failed: %s", Stage.tally(sent))
                .allMatch(one -> one.ending() instanceof Sent.Ending.Cut)
                .allMatch(one -> begun.contains(one.id()));
        assertThat(failed).allMatch(one -> one.status() == 0 || one.status() == 502);
        assertThat(attemptsAt(log, stage.endpoint(0), "connect-refused"))
                .as("attempts at the closed port")
                .isLessThanOrEqualTo(FAILURES + CONNECTIONS);
    }

    /// How many attempts failed there for this reason.
    private static long attemptsAt(Path log, ScriptedEndpoint endpoint, String reason)
            throws Exception {
        String attempt =
                "{\"endpoint\":\"%s\",\"reason\":\"%s\"}".formatted(endpoint.address(), reason);
        return Files.readString(log).split(java.util.regex.Pattern.quote(attempt), -1).length - 1;
    }

    /// When an endpoint resets.
    enum Reset {
        ON_ACCEPT,
        ON_REUSE,
        IN_THE_HEAD
    }

    @ParameterizedTest
    @EnumSource
    void aResetBeforeTheAnswerIsSeenByNobodyWhoMayAskTwice(Reset when) throws Exception {
        try (Stage stage = Stage.of(3, "balance: round-robin")) {
            Traffic traffic = stage.traffic().withPerSecond(600).start();
            traffic.await(600);
            AtomicInteger resets = new AtomicInteger();
            if (when == Reset.ON_ACCEPT) {
                stage.endpoint(0).kill();
                try (var _ = ResettingPort.open(stage.endpoint(0).port(), resets)) {
                    traffic.await(1800);
                }
            } else {
                stage.endpoint(0).behave(resetting(stage, when, resets));
                traffic.await(1800);
            }
            List<Sent> sent = traffic.stop();

            // Between the kill and the port that resets, some of the failures in a row may have
            // been refused connects.
            int least = when == Reset.ON_ACCEPT ? 1 : FAILURES;
            assertThat(resets.get()).as("resets").isGreaterThanOrEqualTo(least);
            stage.history().holds(sent);
            assertThat(sent.stream().filter(Sent::idempotent))
                    .as(Stage.tally(sent))
                    .allMatch(Sent::ok);
            List<Sent> posts = sent.stream().filter(one -> !one.idempotent() && !one.ok()).toList();
            assertThat(posts).as(Stage.tally(posts)).allMatch(one -> one.status() == 502);
        }
    }

    /// Every other request, so that the endpoint is not ejected and goes on.
    private static Behaviour resetting(Stage stage, Reset when, AtomicInteger resets) {
        Behaviour answers = stage.history().answers("e0");
        Behaviour resetting =
                stage.history()
                        .noting(
                                "e0",
                                (_, wire) -> {
                                    wire.readBody();
                                    resets.incrementAndGet();
                                    if (when == Reset.IN_THE_HEAD) {
                                        wire.send("HTTP/1.1 200 OK\r\nContent-Le");
                                    }
                                    wire.reset();
                                });
        return (request, wire) ->
                (request.turn() % 2 == 0 ? resetting : answers).answer(request, wire);
    }

    @Test
    void whoEndsOneDirectionAndThenResetsLeavesNothingBehind() throws Exception {
        try (Stage stage = Stage.of(2, "outliers: off, connections: { idle: 300ms }")) {
            assertThat(stage.gate().get("/").status()).isEqualTo(200);
            await().until(() -> stage.endpoint(0).connections().open() == 0);
            await().until(() -> stage.endpoint(1).connections().open() == 0);
            int before = ReturnsToBaseline.descriptors();
            Traffic traffic = stage.traffic().start();
            traffic.await(500);
            stage.endpoint(0).behave(stage.history().noting("e0", endsInHalves()));
            traffic.await(1500);
            stage.endpoint(0).behave(stage.history().answersInHalves("e0", Duration.ofSeconds(3)));
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                RawClient client = stage.gate().client();
                clients.add(client.send("GET / HTTP/1.1\r\nHost: weir.test\r\n\r\n"));
                client.halfClose();
            }
            List<Sent> sent = traffic.stop();
            clients.forEach(RawClient::reset);

            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(
                            () ->
                                    assertThat(ReturnsToBaseline.descriptors())
                                            .isLessThanOrEqualTo(before + 4));
            stage.history().holds(sent);
            assertThat(sent)
                    .as(Stage.tally(sent))
                    .anyMatch(one -> one.ending() instanceof Sent.Ending.Cut)
                    .noneMatch(one -> one.ending() instanceof Sent.Ending.Lost);
            await().atMost(Duration.ofSeconds(15))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(EndpointFaultsTest::idles);
        }
    }

    /// Half an answer, then the end of this direction, then a reset.
    private static Behaviour endsInHalves() {
        return (_, wire) -> {
            wire.readBody();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    LockSupport.parkNanos(20_000_000);
                                    wire.reset();
                                } catch (java.io.IOException gone) {
                                    // Weir has closed the connection already.
                                }
                            });
            wire.halfClose();
        };
    }

    /// Whether this process needs less than 2 % of a processor for half a second.
    private static boolean idles() {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long began = System.nanoTime();
        long cpu = system.getProcessCpuTime();
        LockSupport.parkNanos(500_000_000);
        return system.getProcessCpuTime() - cpu < (System.nanoTime() - began) / 50;
    }

    @Test
    void aPortThatSwallowsConnectionsCostsOneConnectTimeoutUntilItIsEjected() throws Exception {
        Duration timeout = Duration.ofMillis(400);
        History history = new History();
        try (var hole = ScriptedEndpoint.neverAccepting();
                var one = ScriptedEndpoint.start(history.answers("e1"));
                var two = ScriptedEndpoint.start(history.answers("e2"));
                var gate =
                        Gate.open(
                                """
                                routes: [{ to: all }]
                                services:
                                  all:
                                    endpoints: [%s, %s, %s]
                                    balance: round-robin
                                    connections: { connect-timeout: 400ms }
                                """
                                        .formatted(hole.address(), one.address(), two.address()))) {
            Traffic traffic = Traffic.Plan.to(gate.port()).withPerSecond(150).start();
            traffic.await(450);
            List<Sent> sent = traffic.stop();

            history.holds(sent);
            assertThat(sent).as(Stage.tally(sent)).allMatch(Sent::ok);
            assertThat(history.arrivals()).as("one attempt elsewhere").hasSameSizeAs(sent);
            List<Sent> held = sent.stream().filter(each -> each.took().toMillis() > 250).toList();
            assertThat(held).hasSizeBetween(FAILURES, 150 / 3 / 2 + FAILURES);
            assertThat(Stage.took(held, 0.5))
                    .isBetween(percent(timeout, 90), percent(timeout, 110));
            assertThat(Stage.took(held, 1)).isLessThan(percent(timeout, 150));
            List<Sent> others = sent.stream().filter(each -> !held.contains(each)).toList();
            assertThat(Stage.took(others, 0.9)).isLessThan(Duration.ofMillis(20));
            assertThat(gate.events()).hasSize(1);
            assertThat(gate.events().getFirst()).contains(hole.address() + "  ejected for 30 s  ");
        }
    }

    private static Duration percent(Duration of, int percent) {
        return of.multipliedBy(percent).dividedBy(100);
    }
}
