package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.service.ServiceConfig;
import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is repeated, what never, how often, and what the log says of it.
@ParameterizedClass
@EnumSource(
        value = ServiceConfig.Protocol.class,
        names = {"H1", "H2C"})
class RetriesTest {
    private static final String POST =
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n%s\r\nabc";

    @TempDir Path folder;

    private final Spoken spoken;

    RetriesTest(ServiceConfig.Protocol protocol) {
        spoken = new Spoken(protocol);
    }

    @AfterEach
    void close() {
        spoken.close();
    }

    /// Two endpoints in turn, the first one asked first.
    private Gate gate(String route, ScriptedEndpoint... endpoints) throws Exception {
        return Gate.openOnOneLoop(configuration(route, "", endpoints));
    }

    private String configuration(String route, String logs, ScriptedEndpoint... endpoints) {
        List<String> addresses = Arrays.stream(endpoints).map(spoken::address).toList();
        return """
        %s
        routes: [{ to: all, %s }]
        services:
          all: { endpoints: %s, protocol: %s, balance: round-robin, outliers: off }
        """
                .formatted(logs, route, addresses, spoken);
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void asksAnotherEndpointWhereOneAnswersThatItCannot(int status) throws Exception {
        try (var bad = ScriptedEndpoint.start(Behaviours.status(status));
                var good = ScriptedEndpoint.start(Behaviours.ok("good"));
                var gate = gate("retry: { attempts: 2 }", bad, good)) {
            for (int i = 0; i < 8; i++) {
                assertThat(gate.get("/").text()).isEqualTo("Response from: good");
            }
            assertThat(bad.requestCount()).isEqualTo(8);
            // A short answer is read to its end, so the connection serves again.
            assertThat(spoken.connections(bad).accepted()).isEqualTo(1);
        }
    }

    @Test
    void anEndpointThatSaysTooEarlyHasDoneNothing() throws Exception {
        try (var early = ScriptedEndpoint.start(Behaviours.status(425));
                var good = ScriptedEndpoint.start(Behaviours.ok("good"));
                var gate = gate("retry: { attempts: 2 }", early, good)) {
            for (String body : List.of("", "Content-Length: 0\r\n")) {
                String post = "POST / HTTP/1.1\r\nHost: a\r\n" + body + "\r\n";
                assertThat(gate.exchange(post).text()).isEqualTo("Response from: good");
                assertThat(gate.exchange(post).text()).isEqualTo("Response from: good");
            }
            assertThat(early.requestCount()).isPositive();
        }
    }

    @Test
    void passesOnTheLastAnswerWhereAllEndpointsAreBusy() throws Exception {
        try (var one = ScriptedEndpoint.start(Behaviours.status(503, "busy one"));
                var two = ScriptedEndpoint.start(Behaviours.status(503, "busy two"));
                var gate = gate("retry: { attempts: 2 }", one, two)) {
            RawResponse answer = gate.get("/");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).isEqualTo("busy two");
            assertThat(one.requestCount()).isEqualTo(1);
            assertThat(two.requestCount()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "PURGE"})
    void neverRepeatsWhatIsNotIdempotentOnceItWasSent(String method) throws Exception {
        try (var busy = ScriptedEndpoint.start(Behaviours.status(503));
                var reset = ScriptedEndpoint.start(Behaviours.resetBeforeAnswer());
                var gate = gate("retry: { attempts: 5, budget: 100% }", busy, reset)) {
            for (int i = 0; i < 6; i++) {
                String request = method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
                assertThat(gate.exchange(request).status()).isIn(502, 503);
            }
            assertThat(busy.requestCount() + reset.requestCount()).isEqualTo(6);
        }
    }

    @Test
    void repeatsAPostWithAnIdempotencyKeyWhereTheRouteSaysSo() throws Exception {
        String post = POST.formatted("Idempotency-Key: 7\r\n");
        try (var bad = ScriptedEndpoint.start(Behaviours.status(503));
                var good = ScriptedEndpoint.start(Behaviours.echo());
                var trusting = gate("retry: { idempotency-key: true }", bad, good);
                var usual = gate("retry: { attempts: 2 }", bad, good)) {
            RawResponse answer = trusting.exchange(post);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).endsWith("abc");
            assertThat(trusting.exchange(POST.formatted("")).status()).isEqualTo(503);
            assertThat(usual.exchange(post).status()).isEqualTo(503);
        }
    }

