package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.exchange.Exchange;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterSite;
import dev.weir.filter.Verdict;
import dev.weir.filter.ratelimit.RateLimitConfig;
import dev.weir.runtime.Clock;
import dev.weir.schema.Rate;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.GeneratedBody;
import dev.weir.testkit.HashedResponse;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.Request;
import dev.weir.testkit.ScriptedEndpoint;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The ten faults of the two projects that Weir grew from; each must be absent.
class TenFaultsTest {
    private static final long GIGABYTE = 1L << 30;

    @Test
    void aPathOfOneServiceDoesNotMatchTheBeginningOfAnother() throws Exception {
        try (var users = ScriptedEndpoint.start(Behaviours.ok("users"));
                var gate =
                        Gate.open(
                                """
                                routes: [{ match: { path: /api/users/** }, to: users }]
                                services: { users: { endpoints: [%s] } }
                                """
                                        .formatted(users.address()))) {
            assertThat(gate.get("/api/users").status()).isEqualTo(200);
            assertThat(gate.get("/api/users/").status()).isEqualTo(200);
            assertThat(gate.get("/api/users/7").status()).isEqualTo(200);
            assertThat(gate.get("/api/usersecret").status()).isEqualTo(404);
            assertThat(users.requestCount()).isEqualTo(3);
        }
    }

