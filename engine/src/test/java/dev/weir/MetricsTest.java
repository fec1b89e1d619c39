package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.metrics.Metric;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.tls.Pki;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the metrics tell of requests that really happened.
class MetricsTest {
    private static final String OPEN_METRICS = "application/openmetrics-text;version=1.0.0";

    private static String shop(String... endpoints) {
        return """
        routes: [{ name: shop, match: { path: /api/** }, to: orders }]
        services: { orders: { endpoints: [%s] } }
        """
                .formatted(String.join(", ", endpoints));
    }

    private static String request(String method, String path) {
        return method
                + " "
                + path
                + " HTTP/1.1\r\nHost: weir.test\r\nContent-Length: 5\r\n\r\nhello";
    }

    @Test
    void countRequestsByRouteMethodAndStatus() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate = Gate.open(shop(endpoint.address()))) {
            gate.get("/api/7");
            gate.get("/api/8?token=secret");
            gate.exchange(request("BREW", "/api/9"));
            gate.get("/nowhere");
            Scraped page = Scraped.of(gate.weir());
            assertThat(served(page, "shop", "GET", "200")).isEqualTo(2);
            assertThat(served(page, "shop", "_OTHER", "200")).isEqualTo(1);
            assertThat(
                            page.value(
                                    "http_server_request_duration_seconds_count",
                                    "http_request_method",
                                    "GET",
                                    "http_response_status_code",
                                    "404",
                                    "url_scheme",
                                    "http"))
                    .isEqualTo(1);
            assertThat(page.value("weir_failed_requests_total", "reason", "no-route")).isEqualTo(1);
            assertThat(page.value("weir_rejected_total", "reason", "no-route")).isEqualTo(1);
            assertThat(page.value("weir_request_body_bytes_total", "route", "shop")).isEqualTo(5);
            assertThat(page.value("weir_response_body_bytes_total", "route", "shop"))
                    .isEqualTo(3 * "Response from: orders".length());
            assertThat(page.text()).doesNotContain("secret", "nowhere", "BREW", "/api");
        }
    }

    private static double served(Scraped page, String route, String method, String status) {
        return page.value(
                "http_server_request_duration_seconds_count",
                "http_route",
                route,
                "http_request_method",
                method,
                "http_response_status_code",
                status,
                "url_scheme",
                "http");
    }

    @Test
    void putATimeBetweenTheBoundsItBelongsTo() throws Exception {
        try (var endpoint =
                        ScriptedEndpoint.start(
                                Behaviours.delay(Duration.ofMillis(300), Behaviours.ok("late")));
                var gate = Gate.open(shop(endpoint.address()))) {
            gate.get("/api/7");
            Scraped page = Scraped.of(gate.weir());
            assertThat(below(page, "0.25")).isZero();
            assertThat(below(page, "5.0")).isEqualTo(1);
            assertThat(below(page, "+Inf")).isEqualTo(1);
            assertThat(
                            page.value(
                                    "http_client_request_duration_seconds_sum",
                                    "service",
                                    "orders",
                                    "endpoint",
                                    endpoint.address(),
                                    "http_response_status_code",
                                    "200"))
                    .isBetween(0.3, 5.0);
        }
    }

    private static double below(Scraped page, String bound) {
        return page.samples().entrySet().stream()
                .filter(each -> each.getKey().startsWith("http_server_request_duration_seconds_b"))
                .filter(each -> each.getKey().contains("le=\"" + bound + "\""))
                .mapToDouble(each -> each.getValue())
                .sum();
    }

    @Test
    void countAStatusThatNobodyRegisteredAsTheFirstOfItsClass() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.status(299));
                var gate = Gate.open(shop(endpoint.address()))) {
            assertThat(gate.get("/api/7").status()).isEqualTo(299);
            assertThat(served(Scraped.of(gate.weir()), "shop", "GET", "200")).isEqualTo(1);
        }
    }

    @Test
    void tellOfAttemptsThatFailedAndWereRepeated() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var nobody = new ServerSocket(0)) {
            String dead = "127.0.0.1:" + nobody.getLocalPort();
            nobody.close();
            try (var gate = Gate.open(Gate.to(dead, endpoint.address()))) {
                for (int i = 0; i < 4; i++) {
                    assertThat(gate.get("/").status()).isEqualTo(200);
                }
                Scraped page = Scraped.of(gate.weir());
                double failed =
                        page.value(
                                "weir_attempts_total",
                                "service",
                                "all",
                                "result",
                                "connect-failed");
                assertThat(failed).isPositive();
                assertThat(
                                page.value(
                                        "weir_retries_total",
                                        "service",
                                        "all",
                                        "reason",
                                        "connect-refused"))
                        .isEqualTo(failed);
                assertThat(
                                page.value(
                                        "weir_attempts_total",
                                        "service",
                                        "all",
                                        "result",
                                        "answered"))
                        .isEqualTo(4);
                assertThat(page.value("weir_pool_connects_failed_total", "service", "all"))
                        .isEqualTo(failed);
            }
        }
    }

    @Test
    void tellOfEndpointsThatAreDown() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var nobody = new ServerSocket(0)) {
            String dead = "127.0.0.1:" + nobody.getLocalPort();
            nobody.close();
            try (var gate =
                    Gate.open(
                            """
                            routes: [{ to: all }]
                            services: { all: { endpoints: [%s, %s], health: / } }
                            """
                                    .formatted(endpoint.address(), dead))) {
                Scraped page = Scraped.of(gate.weir());
                assertThat(
                                page.value(
                                        "weir_endpoint_up",
                                        "service",
                                        "all",
                                        "endpoint",
                                        endpoint.address()))
                        .isEqualTo(1);
                assertThat(page.value("weir_endpoint_up", "service", "all", "endpoint", dead))
                        .isZero();
            }
        }
    }

    @Test
    void tellWhoWasEjectedAndWhy() throws Exception {
        try (var good = ScriptedEndpoint.start(Behaviours.ok("good"));
                var bad = ScriptedEndpoint.start(Behaviours.status(503));
                var gate =
                        Gate.open(
                                """
                                routes: [{ to: all, retry: off }]
                                services:
                                  all:
                                    endpoints: [%s, %s]
                                    balance: round-robin
                                    outliers: { failures: 3, eject: 60s }
                                """
                                        .formatted(good.address(), bad.address()))) {
            for (int i = 0; i < 10; i++) {
                gate.get("/");
            }
            Scraped page = Scraped.of(gate.weir());
            assertThat(page.value("weir_ejections_total", "service", "all", "reason", "failures"))
                    .isEqualTo(1);
            assertThat(page.value("weir_ejections_total", "service", "all", "reason", "latency"))
                    .isZero();
            assertThat(page.value("weir_endpoint_up", "service", "all", "endpoint", bad.address()))
                    .isZero();
        }
    }

    @Test
    void countConnectionsOnBothSides() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate = Gate.open(shop(endpoint.address()));
                RawClient client = gate.client()) {
            client.send("GET /api/1 HTTP/1.1\r\nHost: a\r\n\r\n").readResponse("GET");
            Scraped page = Scraped.of(gate.weir());
            assertThat(page.value("weir_connections", "listener", "web")).isEqualTo(1);
            assertThat(page.value("weir_connections_accepted_total", "listener", "web"))
                    .isEqualTo(1);
            assertThat(pool(page, "idle")).isEqualTo(1);
            assertThat(pool(page, "busy")).isZero();
            assertThat(pool(page, "connecting")).isZero();
        }
    }

    @Test
    void countABusyConnectionWhileAnAnswerIsAwaited() throws Exception {
        var answer = new CountDownLatch(1);
        try (var endpoint =
                        ScriptedEndpoint.start(
                                (request, wire) -> {
                                    await(answer);
                                    wire.answer(200, new byte[0]);
                                });
                var gate = Gate.open(shop(endpoint.address()));
                RawClient client = gate.client()) {
            client.send("GET /api/1 HTTP/1.1\r\nHost: a\r\n\r\n");
            Awaitility.await().untilAsserted(() -> assertThat(endpoint.requests()).hasSize(1));
            Scraped page = Scraped.of(gate.weir());
            assertThat(pool(page, "busy")).isEqualTo(1);
            assertThat(
                            page.value(
                                    "weir_endpoint_requests_in_flight",
                                    "service",
                                    "orders",
                                    "endpoint",
                                    endpoint.address()))
                    .isEqualTo(1);
            answer.countDown();
            assertThat(client.readResponse("GET").status()).isEqualTo(200);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static double pool(Scraped page, String state) {
        return page.value("weir_pool_connections", "service", "orders", "state", state);
    }

    @Test
    void countRequestsThatAFilterRefused() throws Exception {
        try (var gate =
                Gate.open(
                        """
                        routes:
                          - name: shop
                            filters: [{ rate-limit: { rate: 1/h, burst: 1 } }]
                            respond: { status: 200 }
                        """)) {
            for (int i = 0; i < 3; i++) {
                gate.get("/");
            }
            Scraped page = Scraped.of(gate.weir());
            assertThat(page.value("weir_rate_limited_total", "route", "shop")).isEqualTo(2);
            assertThat(page.value("weir_rejected_total", "reason", "rate-limited")).isEqualTo(2);
        }
    }

    @Test
    void countRequestsThatAFilterWouldHaveRefused(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("access.log");
        try (var gate =
                Gate.open(
                        """
                        routes:
                          - name: shop
                            filters: [{ rate-limit: { rate: 1/h, burst: 1, dry-run: true } }]
                            respond: { status: 200 }
                        logs: { access: { to: %s } }
                        """
                                .formatted(log))) {
            for (int i = 0; i < 3; i++) {
                assertThat(gate.get("/").status()).isEqualTo(200);
            }
            Scraped page = Scraped.of(gate.weir());
            assertThat(page.value("weir_rate_limit_dry_run_total", "route", "shop")).isEqualTo(2);
        }
        assertThat(Files.readAllLines(log))
                .filteredOn(line -> line.contains("\"would_be_limited\":true"))
                .hasSize(2);
    }

    @Test
    void sayWhenCertificatesEnd(@TempDir Path folder) throws Exception {
        Pki pki = Pki.in(folder);
        pki.server("site", "shop.example.com");
        try (var gate =
                Gate.openWith(
                        Http2TlsTest.listener(pki) + "routes: [{ respond: { status: 200 } }]\n")) {
            Scraped page = Scraped.of(gate.weir());
            String name = page.like("weir_tls_certificate_not_after_timestamp_seconds").getFirst();
            assertThat(name).contains("certificate=\"shop.example.com\"", "listener=\"web\"");
            assertThat(page.samples().get(name)).isGreaterThan(System.currentTimeMillis() / 1000.0);
        }
    }

    @Test
    void comeAsOpenMetricsWhereThatIsAskedFor() throws Exception {
        try (var gate = Gate.open("routes: [{ respond: { status: 200 } }]\n")) {
            gate.get("/");
            assertThat(gate.weir().metrics().contentType(OPEN_METRICS))
                    .startsWith("application/openmetrics-text");
            assertThat(gate.weir().metrics().contentType(null)).startsWith("text/plain");
            assertThat(Scraped.of(gate.weir(), OPEN_METRICS).text())
                    .endsWith("# EOF\n")
                    .contains("# UNIT http_server_request_duration_seconds seconds");
        }
    }

    @Test
    void pleasePromtool(@TempDir Path folder) throws Exception {
        Pki pki = Pki.in(folder);
        pki.server("site", "shop.example.com");
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate = Gate.openWith(Http2TlsTest.listener(pki) + shop(endpoint.address()))) {
            Promtool.pleasedBy(Scraped.of(gate.weir()).text(), folder);
        }
    }

    @Test
    void areAllOnThePageThatTheTableNamesAndHaveSomethingToSay() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate = Gate.open(shop(endpoint.address()))) {
            gate.get("/api/1");
            Scraped page = Scraped.of(gate.weir());
            List<String> always =
                    Arrays.stream(Metric.values())
                            .filter(each -> each.labels().isEmpty())
                            .map(Metric::text)
                            .toList();
            assertThat(always).isNotEmpty().allMatch(name -> page.has(name));
            assertThat(page.value("weir_memory_limit_bytes")).isPositive();
            assertThat(page.like("jvm_memory_used_bytes")).isNotEmpty();
            assertThat(page.like("jvm_gc_collection_seconds_count")).isNotEmpty();
            assertThat(page.like("process_open_fds")).isNotEmpty();
        }
    }

    @Test
    void neverGoBackWhileRequestsComeAndGo() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate = Gate.open(shop(endpoint.address()))) {
            Thread traffic =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 200; i++) {
                                            get(gate);
                                        }
                                    });
            double before = 0;
            while (traffic.isAlive()) {
                double now = all(Scraped.of(gate.weir()));
                assertThat(now).isGreaterThanOrEqualTo(before);
                before = now;
            }
            assertThat(all(Scraped.of(gate.weir()))).isEqualTo(200);
        }
    }

    private static void get(Gate gate) {
        try {
            gate.get("/api/1");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static double all(Scraped page) {
        return page.like("http_server_request_duration_seconds_count").stream()
                .mapToDouble(name -> page.samples().get(name))
                .sum();
    }
}