    @ParameterizedTest
    @CsvSource({"65536, 200", "65537, 503"})
    void repeatsABodyOfUpTo64KiB(int size, int status) throws Exception {
        try (var bad = ScriptedEndpoint.start(Behaviours.status(503));
                var good = ScriptedEndpoint.start(Behaviours.echo());
                var gate = gate("retry: { attempts: 2 }", bad, good)) {
            String body = "x".repeat(size);
            RawResponse answer =
                    gate.exchange(
                            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
                                    .formatted(size, body));
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.text().endsWith(body)).isEqualTo(status == 200);
        }
    }

    @Test
    void repeatsNothingWhereRetriesAreOff() throws Exception {
        try (var bad = ScriptedEndpoint.start(Behaviours.resetBeforeAnswer());
                var good = ScriptedEndpoint.start(Behaviours.ok("good"));
                var gate = gate("retry: off", bad, good)) {
            assertThat(gate.get("/").status()).isEqualTo(502);
            assertThat(gate.get("/").status()).isEqualTo(200);
            assertThat(good.requestCount()).isEqualTo(1);
        }
    }

    @Test
    void repeatsOnlyWhatTheRouteNames() throws Exception {
        Behaviour bad = Behaviours.sequence(Behaviours.status(500), Behaviours.status(503));
        try (var one = ScriptedEndpoint.start(bad);
                var good = ScriptedEndpoint.start(Behaviours.ok("good"));
                var gate = gate("retry: { when: [status-500] }", one, good)) {
            assertThat(gate.get("/").status()).isEqualTo(200);
            // Now it is the first one's turn again, and 503 is not named.
            assertThat(gate.get("/").status()).isEqualTo(503);
        }
    }

    @Test
    void givesAnAttemptUpThatTakesTooLongAndAsksAnother() throws Exception {
        try (var slow = ScriptedEndpoint.start(Behaviours.hang());
                var good = ScriptedEndpoint.start(Behaviours.ok("good"));
                var gate = gate("retry: { per-try-timeout: 100ms }, timeout: 5s", slow, good)) {
            long began = System.nanoTime();
            assertThat(gate.get("/").text()).isEqualTo("Response from: good");
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(100), Duration.ofSeconds(3));
        }
    }

    @Test
    void namesTheTimeoutThatStruck() throws Exception {
        Behaviour stops =
                (_, wire) -> {
                    wire.readBody();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
                    wire.hang();
                };
        Behaviour drips =
                (_, wire) -> {
                    wire.readBody();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
                    for (int i = 0; i < 500; i++) {
                        wire.send("x");
                        wire.pause(Duration.ofMillis(20));
                    }
                };
        assertThat(reason("timeout: 150ms", Behaviours.hang())).contains("\"answer-timeout\"");
        assertThat(reason("retry: { attempts: 1, per-try-timeout: 100ms }", Behaviours.hang()))
                .contains("\"attempt-timeout\"");
        assertThat(reason("timeout: { first-byte: 5s, idle: 100ms }", stops))
                .contains("\"answer-idle\"");
        assertThat(reason("timeout: { first-byte: 200ms, request: 300ms }", drips))
                .contains("\"request-timeout\"");
    }

    private String reason(String route, Behaviour behaviour) throws Exception {
        Path log = folder.resolve("access-" + System.nanoTime() + ".log");
        try (var endpoint = ScriptedEndpoint.start(behaviour)) {
            String logs = "logs: { access: { to: %s } }".formatted(log);
            try (var gate = Gate.open(configuration(route, logs, endpoint));
                    var client = gate.client()) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                client.readUntilClosed();
            }
        }
        return Files.readString(log);
    }

    @Test
    void theLogSaysWhereARequestHadBeenBefore() throws Exception {
        Path log = folder.resolve("access.log");
        try (var bad = ScriptedEndpoint.start(Behaviours.status(503));
                var good = ScriptedEndpoint.start(Behaviours.ok("good"))) {
            String logs = "logs: { access: { to: %s } }".formatted(log);
            try (var gate =
                    Gate.openOnOneLoop(configuration("retry: { attempts: 2 }", logs, bad, good))) {
                gate.get("/");
            }
            assertThat(Files.readString(log))
                    .contains("\"endpoint\":\"" + spoken.address(good) + "\"")
                    .contains("\"attempts\":2")
                    .contains(
                            "\"failed_attempts\":[{\"endpoint\":\"%s\",\"reason\":\"status-503\"}]"
                                    .formatted(spoken.address(bad)))
                    .doesNotContain("budget");
        }
    }

    /// With a budget of 1 % only the three at a time are left, and they are taken by requests that hang in their second attempt.
    @Test
    void repeatsNoMoreThanTheBudgetAllows() throws Exception {
        Path log = folder.resolve("access.log");
        try (var bad = ScriptedEndpoint.start(Behaviours.status(503));
                var hangs = ScriptedEndpoint.start(Behaviours.hang())) {
            String logs = "logs: { access: { to: %s } }".formatted(log);
            try (var gate =
                    Gate.openOnOneLoop(
                            """
                            %s
                            routes: [{ to: all, retry: { budget: 1%% }, timeout: 30s }]
                            services:
                              all: { endpoints: [%s, %s], protocol: %s, balance: first, outliers: off }
                            drain: { delay: 0s, timeout: 10ms }
                            """
                                    .formatted(
                                            logs,
                                            spoken.address(bad),
                                            spoken.address(hangs),
                                            spoken))) {
                var clients = new java.util.ArrayList<dev.weir.testkit.RawClient>();
                for (int i = 0; i < 3; i++) {
                    clients.add(gate.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
                    hangs.awaitHeads(i + 1);
                }
                for (int i = 0; i < 5; i++) {
                    assertThat(gate.get("/").status()).isEqualTo(503);
                }
                assertThat(hangs.requestCount()).isLessThanOrEqualTo(3);
                for (var client : clients) {
                    client.close();
                }
            }
            assertThat(Files.readString(log)).contains("\"retry_budget_spent\":true");
        }
    }

    @Test
    void obeysRetryAfterWhereThereIsNoOtherEndpoint() throws Exception {
        Behaviour busyOnce =
                Behaviours.sequence(
                        Behaviours.statusWithHeaders(503, "Retry-After: 1"), Behaviours.ok("one"));
        try (var one = ScriptedEndpoint.start(busyOnce);
                var gate = gate("retry: { attempts: 2 }, timeout: 10s", one)) {
            long began = System.nanoTime();
            assertThat(gate.get("/").text()).isEqualTo("Response from: one");
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
        }
    }

    @Test
    void doesNotLetAnotherEndpointWaitForWhatOneHasAsked() throws Exception {
        try (var one =
                        ScriptedEndpoint.start(
                                Behaviours.sequence(Behaviours.status(503), Behaviours.ok("one")));
                var two =
                        ScriptedEndpoint.start(
                                Behaviours.statusWithHeaders(503, "Retry-After: 6"));
                var gate =
                        Gate.open(
                                """
                                routes: [{ to: all, retry: { attempts: 3 }, timeout: 10s }]
                                services: { all: { endpoints: [%s, %s], balance: first } }
                                """
                                        .formatted(one.address(), two.address()))) {
            long began = System.nanoTime();
            assertThat(gate.get("/").text()).isEqualTo("Response from: one");
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(two.requestCount()).isEqualTo(1);
        }
    }

    @Test
    void passesOnAnAnswerWhoseRetryAfterIsInADistantCentury() throws Exception {
        try (var one =
                        ScriptedEndpoint.start(
                                Behaviours.statusWithHeaders(
                                        503, "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"));
                var gate = gate("retry: { attempts: 3 }, timeout: 10s", one)) {
            assertThat(gate.get("/").status()).isEqualTo(503);
            assertThat(one.requestCount()).isEqualTo(1);
        }
    }

    @Test
    void passesOnAnAnswerWhoseRetryAfterIsBeyondTheDeadline() throws Exception {
        try (var one =
                        ScriptedEndpoint.start(
                                Behaviours.statusWithHeaders(503, "Retry-After: 60"));
                var gate = gate("retry: { attempts: 3 }, timeout: 10s", one)) {
            assertThat(gate.get("/").status()).isEqualTo(503);
            assertThat(one.requestCount()).isEqualTo(1);
        }
    }

    @Test
    void aHedgeWinsWhereTheFirstAttemptIsSlow() throws Exception {
        try (var slow = ScriptedEndpoint.start(Behaviours.hang());
                var fast = ScriptedEndpoint.start(Behaviours.ok("fast"));
                var gate = gate("hedge: { after: 50ms, budget: 100% }", slow, fast)) {
            long began = System.nanoTime();
            RawResponse answer = gate.get("/");
            assertThat(answer.text()).isEqualTo("Response from: fast");
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(50), Duration.ofSeconds(5));
            // The loser is cancelled: its connection closes.
            await().untilAsserted(() -> assertThat(slow.connections().open()).isZero());
        }
    }

    @Test
    void aSlowFirstAttemptStillWinsAgainstASlowerHedge() throws Exception {
        try (var first =
                        ScriptedEndpoint.start(
                                Behaviours.delay(Duration.ofMillis(300), Behaviours.ok("first")));
                var hangs = ScriptedEndpoint.start(Behaviours.hang());
                var gate = gate("hedge: { after: 50ms, budget: 100% }", first, hangs)) {
            assertThat(gate.get("/").text()).isEqualTo("Response from: first");
            assertThat(hangs.awaitHeads(1)).hasSize(1);
        }
    }

    @Test
    void aHedgeThatFailsLeavesTheFirstAttemptAlone() throws Exception {
        try (var first =
                        ScriptedEndpoint.start(
                                Behaviours.delay(Duration.ofMillis(300), Behaviours.ok("first")));
                var busy = ScriptedEndpoint.start(Behaviours.status(503));
                var gate = gate("hedge: { after: 50ms, budget: 100% }", first, busy)) {
            assertThat(gate.get("/").text()).isEqualTo("Response from: first");
            assertThat(busy.requestCount()).isEqualTo(1);
        }
    }

    @Test
    void neverHedgesWhatIsNotSafe() throws Exception {
        Behaviour slow = Behaviours.delay(Duration.ofMillis(200), Behaviours.ok("slow"));
        try (var one = ScriptedEndpoint.start(slow);
                var two = ScriptedEndpoint.start(slow);
                var gate = gate("hedge: { after: 20ms, budget: 100% }", one, two)) {
            for (String method : List.of("POST", "PUT", "DELETE")) {
                gate.exchange(method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            }
            assertThat(one.requestCount() + two.requestCount()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /x?y=1 HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST /x?y=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                "POST /x?y=1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            })
    void theMirrorGetsACopyAndTheClientNoticesNothing(String request) throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("main"));
                var copy = ScriptedEndpoint.start(Behaviours.status(500, "copy"));
                var gate = Gate.open(mirrored(spoken.address(endpoint), spoken.address(copy)))) {
            for (int i = 1; i <= 3; i++) {
                assertThat(gate.exchange(request).text()).isEqualTo("Response from: main");
                var got = copy.awaitRequests(i).getLast();
                var sent = endpoint.awaitRequests(i).getLast();
                assertThat(got.method()).isEqualTo(sent.method());
                assertThat(got.target()).isEqualTo("/x?y=1");
                assertThat(got.body().text()).isEqualTo(sent.body().text());
                assertThat(got.header("X-Request-Id")).isEqualTo(sent.header("X-Request-Id"));
            }
            assertThat(copy.violations()).isEmpty();
        }
    }

    @Test
    void aMirrorThatHangsOrIsGoneHarmsNobody() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("main"));
                var hangs = ScriptedEndpoint.start(Behaviours.hang());
                var hanging = Gate.open(mirrored(spoken.address(endpoint), spoken.address(hangs)));
                var gone =
                        Gate.open(
                                mirrored(
                                        spoken.address(endpoint),
                                        "127.0.0.1:" + ScriptedEndpoint.deadPort()))) {
            for (int i = 0; i < 5; i++) {
                assertThat(hanging.get("/").text()).isEqualTo("Response from: main");
                assertThat(gone.get("/").text()).isEqualTo("Response from: main");
            }
        }
    }

    @Test
    void aMirrorGetsNoBodyOverItsLimit() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo());
                var copy = ScriptedEndpoint.start(Behaviours.ok("copy"));
                var gate = Gate.open(mirrored(spoken.address(endpoint), spoken.address(copy)))) {
            String body = "x".repeat(70_000);
            String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n" + body;
            assertThat(gate.exchange(post).text()).endsWith(body);
            gate.get("/after");
            assertThat(copy.awaitRequests(1).getFirst().target()).isEqualTo("/after");
        }
    }

    private String mirrored(String endpoint, String copy) {
        return """
        routes: [{ to: all, mirror: copy, timeout: 5s }]
        services:
          all: { endpoints: [%s], protocol: %s }
          copy: { endpoints: [%s], protocol: %s }
        """
                .formatted(endpoint, spoken, copy, spoken);
    }
}
