package dev.weir.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.health.EndpointHealth.State;
import dev.weir.runtime.Clock;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Checks that run, against real sockets.
@Timeout(180)
class HealthChecksTest {
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final Duration SELDOM = Duration.ofHours(1);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Lines lines = new Lines();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    @Test
    void saysOneLinePerChange() throws Exception {
        ScriptedPort first = port(ScriptedPort.always(ScriptedPort.OK));
        AtomicBoolean found = new AtomicBoolean(true);
        ScriptedPort second = port(okWhile(found));
        Service users =
                users(
                        HealthConfig.of("/health").withTiming(OFTEN, LONG),
                        endpoint("127.0.0.1:8081", first.address(), 0),
                        endpoint("127.0.0.1:8084", second.address(), 1));
        start(users);
        awaitLines("users  2 of 2 endpoints up");

        first.close();
        awaitLines("users  127.0.0.1:8081  down  connect refused (3 of 3)");
        assertThat(users.members().usable()).containsExactly(users.endpoints().get(1));

        found.set(false);
        awaitLines(
                "users  127.0.0.1:8084  down  status 404 (expected 200-399) (3 of 3)",
                "users  no endpoint is up: requests get 503");
        assertThat(users.members().usable()).isEmpty();

        reopen(first.address().getPort());
        awaitLines("users  127.0.0.1:8081  up  status 200 (2 of 2)");
        assertThat(users.members().usable()).containsExactly(users.endpoints().get(0));
    }

    @Test
    void theFirstResultDecides() throws Exception {
        Service users =
                users(
                        HealthConfig.of("tcp").withTiming(SELDOM, LONG).withThresholds(5, 5),
                        endpoint("127.0.0.1:8081", ScriptedPort.closed(), 0),
                        endpoint("127.0.0.1:8084", port(ScriptedPort.always("")).address(), 1));
        HealthChecks checks = start(users);

        assertThat(checks.awaitFirstResults(LONG)).isTrue();
        assertThat(users.members().usable()).containsExactly(users.endpoints().get(1));
        awaitLines(
                "users  127.0.0.1:8081  down  connect refused (first check)",
                "users  1 of 2 endpoints up");
    }

    @Test
    void saysAtTheStartThatNothingIsUp() throws Exception {
        Service users =
                users(
                        HealthConfig.of("tcp").withTiming(SELDOM, LONG),
                        endpoint("127.0.0.1:8081", ScriptedPort.closed(), 0));
        start(users);

        awaitLines(
                "users  127.0.0.1:8081  down  connect refused (first check)",
                "users  no endpoint is up: requests get 503");
    }

    @Test
    void anEndpointThatAnswers404OnHealthIsDown() throws Exception {
        ScriptedPort port =
                port(
                        connection -> {
                            boolean root =
                                    ScriptedPort.head(connection).startsWith("GET / HTTP/1.1\r\n");
                            connection
                                    .getOutputStream()
                                    .write(
                                            (root ? ScriptedPort.OK : ScriptedPort.NOT_FOUND)
                                                    .getBytes(StandardCharsets.US_ASCII));
                        });
        Service root = service("root", "/", port);
        Service health = service("health", "/health", port);
        HealthChecks checks = start(root, health);

        assertThat(checks.awaitFirstResults(LONG)).isTrue();
        assertThat(root.members().usable()).hasSize(1);
        assertThat(health.members().usable()).isEmpty();
    }

    @Test
    void risesAndFallsAfterExactlySoManyResults() throws Exception {
        String script = "+--+---+-+++";
        String states = "++++++----++";
        AtomicInteger asked = new AtomicInteger();
        StringBuffer seen = new StringBuffer();
        Endpoint[] endpoint = new Endpoint[1];
        // A check begins after the one before was judged: each sees the state that the results so
        // far made.
        ScriptedPort port =
                port(
                        connection -> {
                            int number = asked.getAndIncrement();
                            if (number > 0 && number <= script.length()) {
                                seen.append(endpoint[0].state().up() ? '+' : '-');
                            }
                            boolean good =
                                    number >= script.length() || script.charAt(number) == '+';
                            ScriptedPort.always(good ? ScriptedPort.OK : ScriptedPort.NOT_FOUND)
                                    .serve(connection);
                        });
        endpoint[0] = endpoint("127.0.0.1:8081", port.address(), 0);
        start(users(HealthConfig.of("/").withTiming(OFTEN, LONG), endpoint[0]));

        await().atMost(LONG).until(() -> seen.length() == script.length());
        assertThat(seen).hasToString(states);
    }

    @Test
    void oneLostCheckFlipsNothing() throws Exception {
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        ScriptedPort port =
                port(connection -> ScriptedPort.always(answers.take()).serve(connection));
        Endpoint endpoint = endpoint("127.0.0.1:8081", port.address(), 0);
        HealthChecks checks = start(users(HealthConfig.of("/").withTiming(OFTEN, LONG), endpoint));
        answers.add(ScriptedPort.OK);
        awaitLast(checks, endpoint, "status 200");

        answers.add("");
        awaitLast(checks, endpoint, "closed before an answer");
        assertThat(endpoint.state().up()).isTrue();

        answers.add(ScriptedPort.OK);
        awaitLast(checks, endpoint, "status 200");
        assertThat(endpoint.state().up()).isTrue();
        assertThat(lines.said()).containsExactly("users  1 of 1 endpoints up");
    }

