package dev.weir.health;

import static dev.weir.health.CheckedPorts.LONG;
import static dev.weir.health.CheckedPorts.awaitLast;
import static dev.weir.health.CheckedPorts.endpoint;
import static dev.weir.health.CheckedPorts.users;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.health.EndpointHealth.State;
import dev.weir.runtime.Clock;
import dev.weir.schema.Percent;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Checks that run against real sockets: what they find and what they say.
@Timeout(180)
class HealthChecksTest {
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final Duration SELDOM = Duration.ofHours(1);

    private final CheckedPorts ports = new CheckedPorts();

    @AfterEach
    void closePorts() throws Exception {
        ports.close();
    }

    @Test
    void saysOneLinePerChange() throws Exception {
        ScriptedPort first = ports.port(ScriptedPort.always(ScriptedPort.OK));
        AtomicBoolean found = new AtomicBoolean(true);
        ScriptedPort second = ports.port(okWhile(found));
        Service users =
                users(
                        HealthConfig.of("/health").withTiming(OFTEN, LONG),
                        endpoint("127.0.0.1:8081", first.address(), 0),
                        endpoint("127.0.0.1:8084", second.address(), 1));
        ports.start(users);
        ports.awaitLines("users  2 of 2 endpoints up");

        first.close();
        ports.awaitLines("users  127.0.0.1:8081  down  connect refused (3 of 3)");
        assertThat(users.members().usable()).containsExactly(users.endpoints().get(1));

        found.set(false);
        ports.awaitLines(
                "users  127.0.0.1:8084  down  status 404 (expected 200-399) (3 of 3)",
                "users  no endpoint is up: requests get 503");
        assertThat(users.members().usable()).isEmpty();

        ports.reopen(first.address().getPort());
        ports.awaitLines("users  127.0.0.1:8081  up  status 200 (2 of 2)");
        assertThat(users.members().usable()).containsExactly(users.endpoints().get(0));
    }

    @Test
    void theFirstResultDecides() throws Exception {
        Service users =
                users(
                        HealthConfig.of("tcp").withTiming(SELDOM, LONG).withThresholds(5, 5),
                        endpoint("127.0.0.1:8081", ScriptedPort.closed(), 0),
                        endpoint(
                                "127.0.0.1:8084",
                                ports.port(ScriptedPort.always("")).address(),
                                1));
        HealthChecks checks = ports.start(users);

        assertThat(checks.awaitFirstResults(LONG)).isTrue();
        assertThat(users.members().usable()).containsExactly(users.endpoints().get(1));
        ports.awaitLines(
                "users  127.0.0.1:8081  down  connect refused (first check)",
                "users  1 of 2 endpoints up");
    }

    @Test
    void saysAtTheStartThatNothingIsUp() throws Exception {
        Service users =
                users(
                        HealthConfig.of("tcp").withTiming(SELDOM, LONG),
                        endpoint("127.0.0.1:8081", ScriptedPort.closed(), 0));
        ports.start(users);

        ports.awaitLines(
                "users  127.0.0.1:8081  down  connect refused (first check)",
                "users  no endpoint is up: requests get 503");
    }

    @Test
    void anEndpointThatAnswers404OnHealthIsDown() throws Exception {
        ScriptedPort port =
                ports.port(
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
        HealthChecks checks = ports.start(root, health);

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
                ports.port(
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
        ports.start(users(HealthConfig.of("/").withTiming(OFTEN, LONG), endpoint[0]));

        await().atMost(LONG).until(() -> seen.length() == script.length());
        assertThat(seen).hasToString(states);
    }

    @Test
    void oneLostCheckFlipsNothing() throws Exception {
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        ScriptedPort port =
                ports.port(connection -> ScriptedPort.always(answers.take()).serve(connection));
        Endpoint endpoint = endpoint("127.0.0.1:8081", port.address(), 0);
        HealthChecks checks =
                ports.start(users(HealthConfig.of("/").withTiming(OFTEN, LONG), endpoint));
        answers.add(ScriptedPort.OK);
        awaitLast(checks, endpoint, "status 200");

        answers.add("");
        awaitLast(checks, endpoint, "closed before an answer");
        assertThat(endpoint.state().up()).isTrue();

        answers.add(ScriptedPort.OK);
        awaitLast(checks, endpoint, "status 200");
        assertThat(endpoint.state().up()).isTrue();
        assertThat(ports.lines()).containsExactly("users  1 of 1 endpoints up");
    }

    @Test
    void anEndpointThatFlapsDoesNotFloodTheLog() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        ScriptedPort port =
                ports.port(
                        connection ->
                                ScriptedPort.always(
                                                asked.getAndIncrement() % 2 == 0
                                                        ? ScriptedPort.OK
                                                        : ScriptedPort.NOT_FOUND)
                                        .serve(connection));
        long begun = System.nanoTime();
        ports.start(
                users(
                        HealthConfig.of("/")
                                .withTiming(Duration.ofMillis(10), LONG)
                                .withThresholds(1, 1),
                        endpoint("127.0.0.1:8081", port.address(), 0)));

        await().atMost(LONG)
                .until(
                        () ->
                                ports.lines().stream()
                                        .anyMatch(l -> l.matches(".*  \\d+ changes not shown")));

        long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
        List<String> ofEndpoint =
                ports.lines().stream().filter(l -> l.contains("127.0.0.1:8081")).toList();
        assertThat((long) ofEndpoint.size()).isLessThanOrEqualTo(seconds + 1);
        assertThat(ports.lines())
                .startsWith(
                        "users  1 of 1 endpoints up",
                        "users  127.0.0.1:8081  down  status 404 (expected 200-399) (1 of 1)",
                        "users  no endpoint is up: requests get 503");
    }

    @Test
    void showsWhatIsKnownOfAnEndpoint() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        ScriptedPort port =
                ports.port(
                        connection -> {
                            answer.await();
                            ScriptedPort.always(ScriptedPort.OK).serve(connection);
                        });
        Endpoint endpoint = endpoint("127.0.0.1:8081", port.address(), 0);
        Clock clock = Clock.of(System::nanoTime, () -> 1_700_000_000_000L);
        HealthChecks checks =
                ports.start(clock, users(HealthConfig.of("/").withTiming(SELDOM, LONG), endpoint));
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
    void leavesServicesWithoutChecksAlone() throws Exception {
        Endpoint endpoint = endpoint("127.0.0.1:8081", ScriptedPort.closed(), 0);
        Service users = new Service("users", ServiceConfig.DEFAULTS, List.of(endpoint));
        HealthChecks checks = ports.start(users);

        assertThat(checks.awaitFirstResults(Duration.ZERO)).isTrue();
        checks.connectFailed(endpoint);
        assertThat(checks.of(endpoint)).isEmpty();
        assertThat(checks.nextCheck(users)).isZero();
        assertThat(endpoint.state().up()).isTrue();
    }

    private static ScriptedPort.Script okWhile(AtomicBoolean ok) {
        return connection ->
                ScriptedPort.always(ok.get() ? ScriptedPort.OK : ScriptedPort.NOT_FOUND)
                        .serve(connection);
    }

    private static Service service(String name, String path, ScriptedPort port) {
        return new Service(
                name,
                ServiceConfig.DEFAULTS
                        .withHealth(HealthConfig.of(path).withTiming(SELDOM, LONG))
                        .withPanic(Percent.NONE),
                List.of(endpoint("127.0.0.1:8081", port.address(), 0)));
    }
}
