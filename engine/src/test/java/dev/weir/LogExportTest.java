package dev.weir;

import static dev.weir.otlp.Collector.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.observe.LogsConfig;
import dev.weir.otlp.Collector;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Log records of requests that really happened, as a collector gets them.
@Timeout(120)
class LogExportTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";

    /// More than waits anywhere on the way.
    private static final String LONG_PATH = "/api/" + "a".repeat(3_900);

    @TempDir private Path folder;

    private static String logged(String url) {
        return "logs: { otlp: \"" + url + "\", name: edge }\n";
    }

    private static String shop(String... endpoints) {
        return """
        routes: [{ name: shop, match: { path: /api/** }, to: orders }]
        services: { orders: { endpoints: [%s], balance: round-robin } }
        """
                .formatted(String.join(", ", endpoints));
    }

    private static List<JsonNode> records(Collector collector, int records) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> collector.logRecords().size() == records);
        return collector.logRecords();
    }

    private static JsonNode of(List<JsonNode> records, String path) {
        return records.stream()
                .filter(each -> path.equals(attribute(each, "url.path")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void tellsWhatTheAccessLogTellsInTheWordsOfOpenTelemetry() throws Exception {
        try (var collector = Collector.start();
                var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate = Gate.open(logged(collector.url()) + shop(endpoint.address()))) {
            long before = System.currentTimeMillis() * 1_000_000;
            int size =
                    gate.get(
                                    "/api/7?page=2&token=s3cret",
                                    "traceparent: 00-" + TRACE + "-" + CALLER + "-01")
                            .body()
                            .length;
            long after = (System.currentTimeMillis() + 1) * 1_000_000;
            JsonNode record = records(collector, 1).getFirst();

            assertThat(record.path("traceId").textValue()).isEqualTo(TRACE);
            assertThat(record.path("spanId").textValue()).isEqualTo(CALLER);
            assertThat(record.path("flags").intValue()).isEqualTo(1);
            assertThat(record.path("severityNumber").intValue()).isEqualTo(9);
            assertThat(record.path("severityText").textValue()).isEqualTo("INFO");
            assertThat(record.path("eventName").textValue()).isEqualTo("weir.request");
            assertThat(record.at("/body/stringValue").textValue())
                    .isEqualTo("GET /api/7?page=2&token=*** 200");
            assertThat(attribute(record, "http.request.method")).isEqualTo("GET");
            assertThat(attribute(record, "url.scheme")).isEqualTo("http");
            assertThat(attribute(record, "url.path")).isEqualTo("/api/7");
            assertThat(attribute(record, "url.query")).isEqualTo("page=2&token=***");
            assertThat(attribute(record, "server.address")).isEqualTo("weir.test");
            assertThat(attribute(record, "client.address")).isEqualTo("127.0.0.1");
            assertThat(attribute(record, "network.protocol.name")).isEqualTo("http");
            assertThat(attribute(record, "network.protocol.version")).isEqualTo("1.1");
            assertThat(attribute(record, "http.response.status_code")).isEqualTo("200");
            assertThat(attribute(record, "http.request.body.size")).isEqualTo("0");
            assertThat(attribute(record, "http.response.body.size"))
                    .isEqualTo(Integer.toString(size));
            assertThat(attribute(record, "http.route")).isEqualTo("shop");
            assertThat(attribute(record, "weir.listener")).isEqualTo("web");
            assertThat(attribute(record, "weir.service")).isEqualTo("orders");
            assertThat(attribute(record, "weir.endpoint")).isEqualTo(endpoint.address());
            assertThat(attribute(record, "weir.attempts")).isEqualTo("1");
            assertThat(attribute(record, "weir.ended_by")).isEqualTo("endpoint");
            assertThat(attribute(record, "weir.request_id"))
                    .isEqualTo(endpoint.requests().getFirst().header("X-Request-Id"));
            assertThat(Double.parseDouble(attribute(record, "weir.total_ms"))).isPositive();
            assertThat(attribute(record, "weir.weir_ms")).isNotNull();
            assertThat(attribute(record, "weir.queue_ms")).isNotNull();
            assertThat(attribute(record, "weir.connect_ms")).isNotNull();
            assertThat(attribute(record, "weir.first_byte_ms")).isNotNull();
            assertThat(attribute(record, "error.type")).isNull();
            long began = Long.parseLong(record.path("timeUnixNano").textValue());
            assertThat(began).isBetween(before - 1_000_000, after);
            assertThat(Long.parseLong(record.path("observedTimeUnixNano").textValue()))
                    .isBetween(began, after);

            assertThat(collector.targets()).containsOnly("POST /v1/logs application/json");
            assertThat(
                            attribute(
                                    collector.requests().getFirst().at("/resourceLogs/0/resource"),
                                    "service.name"))
                    .isEqualTo("edge");
        }
    }

    @Test
    void takesItsSeverityFromTheStatusAndSaysWhyARequestFailed() throws Exception {
        try (var collector = Collector.start();
                var failing = ScriptedEndpoint.start(Behaviours.status(503));
                var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate =
                        Gate.openOnOneLoop(
                                logged(collector.url())
                                        + shop(failing.address(), endpoint.address()))) {
            gate.get("/api/1");
            gate.get("/api/2");
            gate.get("/nowhere");
            List<JsonNode> records = records(collector, 3);
            JsonNode unknown = of(records, "/nowhere");
            assertThat(unknown.path("severityText").textValue()).isEqualTo("WARN");
            assertThat(unknown.path("severityNumber").intValue()).isEqualTo(13);
            assertThat(attribute(unknown, "error.type")).isEqualTo("no-route");
            assertThat(unknown.has("traceId")).isFalse();
            JsonNode repeated =
                    records.stream()
                            .filter(each -> attribute(each, "weir.failed_attempts") != null)
                            .findFirst()
                            .orElseThrow();
            assertThat(repeated.path("severityText").textValue()).isEqualTo("INFO");
            assertThat(attribute(repeated, "weir.attempts")).isEqualTo("2");
            assertThat(repeated.toString()).contains(failing.address()).contains("status-503");

            endpoint.close();
            failing.close();
            gate.get("/api/3");
            JsonNode failed = of(records(collector, 4), "/api/3");
            assertThat(failed.path("severityText").textValue()).isEqualTo("ERROR");
            assertThat(failed.path("severityNumber").intValue()).isEqualTo(17);
            assertThat(attribute(failed, "error.type")).isEqualTo("connect-refused");
        }
    }

    @Test
    void belongsToTheSpanOfItsRequest() throws Exception {
        try (var collector = Collector.start();
                var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate =
                        Gate.open(
                                "logs: { otlp: \""
                                        + collector.url()
                                        + "\" }\ntraces: { otlp: \""
                                        + collector.url()
                                        + "\", sample: 100%, name: shop-edge }\n"
                                        + shop(endpoint.address()))) {
            gate.get("/api/1");
            JsonNode record = records(collector, 1).getFirst();
            await().until(() -> collector.spans().size() == 2);
            JsonNode server =
                    collector.spans().stream()
                            .filter(each -> each.path("kind").intValue() == 2)
                            .findFirst()
                            .orElseThrow();
            assertThat(record.path("traceId")).isEqualTo(server.path("traceId"));
            assertThat(record.path("spanId")).isEqualTo(server.path("spanId"));
            assertThat(collector.requests())
                    .allSatisfy(
                            request ->
                                    assertThat(
                                                    attribute(
                                                            request.elements()
                                                                    .next()
                                                                    .at("/0/resource"),
                                                            "service.name"))
                                            .isEqualTo("shop-edge"));
        }
    }

    @Test
    void escapesWhatAClientSends() throws Exception {
        try (var collector = Collector.start();
                var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate = Gate.open(logged(collector.url()) + shop(endpoint.address()))) {
            gate.exchange(
                    "BREW /api/%22x?a=\"\\ HTTP/1.1\r\nHost: weir.test\r\nConnection: close\r\n\r\n");
            JsonNode record = records(collector, 1).getFirst();
            assertThat(attribute(record, "http.request.method")).isEqualTo("_OTHER");
            assertThat(attribute(record, "http.request.method_original")).isEqualTo("BREW");
        }
    }

    @Test
    void tellsOfAConnectionThatIsPassedOn() throws Exception {
        try (var collector = Collector.start();
                var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate =
                        Gate.openWith(
                                """
                                weir: 1
                                listeners: { web: { listen: "127.0.0.1:0", tcp: orders } }
                                services: { orders: { endpoints: [%s] } }
                                logs: { otlp: "%s" }
                                """
                                        .formatted(endpoint.address(), collector.url()))) {
            String request = "GET / HTTP/1.1\r\nHost: weir.test\r\nConnection: close\r\n\r\n";
            assertThat(gate.exchange(request).status()).isEqualTo(200);
            JsonNode record = records(collector, 1).getFirst();
            assertThat(record.path("eventName").textValue()).isEqualTo("weir.connection");
            assertThat(record.at("/body/stringValue").textValue()).isEqualTo("TCP web");
            assertThat(attribute(record, "network.transport")).isEqualTo("tcp");
            assertThat(attribute(record, "weir.bytes_in"))
                    .isEqualTo(Integer.toString(request.length()));
            assertThat(attribute(record, "weir.endpoint")).isEqualTo(endpoint.address());
            assertThat(attribute(record, "http.request.method")).isNull();
            assertThat(attribute(record, "weir.weir_ms")).isNull();
        }
    }

    @Test
    void stopsNoRequestWhileTheCollectorIsSlowAndCountsWhatIsDropped() throws Exception {
        try (var collector = Collector.start();
                var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"))) {
            CountDownLatch open = collector.hold();
            try (var gate = Gate.openOnOneLoop(logged(collector.url()) + shop(endpoint.address()));
                    RawClient client = gate.client()) {
                for (int i = 0; i < 400; i++) {
                    String request = "GET " + LONG_PATH + " HTTP/1.1\r\nHost: weir.test\r\n\r\n";
                    assertThat(client.send(request).readResponse().status()).isEqualTo(200);
                }
                double dropped = dropped(gate);
                assertThat(dropped).isBetween(50.0, 399.0);
                assertThat(gate.events())
                        .filteredOn(line -> line.startsWith("access log:"))
                        .singleElement()
                        .isEqualTo(
                                "access log: lines are dropped, because "
                                        + collector.url()
                                        + " takes them too slowly");
                open.countDown();
                records(collector, 400 - (int) dropped);
                assertThat(dropped(gate)).isEqualTo(dropped);
                assertThat(collector.requests())
                        .allSatisfy(
                                request ->
                                        assertThat(request.toString().length())
                                                .isLessThan(600 << 10));
            }
        }
    }

    @Test
    void goesOnWhenTheCollectorComesBack() throws Exception {
        try (var collector = Collector.start();
                var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate = Gate.open(logged(collector.url()) + shop(endpoint.address()))) {
            collector.answer(503, "0");
            collector.answer(429, "0");
            assertThat(gate.get("/api/1").status()).isEqualTo(200);
            await().until(() -> collector.requests().size() == 3);
            assertThat(collector.requests()).containsOnly(collector.requests().getFirst());
            collector.answer(400, "");
            assertThat(gate.get("/api/2").status()).isEqualTo(200);
            await().until(() -> dropped(gate) == 1);
            await().untilAsserted(
                            () ->
                                    assertThat(gate.events())
                                            .contains(
                                                    "access log: "
                                                            + collector.url()
                                                            + " cannot be written: it answers 400 (1 lines lost)"));
            assertThat(gate.get("/api/3").status()).isEqualTo(200);
            await().until(() -> collector.requests().size() == 5);
            assertThat(dropped(gate)).isEqualTo(1);
        }
    }

    @Test
    void doesNotKeepWeirFromStoppingWhileNobodyTakesIt() throws Exception {
        String url;
        try (var nobody = new ServerSocket(0)) {
            url = "http://127.0.0.1:" + nobody.getLocalPort();
        }
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"))) {
            Gate gate = Gate.open(logged(url) + shop(endpoint.address()));
            assertThat(gate.get("/api/1").status()).isEqualTo(200);
            long began = System.nanoTime();
            gate.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(10));
            assertThat(gate.events())
                    .anyMatch(
                            line ->
                                    line.startsWith("access log: " + url)
                                            && line.contains("(1 lines lost)"));
        }
    }

    @Test
    void standsBesideAnAccessLogInAFileAndOutlivesReloads() throws Exception {
        Path file = folder.resolve("access.log");
        try (var collector = Collector.start();
                var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"))) {
            String before =
                    "logs: { access: { to: \""
                            + file
                            + "\" }, otlp: \""
                            + collector.url()
                            + "\" }\n";
            try (var gate = Gate.open(before + shop(endpoint.address()))) {
                WeirConfig first = gate.weir().config();
                LogsConfig both = first.logs();
                gate.get("/api/1");
                gate.weir().reload(first);
                gate.get("/api/2");
                records(collector, 2);
                gate.weir()
                        .reload(
                                first.withLogs(
                                        new LogsConfig(
                                                Optional.empty(), both.otlp(), both.name())));
                gate.get("/api/3");
                records(collector, 3);
                gate.weir().reload(first.withLogs(LogsConfig.DEFAULTS));
                gate.get("/api/4");
            }
            assertThat(collector.logRecords())
                    .extracting(each -> attribute(each, "url.path"))
                    .containsExactly("/api/1", "/api/2", "/api/3");
            assertThat(Files.readAllLines(file)).hasSize(2);
        }
    }

    private static double dropped(Gate gate) throws Exception {
        return Scraped.of(gate.weir()).value("weir_log_lines_dropped_total", "log", "otlp");
    }
}
