package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.service.ServiceConfig;
import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.Request;
import dev.weir.testkit.ScriptedEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Hedges and copies are requests under way like any other: they take places of their service. An endpoint that a request is kept from
/// is no attempt.
@ParameterizedClass
@EnumSource(
        value = ServiceConfig.Protocol.class,
        names = {"H1", "H2C"})
class ExtraAttemptsTest {
    @TempDir Path folder;

    private final Spoken spoken;

    ExtraAttemptsTest(ServiceConfig.Protocol protocol) {
        spoken = new Spoken(protocol);
    }

    @AfterEach
    void close() {
        spoken.close();
    }

    private String hedged(int max, ScriptedEndpoint one, ScriptedEndpoint two) {
        return """
        routes: [{ to: all, retry: off, timeout: 30s, hedge: { after: 50ms, budget: 100%% } }]
        services:
          all:
            endpoints: [%s, %s]
            protocol: %s
            balance: first
            outliers: off
            connections: { max: %d, pending: 0 }
        """
                .formatted(spoken.address(one), spoken.address(two), spoken, max);
    }

    @Test
    void thereIsNoHedgeWhereNoPlaceIsFree() throws Exception {
        Behaviour slow = Behaviours.delay(Duration.ofMillis(300), Behaviours.ok("slow"));
        try (var first = ScriptedEndpoint.start(slow);
                var second = ScriptedEndpoint.start(Behaviours.ok("second"));
                var full = Gate.openOnOneLoop(hedged(1, first, second));
                var roomy = Gate.openOnOneLoop(hedged(2, first, second))) {
            assertThat(full.get("/").text()).isEqualTo("Response from: slow");
            assertThat(second.requestCount()).isZero();
            assertThat(roomy.get("/").text()).isEqualTo("Response from: second");
        }
    }

    @Test
    void aHedgeTakesAPlaceUntilOneOfTheTwoIsOver() throws Exception {
        Semaphore ends = new Semaphore(0);
        Behaviour stays =
                (_, wire) -> {
                    wire.readBody();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf");
                    acquire(ends);
                    wire.send("half");
                };
        try (var hangs =
                        ScriptedEndpoint.start(
                                Behaviours.byPath(
                                        Map.of(
                                                "/both", Behaviours.hang(),
                                                "/one", Behaviours.hang(),
                                                "/quick", Behaviours.ok("quick"))));
                var other =
                        ScriptedEndpoint.start(
                                Behaviours.byPath(
                                        Map.of("/both", Behaviours.hang(), "/one", stays)));
                var gate = Gate.openOnOneLoop(hedged(2, hangs, other))) {
            try (var both = gate.client()) {
                both.send("GET /both HTTP/1.1\r\nHost: a\r\n\r\n");
                other.awaitHeads(1);
                assertThat(gate.get("/quick").status()).as("two are under way").isEqualTo(503);
            }
            await().untilAsserted(() -> assertThat(gate.get("/quick").status()).isEqualTo(200));
            try (var one = gate.client()) {
                one.send("GET /one HTTP/1.1\r\nHost: a\r\n\r\n");
                // The hedge has won, and its answer is not over.
                one.readBytes("HTTP/1.1 200 OK".length());
                assertThat(gate.get("/quick").status()).as("the loser is over").isEqualTo(200);
                ends.release();
            }
        }
    }

    private static void acquire(Semaphore permits) {
        try {
            if (!permits.tryAcquire(20, TimeUnit.SECONDS)) {
                throw new AssertionError("no permit came");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void thereIsNoCopyWhereTheOtherServiceHasNoPlaceFree() throws Exception {
        Semaphore permits = new Semaphore(0);
        Behaviour onPermit =
                (request, wire) -> {
                    acquire(permits);
                    Behaviours.ok("copy").answer(request, wire);
                };
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("main"));
                var copy = ScriptedEndpoint.start(onPermit);
                var gate =
                        Gate.openOnOneLoop(
                                """
                                routes: [{ to: all, mirror: copy, timeout: 30s }]
                                services:
                                  all: { endpoints: [%1$s], protocol: %3$s }
                                  copy: { endpoints: [%2$s], protocol: %3$s, connections: { max: 1, pending: 10 } }
                                """
                                        .formatted(
                                                spoken.address(endpoint),
                                                spoken.address(copy),
                                                spoken))) {
            gate.get("/first");
            copy.awaitHeads(1);
            for (int i = 0; i < 5; i++) {
                assertThat(gate.get("/none").text()).isEqualTo("Response from: main");
            }
            permits.release(1_000);
            await().until(
                            () -> {
                                gate.get("/again");
                                return copy.requestCount() >= 2;
                            });
            assertThat(copy.requests())
                    .extracting(Request::target)
                    .startsWith("/first", "/again")
                    .doesNotContain("/none");
        }
    }

    /// The first endpoint refuses everything, the second what is not for training, and there are two attempts: only a request that is kept
    /// from the first one has one left for the third.
    @Test
    void anEndpointThatARequestIsKeptFromIsNoAttempt() throws Exception {
        Behaviour refuses = Behaviours.status(503);
        Behaviour trained =
                Behaviours.byPath(Map.of("/train", Behaviours.ok("second"), "/real", refuses));
        Path log = folder.resolve("access.log");
        int kept = 0;
        try (var first = ScriptedEndpoint.start(refuses);
                var second = ScriptedEndpoint.start(trained);
                var third = ScriptedEndpoint.start(Behaviours.ok("third"))) {
            try (var gate =
                    Gate.openOnOneLoop(
                            """
                            logs: { access: { to: %s } }
                            routes:
                              - { match: { path: /train }, to: all, retry: off }
                              - { to: all, retry: { attempts: 2, budget: 100%% } }
                            services:
                              all:
                                endpoints: [%s, %s, %s]
                                protocol: %s
                                balance: first
                                outliers: off
                                throttle: 2
                            """
                                    .formatted(
                                            log,
                                            spoken.address(first),
                                            spoken.address(second),
                                            spoken.address(third),
                                            spoken))) {
                for (int i = 0; i < 200; i++) {
                    gate.get("/train");
                }
                for (int i = 0; i < 8; i++) {
                    long before = first.requestCount();
                    int status = gate.get("/real").status();
                    boolean wasKept = first.requestCount() == before;
                    kept += wasKept ? 1 : 0;
                    assertThat(status).isEqualTo(wasKept ? 200 : 503);
                }
            }
            assertThat(kept).isPositive();
            assertThat(third.requestCount()).isEqualTo(kept);
            assertThat(Files.readString(log))
                    .contains(
                            "\"attempts\":2,\"failed_attempts\":[{\"endpoint\":\"%s\",\"reason\":\"status-503\"}]"
                                    .formatted(spoken.address(second)));
        }
    }
}
