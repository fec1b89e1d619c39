package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// More requests than a service has places for.
class OverloadTest {
    @TempDir Path folder;

    /// Answers one request for each permit.
    private static Behaviour oneFor(Semaphore permits) {
        return (request, wire) -> {
            try {
                if (!permits.tryAcquire(20, TimeUnit.SECONDS)) {
                    throw new AssertionError("no permit came");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Behaviours.ok(request.header("X-Name")).answer(request, wire);
        };
    }

    private static String service(ScriptedEndpoint endpoint, String connections, String more) {
        return """
               routes:
                 - { match: { path: /low }, priority: low, to: all }
                 - { match: { path: /critical }, priority: critical, to: all }
                 - { to: all }
               services: { all: { endpoints: [%s], connections: %s%s } }
               """
                .formatted(endpoint.address(), connections, more);
    }

    private static RawClient asks(Gate gate, String path, String name) throws Exception {
        return gate.client()
                .send("GET " + path + " HTTP/1.1\r\nHost: a\r\nX-Name: " + name + "\r\n\r\n");
    }

    private static void refused(RawResponse response) {
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("Retry-After")).matches("[0-9]+");
        assertThat(response.text()).startsWith("503 ");
    }

    /// Waits until the endpoint has so many requests and no more come.
    private static void settles(ScriptedEndpoint endpoint, int requests) {
        endpoint.awaitHeads(requests);
        assertThat(endpoint.requestCount()).isEqualTo(requests);
    }

    @Test
    void noMoreAreUnderWayThanMaxAndTheRestWaitInOrder() throws Exception {
        Semaphore permits = new Semaphore(0);
        try (var endpoint = ScriptedEndpoint.start(oneFor(permits));
                var gate =
                        Gate.openOnOneLoop(
                                service(endpoint, "{ max: 2, pending: 10, max-wait: 10s }", ""))) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                clients.add(asks(gate, "/", "n" + i));
                if (i < 2) {
                    endpoint.awaitHeads(i + 1);
                } else {
                    // A round trip behind it shows that Weir has read it.
                    assertThat(gate.get("/nothing\"").status()).isEqualTo(400);
                }
            }
            settles(endpoint, 2);
            for (int i = 2; i < 6; i++) {
                permits.release();
                List<String> names =
                        endpoint.awaitHeads(i + 1).stream().map(r -> r.header("X-Name")).toList();
                assertThat(names.get(i)).isEqualTo("n" + i);
                settles(endpoint, i + 1);
            }
            permits.release(2);
            for (RawClient client : clients) {
                assertThat(client.readResponse().status()).isEqualTo(200);
                client.close();
            }
        }
    }

    @Test
    void aFullLineIsAnswered503AtOnce() throws Exception {
        Semaphore permits = new Semaphore(0);
        try (var endpoint = ScriptedEndpoint.start(oneFor(permits));
                var gate =
                        Gate.openOnOneLoop(
                                service(endpoint, "{ max: 1, pending: 1, max-wait: 10s }", ""));
                var first = asks(gate, "/", "a")) {
            endpoint.awaitHeads(1);
            try (var second = asks(gate, "/", "b");
                    var busy = gate.client()) {
                assertThat(gate.get("/nothing\"").status()).isEqualTo(400);
                long fastest = Long.MAX_VALUE;
                for (int i = 0; i < 50; i++) {
                    long sent = System.nanoTime();
                    refused(busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse());
                    fastest = Math.min(fastest, System.nanoTime() - sent);
                }
                assertThat(Duration.ofNanos(fastest)).isLessThan(Duration.ofMillis(5));
                permits.release(2);
                assertThat(first.readResponse().text()).contains("a");
                assertThat(second.readResponse().text()).contains("b");
            }
            assertThat(gate.events())
                    .contains(
                            "all  overloaded  503 queue-full for 1 request: 1 of 1 places taken, 1 waiting");
        }
    }

    @Test
    void aRequestThatWaitedTooLongGetsA503AndTheLogSaysHowLong() throws Exception {
        Path log = folder.resolve("access.log");
        try (var endpoint = ScriptedEndpoint.start(Behaviours.hang());
                var gate =
                        Gate.open(
                                "logs: { access: { to: %s, format: json } }\n".formatted(log)
                                        + service(endpoint, "{ max: 1, max-wait: 200ms }", ""));
                var first = asks(gate, "/", "a")) {
            endpoint.awaitHeads(1);
            refused(gate.get("/late"));
            first.close();
        }
        assertThat(Files.readAllLines(log))
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .contains("\"path\":\"/late\"")
                                        .contains("\"reason\":\"queue-timeout\"")
                                        .contains("\"attempts\":0")
                                        .containsPattern("\"queue_ms\":[2-9][0-9][0-9]\\."));
    }

    @Test
    void aClientThatGoesAwayLeavesTheLine() throws Exception {
        Semaphore permits = new Semaphore(0);
        try (var endpoint = ScriptedEndpoint.start(oneFor(permits));
                var gate =
                        Gate.openOnOneLoop(
                                service(endpoint, "{ max: 1, pending: 1, max-wait: 10s }", ""));
                var first = asks(gate, "/", "a")) {
            endpoint.awaitHeads(1);
            RawClient gone = asks(gate, "/", "gone");
            await().until(() -> gate.get("/").status() == 503);
            gone.close();
            CountDownLatch sent = new CountDownLatch(1);
            try (var next = gate.client()) {
                // The place in the line is free once the client is seen to be gone.
                await().until(
                                () -> {
                                    if (sent.getCount() == 0) {
                                        return true;
                                    }
                                    next.send("GET / HTTP/1.1\r\nHost: a\r\nX-Name: b\r\n\r\n");
                                    if (next.silentFor(Duration.ofMillis(200))) {
                                        sent.countDown();
                                        return true;
                                    }
                                    refused(next.readResponse());
                                    return false;
                                });
                permits.release(2);
                assertThat(first.readResponse().status()).isEqualTo(200);
                assertThat(next.readResponse().text()).contains("b");
                assertThat(endpoint.requests())
                        .extracting(r -> r.header("X-Name"))
                        .containsExactly("a", "b");
            }
        }
    }

    @Test
    void aBodyWaitsWithItsRequest() throws Exception {
        Semaphore permits = new Semaphore(0);
        byte[] body = new byte[200_000];
        try (var endpoint = ScriptedEndpoint.start(oneFor(permits));
                var gate =
                        Gate.openOnOneLoop(
                                service(endpoint, "{ max: 1, pending: 5, max-wait: 10s }", ""));
                var first = asks(gate, "/", "a")) {
            endpoint.awaitHeads(1);
            try (var second = gate.client()) {
                second.send(
                                "POST / HTTP/1.1\r\nHost: a\r\nX-Name: b\r\nContent-Length: 200000\r\n\r\n")
                        .send(body);
                assertThat(gate.get("/nothing\"").status()).isEqualTo(400);
                settles(endpoint, 1);
                permits.release(2);
                assertThat(first.readResponse().status()).isEqualTo(200);
                assertThat(second.readResponse("POST").status()).isEqualTo(200);
                assertThat(endpoint.awaitRequests(2).get(1).body().size()).isEqualTo(200_000);
            }
        }
    }

    @Test
    void theMoreImportantTakesThePlaceOfTheLessImportant() throws Exception {
        Semaphore permits = new Semaphore(0);
        try (var endpoint = ScriptedEndpoint.start(oneFor(permits));
                var gate =
                        Gate.openOnOneLoop(
                                service(endpoint, "{ max: 1, pending: 1, max-wait: 10s }", ""));
                var first = asks(gate, "/", "a")) {
            endpoint.awaitHeads(1);
            try (var low = asks(gate, "/low", "low")) {
                await().until(() -> gate.get("/low").status() == 503);
                try (var critical = asks(gate, "/critical", "critical")) {
                    refused(low.readResponse());
                    permits.release(2);
                    assertThat(first.readResponse().status()).isEqualTo(200);
                    assertThat(critical.readResponse().text()).contains("critical");
                }
            }
        }
    }

    @Test
    void onlyATrustedProxySaysHowImportantARequestIs() throws Exception {
        for (boolean trusted : new boolean[] {false, true}) {
            Semaphore permits = new Semaphore(0);
            String trust = trusted ? "trusted-proxies: [127.0.0.0/8]\n" : "";
            try (var endpoint = ScriptedEndpoint.start(oneFor(permits));
                    var gate =
                            Gate.openOnOneLoop(
                                    trust
                                            + service(
                                                    endpoint,
                                                    "{ max: 1, pending: 1, max-wait: 10s }",
                                                    ""));
                    var first = asks(gate, "/", "a")) {
                endpoint.awaitHeads(1);
                try (var waits = asks(gate, "/", "b");
                        var important = gate.client()) {
                    await().until(() -> gate.get("/").status() == 503);
                    important.send(
                            "GET / HTTP/1.1\r\nHost: a\r\nX-Name: c\r\nX-Weir-Priority: critical\r\n\r\n");
                    refused((trusted ? waits : important).readResponse());
                    permits.release(2);
                    assertThat(first.readResponse().status()).isEqualTo(200);
                    assertThat((trusted ? important : waits).readResponse().status())
                            .isEqualTo(200);
                    assertThat(endpoint.requests().getLast().header("X-Weir-Priority"))
                            .isEqualTo(trusted ? "critical" : null);
                }
            }
        }
    }

    @Test
    void aConcurrencyLimitAnswers503AndEndsWithItsRequests() throws Exception {
        Semaphore permits = new Semaphore(0);
        try (var endpoint = ScriptedEndpoint.start(oneFor(permits));
                var gate =
                        Gate.open(
                                """
                                routes: [{ filters: [{ concurrency-limit: 1 }], to: all }]
                                services: { all: { endpoints: [%s] } }
                                """
                                        .formatted(endpoint.address()))) {
            try (var first = asks(gate, "/", "a")) {
                endpoint.awaitHeads(1);
                refused(gate.get("/"));
                assertThat(gate.events())
                        .contains(
                                "route route-1  overloaded  503 concurrency-limit for 1 request: 1 of 1 under way");
                permits.release();
                assertThat(first.readResponse().status()).isEqualTo(200);
            }
            RawClient gone = asks(gate, "/", "gone");
            endpoint.awaitHeads(2);
            gone.close();
            permits.release(100);
            await().untilAsserted(
                            () ->
                                    assertThat(gate.get("/", "X-Name: c").status())
                                            .as("who went away holds nothing")
                                            .isEqualTo(200));
        }
    }

    @Test
    void anEndpointThatRefusesEverythingIsSparedMostRequests() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.status(503, "no"));
                var gate =
                        Gate.openOnOneLoop(
                                service(endpoint, "{ max: 100 }", ", throttle: 2")
                                        .replace("{ to: all", "{ retry: off, to: all"));
                var client = gate.client()) {
            int throttled = 0;
            for (int i = 0; i < 500; i++) {
                RawResponse response =
                        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
                assertThat(response.status()).isEqualTo(503);
                if (response.header("X-Request-Id") != null) {
                    throttled++;
                    assertThat(response.header("Retry-After")).isEqualTo("1");
                }
            }
            assertThat(throttled).isGreaterThan(300);
            assertThat(endpoint.requestCount()).isEqualTo(500 - throttled);
            assertThat(gate.events())
                    .filteredOn(line -> line.contains("throttled"))
                    .first()
                    .asString()
                    .matches(
                            "all  throttled  1 request kept from %s, which took 0 of [1-9][0-9]+ within 3 s"
                                    .formatted(endpoint.address()));
        }
    }

    @Test
    void stoppingAnswersThoseWhoWait() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.hang());
                var gate =
                        Gate.open(service(endpoint, "{ max: 1, pending: 5, max-wait: 10s }", ""));
                var first = asks(gate, "/", "a")) {
            endpoint.awaitHeads(1);
            try (var second = asks(gate, "/", "b")) {
                assertThat(second.silentFor(Duration.ofMillis(100))).isTrue();
                gate.close();
                assertThat(second.readResponse().text()).contains("stopping");
                assertThat(first.readResponse().status()).isEqualTo(503);
            }
        }
    }
}