    @Test
    void twentyHungAndTwentyDeadEndpointsAreNoticedWithinOneTimeout() throws Exception {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            endpoints.add(endpoint("hung " + i, hanging().address(), i));
        }
        for (int i = 20; i < 40; i++) {
            endpoints.add(endpoint("dead " + i, ScriptedPort.closed(), i));
        }
        Duration timeout = Duration.ofSeconds(2);
        Service users =
                users(
                        HealthConfig.of("/").withTiming(SELDOM, timeout),
                        endpoints.toArray(Endpoint[]::new));
        HealthChecks checks = start(users);

        // One after the other they would take 40 seconds; the rest of ten is for a busy machine.
        assertThat(checks.awaitFirstResults(timeout.multipliedBy(5))).isTrue();
        assertThat(users.members().usable()).isEmpty();
        assertThat(lines.said())
                .hasSize(41)
                .contains("users  hung 0  down  timeout after 2s (first check)")
                .contains("users  dead 20  down  connect refused (first check)")
                .endsWith("users  no endpoint is up: requests get 503");
    }

    @Test
    void aHungEndpointStopsNobodyElsesChecks() throws Exception {
        Endpoint hung = endpoint("hung", hanging().address(), 0);
        ScriptedPort lively = port(ScriptedPort.always(ScriptedPort.OK));
        HealthChecks checks =
                start(
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
                port(
                        connection -> {
                            arrived.countDown();
                            arrived.await();
                            ScriptedPort.always(ScriptedPort.OK).serve(connection);
                        });
        Endpoint[] endpoints = new Endpoint[1000];
        Arrays.setAll(endpoints, i -> endpoint("endpoint " + i, port.address(), i));
        HealthChecks checks =
                start(
                        users(
                                HealthConfig.of("/").withTiming(SELDOM, Duration.ofMinutes(2)),
                                endpoints));

        assertThat(checks.awaitFirstResults(Duration.ofMinutes(2))).isTrue();
        assertThat(lines.said()).containsExactly("users  1000 of 1000 endpoints up");
        assertThat(port.connections()).isEqualTo(1000);
    }

    /// With an hour between checks only the faster pace can bring three results.
    @Test
    void aFailedConnectMakesADeadEndpointGoDownSoon() throws Exception {
        ScriptedPort port = port(ScriptedPort.always(ScriptedPort.OK));
        Endpoint endpoint = endpoint("127.0.0.1:8081", port.address(), 0);
        HealthChecks checks = start(users(HealthConfig.of("/").withTiming(SELDOM, LONG), endpoint));
        assertThat(checks.awaitFirstResults(LONG)).isTrue();
        port.close();

        checks.connectFailed(endpoint);

        awaitLast(checks, endpoint, "connect refused");
        await().atMost(LONG).until(() -> !endpoint.state().up());
        awaitLines(
                "users  1 of 1 endpoints up",
                "users  127.0.0.1:8081  down  connect refused (3 of 3)",
                "users  no endpoint is up: requests get 503");
    }

    @Test
    void aStormOfFailedConnectsIsNoStormOfChecks() throws Exception {
        ScriptedPort port = port(ScriptedPort.always(ScriptedPort.OK));
        Endpoint endpoint = endpoint("127.0.0.1:8081", port.address(), 0);
        long begun = System.nanoTime();
        HealthChecks checks = start(users(HealthConfig.of("/").withTiming(SELDOM, LONG), endpoint));
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
    void anEndpointThatFlapsDoesNotFloodTheLog() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        ScriptedPort port =
                port(
                        connection ->
                                ScriptedPort.always(
                                                asked.getAndIncrement() % 2 == 0
                                                        ? ScriptedPort.OK
                                                        : ScriptedPort.NOT_FOUND)
                                        .serve(connection));
        long begun = System.nanoTime();
        start(
                users(
                        HealthConfig.of("/")
                                .withTiming(Duration.ofMillis(10), LONG)
                                .withThresholds(1, 1),
                        endpoint("127.0.0.1:8081", port.address(), 0)));

        await().atMost(LONG)
                .until(
                        () ->
                                lines.said().stream()
                                        .anyMatch(l -> l.matches(".*  \\d+ changes not shown")));

        long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
        List<String> ofEndpoint =
                lines.said().stream().filter(l -> l.contains("127.0.0.1:8081")).toList();
        assertThat((long) ofEndpoint.size()).isLessThanOrEqualTo(seconds + 1);
        assertThat(lines.said())
                .startsWith(
                        "users  1 of 1 endpoints up",
                        "users  127.0.0.1:8081  down  status 404 (expected 200-399) (1 of 1)",
                        "users  no endpoint is up: requests get 503");
    }

    @Test
    void showsWhatIsKnownOfAnEndpoint() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        ScriptedPort port =
                port(
                        connection -> {
                            answer.await();
                            ScriptedPort.always(ScriptedPort.OK).serve(connection);
                        });
        Endpoint endpoint = endpoint("127.0.0.1:8081", port.address(), 0);
        Clock clock = Clock.of(System::nanoTime, () -> 1_700_000_000_000L);
        HealthChecks checks =
                start(clock, users(HealthConfig.of("/").withTiming(SELDOM, LONG), endpoint));
        Instant now = Instant.ofEpochMilli(1_700_000_000_000L);
        assertThat(checks.of(endpoint))
                .contains(new EndpointHealth(State.UNKNOWN, now, "not checked yet", Duration.ZERO));

        answer.countDown();
        assertThat(checks.awaitFirstResults(LONG)).isTrue();

        EndpointHealth health = checks.of(endpoint).orElseThrow();
        assertThat(health.state()).isEqualTo(State.UP);
        assertThat(health.since()).isEqualTo(now);
        assertThat(health.lastResult()).isEqualTo("status 200");
        assertThat(health.lastLatency()).isBetween(Duration.ofNanos(1), LONG);
    }

    @Test
    void saysWhenAServiceIsCheckedNext() throws Exception {
        Service users =
                users(
                        HealthConfig.of("tcp").withTiming(SELDOM, LONG),
                        endpoint("127.0.0.1:8081", ScriptedPort.closed(), 0),
                        endpoint("127.0.0.1:8084", ScriptedPort.closed(), 1));
        HealthChecks checks = start(users);
        assertThat(checks.awaitFirstResults(LONG)).isTrue();

        await().atMost(LONG)
                .untilAsserted(
                        () ->
                                assertThat(checks.nextCheck(users))
                                        .isBetween(Duration.ofMinutes(40), Duration.ofMinutes(72)));
    }

    @Test
    void leavesServicesWithoutChecksAlone() throws Exception {
        Endpoint endpoint = endpoint("127.0.0.1:8081", ScriptedPort.closed(), 0);
        Service users = new Service("users", ServiceConfig.DEFAULTS, List.of(endpoint));
        HealthChecks checks = start(users);

        assertThat(checks.awaitFirstResults(Duration.ZERO)).isTrue();
        checks.connectFailed(endpoint);
        assertThat(checks.of(endpoint)).isEmpty();
        assertThat(checks.nextCheck(users)).isZero();
        assertThat(endpoint.state().up()).isTrue();
    }

    @Test
    void awaitingFirstResultsGivesUp() throws Exception {
        HealthChecks checks =
                start(
                        users(
                                HealthConfig.of("/").withTiming(SELDOM, Duration.ofMinutes(10)),
                                endpoint("hung", hanging().address(), 0)));

        assertThat(checks.awaitFirstResults(Duration.ofMillis(50))).isFalse();
    }

    private HealthChecks start(Service... services) {
        return start(Clock.system(), services);
    }

    private HealthChecks start(Clock clock, Service... services) {
        HealthChecks checks =
                HealthChecks.start(List.of(services), lines, clock, new SplittableRandom(42));
        open.add(checks);
        return checks;
    }

    private ScriptedPort port(ScriptedPort.Script script) throws Exception {
        ScriptedPort port = ScriptedPort.open(script);
        open.add(port);
        return port;
    }

    private ScriptedPort hanging() throws Exception {
        ScriptedPort port = ScriptedPort.hanging();
        open.add(port);
        return port;
    }

    private void reopen(int number) {
        await().atMost(LONG)
                .ignoreException(BindException.class)
                .until(
                        () ->
                                open.add(
                                        ScriptedPort.open(
                                                number, ScriptedPort.always(ScriptedPort.OK))));
    }

    private static ScriptedPort.Script okWhile(AtomicBoolean ok) {
        return connection ->
                ScriptedPort.always(ok.get() ? ScriptedPort.OK : ScriptedPort.NOT_FOUND)
                        .serve(connection);
    }

    private static Service service(String name, String path, ScriptedPort port) {
        return new Service(
                name,
                ServiceConfig.DEFAULTS.withHealth(HealthConfig.of(path).withTiming(SELDOM, LONG)),
                List.of(endpoint("127.0.0.1:8081", port.address(), 0)));
    }

    private static Service users(HealthConfig health, Endpoint... endpoints) {
        return new Service("users", ServiceConfig.DEFAULTS.withHealth(health), List.of(endpoints));
    }

    private static Endpoint endpoint(String name, InetSocketAddress address, int position) {
        return new Endpoint(name, address, position, 1, new EndpointState());
    }

    private static void awaitLast(HealthChecks checks, Endpoint endpoint, String result) {
        await().atMost(LONG)
                .until(() -> checks.of(endpoint).orElseThrow().lastResult().equals(result));
    }

    /// Waits for lines and takes them away; any other line there is a failure.
    private void awaitLines(String... expected) {
        await().atMost(LONG).until(() -> lines.said().size() >= expected.length);
        assertThat(lines.said()).containsExactly(expected);
        lines.said().clear();
    }
}
