package dev.weir.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.runtime.Clock;
import dev.weir.schema.Percent;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// What a test of running checks needs: ports to check, the checks, and the lines that they say. Everything
/// opened here is closed with it, checks before ports.
final class CheckedPorts implements AutoCloseable {
    /// Longer than anything takes on a busy machine.
    static final Duration LONG = Duration.ofSeconds(60);

    private final Lines lines = new Lines();
    private final List<AutoCloseable> open = new ArrayList<>();

    HealthChecks start(Service... services) {
        return start(Clock.system(), services);
    }

    HealthChecks start(Clock clock, Service... services) {
        HealthChecks checks =
                HealthChecks.start(List.of(services), lines, clock, new SplittableRandom(42));
        open.add(checks);
        return checks;
    }

    ScriptedPort port(ScriptedPort.Script script) throws IOException {
        ScriptedPort port = ScriptedPort.open(script);
        open.add(port);
        return port;
    }

    ScriptedPort hanging() throws IOException {
        ScriptedPort port = ScriptedPort.hanging();
        open.add(port);
        return port;
    }

    /// Listens again at a port that was closed, and answers 200.
    void reopen(int number) {
        await().atMost(LONG)
                .ignoreException(BindException.class)
                .until(
                        () ->
                                open.add(
                                        ScriptedPort.open(
                                                number, ScriptedPort.always(ScriptedPort.OK))));
    }

    List<String> lines() {
        return lines.said();
    }

    /// Waits for lines and takes them away; any other line there is a failure.
    void awaitLines(String... expected) {
        await().atMost(LONG).until(() -> lines.said().size() >= expected.length);
        assertThat(lines.said()).containsExactly(expected);
        lines.said().clear();
    }

    static void awaitLast(HealthChecks checks, Endpoint endpoint, String result) {
        await().atMost(LONG)
                .until(() -> checks.of(endpoint).orElseThrow().lastResult().equals(result));
    }

    static Service users(HealthConfig health, Endpoint... endpoints) {
        return new Service(
                "users",
                ServiceConfig.DEFAULTS.withHealth(health).withPanic(Percent.NONE),
                List.of(endpoints));
    }

    static Endpoint endpoint(String name, InetSocketAddress address, int position) {
        return new Endpoint(name, address, position, 1, new EndpointState());
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }
}
