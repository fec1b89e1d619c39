package dev.weir.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.Gate;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows 5 and 6: endpoints, and networks before them, that are slow.
@Faults
class SlowEndpointTest {
    private static final Duration SLOW = Duration.ofSeconds(2);
    private static final int PER_SECOND = 300;

    /// Ids of the second route's requests begin here.
    private static final int OTHERS = 1_000_000;

    @ParameterizedTest
    @ValueSource(strings = {"least-requests", "peak-ewma", "prequal"})
    void anEndpointThatBecomesSlowLosesItsRequestsToTheOthers(String policy) throws Exception {
        History history = new History();
        List<ScriptedEndpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            endpoints.add(ScriptedEndpoint.start(history.answers("e" + i)));
        }
        try (var gate = twoRoutes(endpoints, policy);
                var apart = Gate.open(Gate.to(endpoints.getLast().address()))) {
            Traffic.Plan plan = Traffic.Plan.to(gate.port()).withPerSecond(PER_SECOND);
            Traffic traffic = plan.start();
            Traffic other = other(gate).start(OTHERS);
            Traffic untouched = other(apart).start(2 * OTHERS);
            traffic.goOn(Duration.ofSeconds(2));
            long slowSince = System.nanoTime();
            endpoints.getFirst().behave(Behaviours.delay(SLOW, history.answers("e0")));
            traffic.goOn(Duration.ofSeconds(4));
            List<Sent> sent = new ArrayList<>(traffic.stop());
            List<Sent> others = other.stop();
            List<Sent> elsewhere = untouched.stop();

            long load = sent.stream().filter(one -> one.atNanos() - slowSince >= 0).count();
            assertThat(history.since("e0", slowSince) / (load / 3.0))
                    .as("its part of a fair share, with %s", policy)
                    .isLessThan(0.1);
            assertThat(load).as("no queue grows").isGreaterThan((long) (4 * PER_SECOND * 0.95));
            assertThat(p99(others, slowSince))
                    .as("p99 of the other route; elsewhere %s", p99(elsewhere, slowSince))
                    .isLessThan(p99(elsewhere, slowSince).plus(Duration.ofMillis(20)));
            sent.addAll(others);
            sent.addAll(elsewhere);
            history.holds(sent);
            assertThat(sent).as(Stage.tally(sent)).allMatch(Sent::ok);
        } finally {
            endpoints.forEach(ScriptedEndpoint::close);
        }
    }

    /// Requests to the fourth endpoint. A second gateway, which knows nothing of the slow one, gets as many at the same time: a stall of the machine
    /// is in both figures.
    private static Traffic.Plan other(Gate gate) {
        return Traffic.Plan.to(gate.port())
                .withPerSecond(PER_SECOND)
                .withTarget("/other")
                .withConnections(10);
    }

    private static Duration p99(List<Sent> sent, long slowSince) {
        return Stage.took(
                sent.stream().filter(one -> one.atNanos() - slowSince >= 0).toList(), 0.99);
    }

    /// Three endpoints behind one route, a fourth behind another. That traffic ejects the slow one is left out: the policy is judged.
    private static Gate twoRoutes(List<ScriptedEndpoint> endpoints, String policy)
            throws Exception {
        return Gate.open(
                """
                routes:
                  - { match: { path: /other }, to: other }
                  - { to: all }
                services:
                  all: { endpoints: [%s], balance: %s, outliers: off }
                  other: { endpoints: [%s] }
                """
                        .formatted(
                                endpoints.stream()
                                        .limit(3)
                                        .map(ScriptedEndpoint::address)
                                        .collect(Collectors.joining(", ")),
                                policy,
                                endpoints.getLast().address()));
    }

    @Test
    void aPoorNetworkGarblesAndLosesNothingThatMayBeSentTwice() throws Exception {
        var poor =
                new FaultyWire.Weather(
                        Duration.ofMillis(3), Duration.ofMillis(6), 200_000, 0.004, false);
        History history = new History();
        try (var endpoint = ScriptedEndpoint.start(history.answers("e0"));
                var one = FaultyWire.to(endpoint.port(), poor, 1);
                var two = FaultyWire.to(endpoint.port(), poor, 2);
                var three = FaultyWire.to(endpoint.port(), poor, 3);
                // Each of the three may break, so that two attempts may meet a break each.
                var gate =
                        Gate.open(
                                Gate.to(one.address(), two.address(), three.address())
                                        .replace("to: all", "retry: { attempts: 5 }, to: all"))) {
            Traffic traffic = Traffic.Plan.to(gate.port()).start();
            traffic.await(6000);
            List<Sent> sent = traffic.stop();

            int cuts = one.cuts() + two.cuts() + three.cuts();
            assertThat(cuts).as("connections that broke").isGreaterThan(20);
            history.holds(sent);
            List<Sent> failed = sent.stream().filter(each -> !each.ok()).toList();
            assertThat(failed).as(Stage.tally(sent)).hasSizeLessThanOrEqualTo(cuts);
            assertThat(failed.stream().filter(Sent::idempotent))
                    .as("answers that had begun: %s", Stage.tally(sent))
                    .allMatch(each -> each.ending() instanceof Sent.Ending.Cut);
            assertThat(failed).allMatch(each -> each.status() == 0 || each.status() == 502);
        }
    }

    @Test
    void aNetworkThatStandsStillIsGivenUpAfterTheTimeThatIsConfigured() throws Exception {
        try (var endpoint =
                        ScriptedEndpoint.start(
                                Behaviours.trickle(
                                        "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"
                                                .concat("x".repeat(900))
                                                .getBytes(
                                                        java.nio.charset.StandardCharsets
                                                                .ISO_8859_1),
                                        Duration.ofMillis(1)));
                var wire = FaultyWire.to(endpoint.port(), FaultyWire.Weather.FAIR, 1);
                var gate =
                        Gate.open(
                                """
                                routes: [{ to: all, timeout: { first-byte: 500ms, idle: 700ms } }]
                                services: { all: { endpoints: [%s] } }
                                """
                                        .formatted(wire.address()));
                RawClient early = gate.client();
                RawClient late = gate.client()) {
            assertThat(gate.get("/").status()).isEqualTo(200);
            late.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(late.readBytes(15))
                    .isEqualTo(
                            "HTTP/1.1 200 OK"
                                    .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            long began = System.nanoTime();
            wire.turn(FaultyWire.Weather.FAIR.butStalled());
            RawResponse response = early.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
            assertThat(response.status()).isEqualTo(504);
            assertThat(since(began)).isBetween(Duration.ofMillis(450), Duration.ofMillis(600));
            late.readUntilClosed();
            assertThat(since(began)).isBetween(Duration.ofMillis(630), Duration.ofMillis(850));
        }
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
