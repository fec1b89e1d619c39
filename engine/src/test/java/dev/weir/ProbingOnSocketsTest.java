package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Prequal with probes through the whole proxy: gateways learn of each other's load from the endpoints.
class ProbingOnSocketsTest {
    private static final int ENDPOINTS = 16;
    private static final int HELD = 12;
    private static final int REQUESTS = 300;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Loaded> endpoints = new ArrayList<>();

    /// Tells its load at `/load`; holds what comes under `/hold` and answers all else at once.
    private static final class Loaded {
        private final AtomicInteger inFlight = new AtomicInteger();
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicInteger probes = new AtomicInteger();
        private final ScriptedEndpoint endpoint;

        Loaded() throws IOException {
            Behaviour ok = Behaviours.ok("it");
            endpoint =
                    ScriptedEndpoint.start(
                            (request, wire) -> {
                                if (request.target().equals("/load")) {
                                    probes.incrementAndGet();
                                    int now = inFlight.get();
                                    wire.answer(
                                            200,
                                            new byte[0],
                                            String.format(
                                                    Locale.ROOT,
                                                    "X-Weir-Probe: rif=%d, latency=%.1f",
                                                    now,
                                                    1.0 + now));
                                } else if (request.target().startsWith("/hold")) {
                                    inFlight.incrementAndGet();
                                    wire.hang();
                                } else {
                                    answered.incrementAndGet();
                                    ok.answer(request, wire);
                                }
                            });
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T closing(T each) {
        open.add(each);
        return each;
    }

    private void startEndpoints(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Loaded loaded = new Loaded();
            closing(loaded.endpoint);
            endpoints.add(loaded);
        }
    }

    /// A gateway before all endpoints, and before one of them by itself under `/hold`.
    private Gate gateway(String balance, int held) throws Exception {
        return closing(
                Gate.open(
                        """
                        routes:
                          - { match: { path: /hold }, to: held }
                          - { to: all }
                        services:
                          held: { endpoints: ["%s"] }
                          all: { endpoints: [%s], balance: %s }
                        """
                                .formatted(
                                        endpoints.get(held).endpoint.address(),
                                        endpoints.stream()
                                                .map(each -> each.endpoint.address())
                                                .collect(Collectors.joining("\", \"", "\"", "\"")),
                                        balance)));
    }

    private void hold(Gate gate, int held) throws IOException {
        for (int i = 0; i < HELD; i++) {
            closing(gate.client()).send("GET /hold HTTP/1.1\r\nHost: weir.test\r\n\r\n");
        }
        await().until(() -> endpoints.get(held).inFlight.get() == HELD);
    }

    private static void request(Gate gate, int count) throws IOException {
        try (RawClient client = gate.client()) {
            for (int i = 0; i < count; i++) {
                int status =
                        client.send("GET / HTTP/1.1\r\nHost: weir.test\r\n\r\n")
                                .readResponse()
                                .status();
                assertThat(status).isEqualTo(200);
            }
        }
    }

    /// Requests through a gateway that end up at an endpoint, after it has had time to learn.
    private int reaching(Gate gate, int endpoint) throws IOException {
        request(gate, 50);
        int before = endpoints.get(endpoint).answered.get();
        request(gate, REQUESTS);
        return endpoints.get(endpoint).answered.get() - before;
    }

    @Test
    void eachOfTwoGatewaysSeesTheLoadThatTheOtherMakes() throws Exception {
        startEndpoints(ENDPOINTS);
        Gate a = gateway("{ prequal: { probe: /load } }", 0);
        Gate b = gateway("{ prequal: { probe: /load } }", 1);
        hold(a, 0);
        hold(b, 1);

        assertThat(reaching(a, 1)).as("of A's at the endpoint that B has loaded").isLessThan(6);
        assertThat(reaching(b, 0)).as("of B's at the endpoint that A has loaded").isLessThan(6);
        assertThat(a.events()).noneMatch(line -> line.contains("probes"));
    }

    /// What the probes are for: the same without them.
    @Test
    void withoutProbesAGatewaySeesItsOwnLoadOnly() throws Exception {
        startEndpoints(4);
        Gate a = gateway("least-requests", 0);
        Gate b = gateway("least-requests", 1);
        hold(a, 0);

        assertThat(reaching(b, 0)).isGreaterThan(6);
        assertThat(endpoints).allMatch(each -> each.probes.get() == 0);
    }

    @Test
    void aProbeThatIsNotAnsweredHoldsNothingUpTakesNoPlaceAndIsSaidOnce() throws Exception {
        Behaviour ok = Behaviours.ok("it");
        Behaviour silent =
                (request, wire) -> {
                    if (request.target().equals("/load")) {
                        wire.hang();
                    }
                    ok.answer(request, wire);
                };
        ScriptedEndpoint one = closing(ScriptedEndpoint.start(silent));
        ScriptedEndpoint two = closing(ScriptedEndpoint.start(silent));
        Gate gate =
                closing(
                        Gate.open(
                                """
                                routes: [{ to: all }]
                                services:
                                  all:
                                    endpoints: ["%s", "%s"]
                                    balance: { prequal: { probe: /load, timeout: 1s } }
                                    connections: { max: 1, pending: 0 }
                                """
                                        .formatted(one.address(), two.address())));
        long began = System.nanoTime();
        request(gate, 40);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));

        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            request(gate, 1);
                            return gate.events().stream()
                                    .anyMatch(line -> line.contains("does not answer probes"));
                        });
        request(gate, 50);
        assertThat(gate.events().stream().filter(line -> line.contains("probes")))
                .singleElement()
                .asString()
                .matches(
                        "all  127.0.0.1:\\d+  does not answer probes \\(GET /load: no answer within 1s\\): .*");
    }

    @Test
    void aProbeGoesOnTheConnectionsThatRequestsUse() throws Exception {
        startEndpoints(2);
        Gate gate =
                closing(
                        Gate.openOnOneLoop(
                                """
                                routes: [{ to: all }]
                                services:
                                  all:
                                    endpoints: ["%s", "%s"]
                                    balance: { prequal: { probe: /load } }
                                """
                                        .formatted(
                                                endpoints.get(0).endpoint.address(),
                                                endpoints.get(1).endpoint.address())));
        request(gate, 200);
        for (Loaded each : endpoints) {
            assertThat(each.probes.get()).isPositive();
            // One for a request, and one for the probe beside it.
            assertThat(each.endpoint.connections().accepted()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void anAnswerThatIsNoneIsToldWithWhatWasWrong() throws Exception {
        ScriptedEndpoint one =
                closing(
                        ScriptedEndpoint.start(
                                Behaviours.statusWithHeaders(200, "X-Weir-Probe: rif=many")));
        ScriptedEndpoint two =
                closing(
                        ScriptedEndpoint.start(
                                Behaviours.statusWithHeaders(200, "X-Weir-Probe: rif=many")));
        Gate gate =
                closing(
                        Gate.open(
                                """
                                routes: [{ to: all }]
                                services:
                                  all:
                                    endpoints: ["%s", "%s"]
                                    balance: { prequal: { probe: /load } }
                                """
                                        .formatted(one.address(), two.address())));
        await().until(
                        () -> {
                            request(gate, 1);
                            return gate.events().stream()
                                    .anyMatch(
                                            line ->
                                                    line.contains(
                                                            "(GET /load: status 200 with an X-Weir-Probe like none)"));
                        });
    }
}
