package dev.weir.health;

import static dev.weir.health.CheckedPorts.LONG;
import static dev.weir.health.CheckedPorts.awaitLast;
import static dev.weir.health.CheckedPorts.endpoint;
import static dev.weir.health.CheckedPorts.users;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.health.EndpointHealth.State;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Checks that run against real sockets: what waits for what, and what does not.
@Timeout(180)
class HealthChecksTimingTest {
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final Duration SELDOM = Duration.ofHours(1);

    private final CheckedPorts ports = new CheckedPorts();

    @AfterEach
    void closePorts() throws Exception {
        ports.close();
    }

    @Test
    void twentyHungAndTwentyDeadEndpointsAreNoticedWithinOneTimeout() throws Exception {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            endpoints.add(endpoint("hung " + i, ports.hanging().address(), i));
        }
        for (int i = 20; i < 40; i++) {
            endpoints.add(endpoint("dead " + i, ScriptedPort.closed(), i));
        }
        Duration timeout = Duration.ofSeconds(2);
        Service users =
                users(
                        HealthConfig.of("/").withTiming(SELDOM, timeout),
                        endpoints.toArray(Endpoint[]::new));
        HealthChecks checks = ports.start(users);

        // One after the other they would take 40 seconds; the rest of ten is for a busy machine.
        assertThat(checks.awaitFirstResults(timeout.multipliedBy(5))).isTrue();
        assertThat(users.members().usable()).isEmpty();
        assertThat(ports.lines())
                .hasSize(41)
                .contains("users  hung 0  down  timeout after 2s (first check)")
                .contains("users  dead 20  down  connect refused (first check)")
                .endsWith("users  no endpoint is up: requests get 503");
    }

    @Test
    void aHungEndpointStopsNobodyElsesChecks() throws Exception {
        Endpoint hung = endpoint("hung", ports.hanging().address(), 0);
        ScriptedPort lively = ports.port(ScriptedPort.always(ScriptedPort.OK));
        HealthChecks checks =
                ports.start(
                        users(
                                HealthConfig.of("/").withTiming(OFTEN, Duration.ofMinutes(10)),
                                hung,
                                endpoint("lively", lively.address(), 1)));

        await().atMost(LONG).until(() -> lively.connections() >= 20);
        assertThat(checks.of(hung).orElseThrow().state()).isEqualTo(State.UNKNOWN);
        assertThat(hung.state().up()).as("unknown counts as usable").isTrue();
    }

    /// No check is answered before all have come.
    @Test
    void aThousandEndpointsAreCheckedAtTheSameTime() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1000);
        ScriptedPort port =
                ports.port(
                        connection -> {
                            arrived.countDown();
                            arrived.await();
                            ScriptedPort.always(ScriptedPort.OK).serve(connection);
                        });
        Endpoint[] endpoints = new Endpoint[1000];
        Arrays.setAll(endpoints, i -> endpoint("endpoint " + i, port.address(), i));
        HealthChecks checks =
                ports.start(
                        users(
                                HealthConfig.of("/").withTiming(SELDOM, Duration.ofMinutes(2)),
                                endpoints));

        assertThat(checks.awaitFirstResults(Duration.ofMinutes(2))).isTrue();
        assertThat(ports.lines()).containsExactly("users  1000 of 1000 endpoints up");
        assertThat(port.connections()).isEqualTo(1000);
    }

    /// With an hour between checks only the faster pace can bring three results.
    @Test
    void aFailedConnectMakesADeadEndpointGoDownSoon() throws Exception {
        ScriptedPort port = ports.port(ScriptedPort.always(ScriptedPort.OK));
        Endpoint endpoint = endpoint("127.0.0.1:8081", port.address(), 0);
        HealthChecks checks =
                ports.start(users(HealthConfig.of("/").withTiming(SELDOM, LONG), endpoint));
        assertThat(checks.awaitFirstResults(LONG)).isTrue();
        port.close();

        checks.connectFailed(endpoint);

        awaitLast(checks, endpoint, "connect refused");
        await().atMost(LONG).until(() -> !endpoint.state().up());
        ports.awaitLines(
                "users  1 of 1 endpoints up",
                "users  127.0.0.1:8081  down  connect refused (3 of 3)",
                "users  no endpoint is up: requests get 503");
    }

    @Test
    void aStormOfFailedConnectsIsNoStormOfChecks() throws Exception {
        ScriptedPort port = ports.port(ScriptedPort.always(ScriptedPort.OK));
        Endpoint endpoint = endpoint("127.0.0.1:8081", port.address(), 0);
        long begun = System.nanoTime();
        HealthChecks checks =
                ports.start(users(HealthConfig.of("/").withTiming(SELDOM, LONG), endpoint));
        assertThat(checks.awaitFirstResults(LONG)).isTrue();

        await().atMost(LONG)
                .until(
                        () -> {
                            for (int i = 0; i < 1000; i++) {
                                checks.connectFailed(endpoint);
                            }
                            return port.connections() >= 4;
                        });

        long quarters = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 250;
        assertThat((long) port.connections()).isLessThanOrEqualTo(quarters + 1);
        assertThat(endpoint.state().up()).isTrue();
    }

    @Test
    void saysWhenAServiceIsCheckedNext() throws Exception {
        Service users =
                users(
                        HealthConfig.of("tcp").withTiming(SELDOM, LONG),
                        endpoint("127.0.0.1:8081", ScriptedPort.closed(), 0),
                        endpoint("127.0.0.1:8084", ScriptedPort.closed(), 1));
        HealthChecks checks = ports.start(users);
        assertThat(checks.awaitFirstResults(LONG)).isTrue();

        await().atMost(LONG)
                .untilAsserted(
                        () ->
                                assertThat(checks.nextCheck(users))
                                        .isBetween(Duration.ofMinutes(40), Duration.ofMinutes(72)));
    }

    @Test
    void awaitingFirstResultsGivesUp() throws Exception {
        HealthChecks checks =
                ports.start(
                        users(
                                HealthConfig.of("/").withTiming(SELDOM, Duration.ofMinutes(10)),
                                endpoint("hung", ports.hanging().address(), 0)));

        assertThat(checks.awaitFirstResults(Duration.ofMillis(50))).isFalse();
    }
}