    @Test
    void allEndpointsDownCrashesNothing() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var gate =
                        Gate.open(
                                """
                                routes: [{ to: all }]
                                services:
                                  all: { endpoints: [%s], health: { every: 30ms, up-after: 1, down-after: 1 } }
                                """
                                        .formatted(endpoint.address()))) {
            endpoint.kill();
            await().until(() -> gate.get("/").status() == 503);
            for (int i = 0; i < 100; i++) {
                assertThat(gate.get("/").status()).isEqualTo(503);
            }
            endpoint.revive();
            await().until(() -> gate.get("/").status() == 200);
        }
    }

    @Test
    void twentyHungEndpointsAreNoticedWithinOneTimeoutNotTwenty() throws Exception {
        List<ScriptedEndpoint> hung = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            hung.add(ScriptedEndpoint.start(Behaviours.hang()));
        }
        String endpoints =
                hung.stream().map(ScriptedEndpoint::address).collect(Collectors.joining(", "));
        long before = System.nanoTime();
        try (var gate =
                Gate.open(
                        """
                        routes: [{ to: all }]
                        services: { all: { endpoints: [%s], health: { path: /health, timeout: 1s } } }
                        """
                                .formatted(endpoints))) {
            assertThat(gate.get("/").status()).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isLessThan(Duration.ofSeconds(5));
        } finally {
            for (ScriptedEndpoint endpoint : hung) {
                endpoint.close();
            }
        }
    }

    @Test
    void aHungProbeStopsNoOtherProbe() throws Exception {
        try (var hung = ScriptedEndpoint.start(Behaviours.hang());
                var good = ScriptedEndpoint.start(Behaviours.ok("good"));
                var gate =
                        Gate.open(
                                """
                                routes: [{ to: all }]
                                services:
                                  all: { endpoints: [%s, %s], health: { path: /health, every: 50ms, timeout: 30s } }
                                """
                                        .formatted(hung.address(), good.address()))) {
            await().until(() -> good.requestCount() >= 10);
            assertThat(gate.events()).noneMatch(line -> line.contains("down"));
        }
    }

    @Test
    void oneLostProbeFlipsNothing() throws Exception {
        AtomicInteger probes = new AtomicInteger();
        try (var endpoint =
                        ScriptedEndpoint.start(
                                (request, wire) -> {
                                    wire.readBody();
                                    if (probes.incrementAndGet() == 5) {
                                        wire.reset();
                                    } else {
                                        wire.answer(200, new byte[0]);
                                    }
                                });
                var gate =
                        Gate.open(
                                """
                                routes: [{ to: all }]
                                services: { all: { endpoints: [%s], health: { path: /health, every: 30ms } } }
                                """
                                        .formatted(endpoint.address()))) {
            await().until(() -> probes.get() > 12);
            assertThat(gate.events()).noneMatch(line -> line.contains("down"));
            assertThat(gate.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void roundRobinStaysEvenWhenTheListChanges() throws Exception {
        List<ScriptedEndpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int me = i;
            endpoints.add(
                    ScriptedEndpoint.start(
                            Behaviours.byPath(
                                    Map.of(
                                            "/health",
                                            Behaviours.status(200),
                                            "/",
                                            Behaviours.ok("e" + me)))));
        }
        String list =
                endpoints.stream().map(ScriptedEndpoint::address).collect(Collectors.joining(", "));
        try (var gate =
                Gate.open(
                        """
                        routes: [{ to: all }]
                        services:
                          all:
                            balance: round-robin
                            slow-start: 0s
                            endpoints: [%s]
                            health: { path: /health, every: 30ms, up-after: 1, down-after: 1 }
                        """
                                .formatted(list))) {
            evenBetween(gate, 3);
            endpoints.get(1).kill();
            await().until(() -> gate.events().stream().anyMatch(line -> line.contains("down")));
            evenBetween(gate, 2);
            endpoints.get(1).revive();
            await().until(() -> gate.events().stream().anyMatch(line -> line.contains("  up  ")));
            evenBetween(gate, 3);
        } finally {
            for (ScriptedEndpoint endpoint : endpoints) {
                endpoint.close();
            }
        }
    }

    private static void evenBetween(Gate gate, int endpoints) throws Exception {
        int requests = 20 * endpoints + 1;
        Map<String, Long> counts =
                IntStream.range(0, requests)
                        .mapToObj(i -> text(gate))
                        .collect(Collectors.groupingBy(text -> text, Collectors.counting()));
        assertThat(counts).hasSize(endpoints);
        assertThat(counts.values()).allMatch(count -> count == 20 || count == 21);
    }

    private static String text(Gate gate) {
        try {
            return gate.get("/").text();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aGigabyteEachWayNeedsLessThan64MegabytesOfMemory() throws Exception {
        try (var endpoint =
                        ScriptedEndpoint.start(
                                Behaviours.byPath(
                                        Map.of(
                                                "/down",
                                                Behaviours.stream(GIGABYTE),
                                                "/up",
                                                Behaviours.echo())));
                var gate = Gate.open(Gate.to(endpoint.address()))) {
            String digest = new GeneratedBody(GIGABYTE).sha256();
            gate.get("/up");
            long before = memory();
            AtomicLong most = new AtomicLong();
            AtomicBoolean watching = new AtomicBoolean(true);
            Thread watcher =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (watching.get()) {
                                            most.accumulateAndGet(directMemory(), Math::max);
                                            Thread.onSpinWait();
                                            java.util.concurrent.locks.LockSupport.parkNanos(
                                                    1_000_000);
                                        }
                                    });
            var down =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try (RawClient client =
                                        RawClient.connect(gate.port(), Duration.ofMinutes(1))) {
                                    client.send("GET /down HTTP/1.1\r\nHost: a\r\n\r\n");
                                    HashedResponse response = client.readHashed();
                                    return response.bytes() + " " + response.sha256();
                                } catch (java.io.IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            });
            try (RawClient client = RawClient.connect(gate.port(), Duration.ofMinutes(1))) {
                client.send(
                        "POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: " + GIGABYTE + "\r\n\r\n");
                client.send(new GeneratedBody(GIGABYTE), false);
                RawResponse response = client.readResponse();
                assertThat(response.header("X-Echo-Body-Sha256")).isEqualTo(digest);
            }
            assertThat(down.join()).isEqualTo(GIGABYTE + " " + digest);
            watching.set(false);
            watcher.join();
            assertThat(most.get() + heapAfterCollection() - before).isLessThan(64L << 20);
        }
    }

    private static long memory() {
        return directMemory() + heapAfterCollection();
    }

    /// Netty's own counter; the pools of the JDK are counted as well, for transports that use them.
    private static long directMemory() {
        long nio =
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum();
        return nio + Math.max(0, io.netty.util.internal.PlatformDependent.usedDirectMemory());
    }

    private static long heapAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void hopByHopAndNominatedFieldsNeverReachAnEndpoint() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo());
                var gate = Gate.open(Gate.to(endpoint.address()))) {
            gate.get(
                    "/",
                    "Connection: keep-alive, X-Internal, X-Forwarded-For, Authorization",
                    "X-Internal: 1",
                    "Authorization: Bearer abc",
                    "Keep-Alive: timeout=5",
                    "Proxy-Connection: keep-alive",
                    "Proxy-Authorization: Basic abc",
                    "TE: trailers",
                    "Trailer: X",
                    "Upgrade: h2c",
                    "HTTP2-Settings: AAMAAABkAAQAAP__",
                    "X-End-To-End: stays");
            Request request = endpoint.awaitRequests(1).getFirst();
            assertThat(request.headers())
                    .extracting(line -> line.name().toLowerCase(java.util.Locale.ROOT))
                    .containsExactlyInAnyOrder(
                            "host",
                            "authorization",
                            "x-end-to-end",
                            "x-forwarded-for",
                            "x-forwarded-proto",
                            "x-forwarded-host",
                            "via",
                            "x-request-id");
        }
    }

    @Test
    void tenMillionRateLimitKeysNeedNoMoreMemoryThanTheTableHas() throws Exception {
        long before = memory();
        Filter filter =
                RateLimitConfig.of(Rate.perSecond(10))
                        .build(new FilterSite("route", Path.of(""), Clock.system(), 1, _ -> {}));
        Exchange exchange = new Exchange();
        int refused = 0;
        for (int i = 0; i < 10_000_000; i++) {
            byte[] address = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
            InetAddress client = InetAddress.getByAddress(address);
            exchange.cameFrom(client, client, "web", "http");
            refused += filter.onRequest(exchange) instanceof Verdict.Answer ? 1 : 0;
        }
        assertThat(refused).as("each came once").isZero();
        assertThat(memory() - before).isLessThan(16L << 20);
    }

    @Test
    void aClientCannotSayThatItIsSomebodyElse() throws Exception {
        String[] claims = {
            "X-Forwarded-For: 203.0.113.9",
            "X-Forwarded-Host: evil.test",
            "X-Forwarded-Proto: https",
            "X-Real-IP: 203.0.113.9",
            "Forwarded: for=203.0.113.9",
            "X-Request-Id: mine"
        };
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo());
                var gate = Gate.open(Gate.to(endpoint.address()))) {
            gate.get("/", claims);
            Request request = endpoint.awaitRequests(1).getFirst();
            assertThat(request.values("X-Forwarded-For")).containsExactly("127.0.0.1");
            assertThat(request.values("X-Forwarded-Host")).containsExactly("weir.test");
            assertThat(request.values("X-Forwarded-Proto")).containsExactly("http");
            assertThat(request.values("X-Real-IP")).isEmpty();
            assertThat(request.values("Forwarded")).isEmpty();
            assertThat(request.header("X-Request-Id")).isNotEqualTo("mine");
        }
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo());
                var gate =
                        Gate.open(
                                "trusted-proxies: [127.0.0.0/8]\n" + Gate.to(endpoint.address()))) {
            gate.get("/", claims);
            Request request = endpoint.awaitRequests(1).getFirst();
            assertThat(request.values("X-Forwarded-For")).containsExactly("203.0.113.9, 127.0.0.1");
            assertThat(request.values("X-Forwarded-Proto")).containsExactly("https");
            assertThat(request.header("X-Request-Id")).isEqualTo("mine");
        }
    }
}
