package dev.weir;

import static dev.weir.otlp.Collector.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.config.EffectiveConfig;
import dev.weir.otlp.Collector;
import dev.weir.schema.Percent;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawHttp2Client;
import dev.weir.testkit.Request;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.trace.TracesConfig;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Traces of requests that really happened, as a collector gets them.
class TracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final String SAMPLED = "traceparent: 00-" + TRACE + "-" + CALLER + "-01";
    private static final String NOT_SAMPLED = "traceparent: 00-" + TRACE + "-" + CALLER + "-00";

    @TempDir private Path folder;

    private static String traced(Collector collector, String sample) {
        return "traces: { otlp: \""
                + collector.url()
                + "\", sample: "
                + sample
                + ", name: edge }\n";
    }

    private static String shop(String... endpoints) {
        return """
        routes: [{ name: shop, match: { path: /api/** }, to: orders }]
        services: { orders: { endpoints: [%s], balance: round-robin } }
        """
                .formatted(String.join(", ", endpoints));
    }

    private static List<JsonNode> spans(Collector collector, int spans) {
        Awaitility.await().until(() -> collector.spans().size() == spans);
        return collector.spans();
    }

    private static JsonNode server(List<JsonNode> spans) {
        return spans.stream()
                .filter(each -> each.path("kind").intValue() == 2)
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> clients(List<JsonNode> spans) {
        return spans.stream().filter(each -> each.path("kind").intValue() == 3).toList();
    }

    private static long nanos(JsonNode span, String name) {
        return Long.parseLong(span.path(name).textValue());
    }

    @Test
    void tellOfARequestAndItsAttemptWhoAskedWhoWasAskedAndHowLongItTook() throws Exception {
        try (var collector = Collector.start();
                var endpoint =
                        ScriptedEndpoint.start(
                                Behaviours.delay(Duration.ofMillis(80), Behaviours.ok("orders")));
                var gate = Gate.open(traced(collector, "100%") + shop(endpoint.address()))) {
            long before = System.currentTimeMillis() * 1_000_000;
            gate.get("/api/7?token=secret", SAMPLED, "tracestate: vendor=1");
            long after = (System.currentTimeMillis() + 1) * 1_000_000;
            List<JsonNode> spans = spans(collector, 2);
            JsonNode server = server(spans);
            JsonNode client = clients(spans).getFirst();

            assertThat(server.path("traceId").textValue()).isEqualTo(TRACE);
            assertThat(server.path("parentSpanId").textValue()).isEqualTo(CALLER);
            assertThat(server.path("traceState").textValue()).isEqualTo("vendor=1");
            assertThat(server.path("name").textValue()).isEqualTo("GET shop");
            assertThat(attribute(server, "http.request.method")).isEqualTo("GET");
            assertThat(attribute(server, "http.route")).isEqualTo("shop");
            assertThat(attribute(server, "url.path")).isEqualTo("/api/7");
            assertThat(attribute(server, "http.response.status_code")).isEqualTo("200");
            assertThat(attribute(server, "network.protocol.version")).isEqualTo("1.1");
            assertThat(attribute(server, "client.address")).isEqualTo("127.0.0.1");
            assertThat(attribute(server, "weir.request_id"))
                    .isEqualTo(endpoint.requests().getFirst().header("X-Request-Id"));
            assertThat(server.has("status")).isFalse();

            assertThat(client.path("traceId").textValue()).isEqualTo(TRACE);
            assertThat(client.path("parentSpanId")).isEqualTo(server.path("spanId"));
            assertThat(client.path("name").textValue()).isEqualTo("GET orders");
            assertThat(attribute(client, "server.address")).isEqualTo("127.0.0.1");
            assertThat(attribute(client, "server.port"))
                    .isEqualTo(endpoint.address().substring("127.0.0.1:".length()));
            assertThat(endpoint.requests().getFirst().header("traceparent"))
                    .isEqualTo("00-" + TRACE + "-" + client.path("spanId").textValue() + "-01");
            assertThat(endpoint.requests().getFirst().header("tracestate")).isEqualTo("vendor=1");

            assertThat(nanos(server, "startTimeUnixNano")).isBetween(before - 1_000_000, after);
            assertThat(nanos(client, "startTimeUnixNano"))
                    .isGreaterThanOrEqualTo(nanos(server, "startTimeUnixNano"));
            assertThat(nanos(client, "endTimeUnixNano") - nanos(client, "startTimeUnixNano"))
                    .isBetween(79_000_000L, after - before);
            assertThat(nanos(server, "endTimeUnixNano"))
                    .isBetween(nanos(client, "endTimeUnixNano"), after);

            assertThat(collector.targets()).containsOnly("POST /v1/traces application/json");
            assertThat(collector.requests().toString()).doesNotContain("secret");
            assertThat(
                            attribute(
                                    collector.requests().getFirst().at("/resourceSpans/0/resource"),
                                    "service.name"))
                    .isEqualTo("edge");
            Awaitility.await()
                    .until(
                            () ->
                                    Scraped.of(gate.weir())
                                                    .value(
                                                            "weir_trace_spans_total",
                                                            "result",
                                                            "taken")
                                            == 2);
        }
    }

    @Test
    void haveASpanForEachAttempt() throws Exception {
        try (var collector = Collector.start();
                var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var failing = ScriptedEndpoint.start(Behaviours.status(503));
                var gate =
                        Gate.openOnOneLoop(
                                traced(collector, "100%")
                                        + shop(failing.address(), endpoint.address()))) {
            assertThat(gate.get("/api/1").status()).isEqualTo(200);
            assertThat(gate.get("/api/2").status()).isEqualTo(200);
            int attempts = failing.requests().size() + endpoint.requests().size();
            assertThat(failing.requests()).isNotEmpty();
            List<JsonNode> spans = spans(collector, 2 + attempts);
            List<JsonNode> clients = clients(spans);
            JsonNode failed =
                    clients.stream().filter(each -> each.has("status")).findFirst().orElseThrow();
            JsonNode repeated =
                    clients.stream()
                            .filter(each -> attribute(each, "http.request.resend_count") != null)
                            .findFirst()
                            .orElseThrow();
            assertThat(failed.at("/status/code").intValue()).isEqualTo(2);
            assertThat(attribute(failed, "error.type")).isEqualTo("503");
            assertThat(repeated.path("traceId")).isEqualTo(failed.path("traceId"));
            assertThat(repeated.path("parentSpanId")).isEqualTo(failed.path("parentSpanId"));
            assertThat(repeated.path("spanId")).isNotEqualTo(failed.path("spanId"));
            assertThat(failing.requests().getFirst().header("traceparent"))
                    .contains(failed.path("spanId").textValue());
            assertThat(spans)
                    .extracting(each -> each.path("traceId").textValue())
                    .doesNotContain(TRACE);
        }
    }

    @Test
    void sayWhyARequestFailed() throws Exception {
        try (var collector = Collector.start();
                var nobody = new ServerSocket(0)) {
            String dead = "127.0.0.1:" + nobody.getLocalPort();
            nobody.close();
            try (var gate = Gate.open(traced(collector, "100%") + shop(dead))) {
                assertThat(gate.get("/api/7").status()).isEqualTo(502);
                assertThat(gate.get("/nowhere").status()).isEqualTo(404);
                List<JsonNode> spans = spans(collector, 3);
                JsonNode failed =
                        spans.stream()
                                .filter(each -> "shop".equals(attribute(each, "http.route")))
                                .findFirst()
                                .orElseThrow();
                assertThat(attribute(failed, "error.type")).isEqualTo("connect-refused");
                assertThat(failed.at("/status/code").intValue()).isEqualTo(2);
                assertThat(attribute(clients(spans).getFirst(), "error.type"))
                        .isEqualTo("connect-failed");
                JsonNode unknown =
                        spans.stream()
                                .filter(each -> each.path("name").textValue().equals("GET"))
                                .findFirst()
                                .orElseThrow();
                assertThat(attribute(unknown, "error.type")).isEqualTo("no-route");
                assertThat(unknown.has("status")).isFalse();
            }
        }
    }

    @Test
    void areDecidedByATrustedProxyAndNotByAnybodyElse() throws Exception {
        try (var collector = Collector.start();
                var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"))) {
            String trusting = "trusted-proxies: [127.0.0.0/8]\n" + shop(endpoint.address());
            try (var gate = Gate.open(traced(collector, "100%") + trusting)) {
                gate.get("/api/1", NOT_SAMPLED);
            }
            try (var gate = Gate.open(traced(collector, "0%") + shop(endpoint.address()))) {
                gate.get("/api/2", SAMPLED);
            }
            assertThat(collector.spans()).isEmpty();
            try (var gate = Gate.open(traced(collector, "0%") + trusting)) {
                gate.get("/api/3", SAMPLED);
                assertThat(spans(collector, 2)).hasSize(2);
            }
            assertThat(collector.spans()).hasSize(2);
            assertThat(attribute(server(collector.spans()), "url.path")).isEqualTo("/api/3");
            assertThat(endpoint.requests().get(0).header("traceparent"))
                    .isEqualTo(NOT_SAMPLED.substring("traceparent: ".length()));
            assertThat(endpoint.requests().get(1).header("traceparent"))
                    .isEqualTo(SAMPLED.substring("traceparent: ".length()));
        }
    }

    @Test
    void tellTheEndpointThatNobodyRecordsARequestWhichHasNoTrace() throws Exception {
        try (var collector = Collector.start();
                var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate = Gate.open(traced(collector, "0%") + shop(endpoint.address()))) {
            gate.get("/api/1", "traceparent: nonsense", "tracestate: vendor=1");
            gate.get("/api/2", SAMPLED, NOT_SAMPLED, "tracestate: vendor=1");
            for (Request request : endpoint.requests()) {
                assertThat(request.values("traceparent"))
                        .singleElement()
                        .asString()
                        .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00")
                        .doesNotContain(TRACE);
                assertThat(request.header("tracestate")).isNull();
            }
        }
    }

    @Test
    void showAHedgeBesideTheAttemptThatTookLong() throws Exception {
        try (var collector = Collector.start();
                var endpoint =
                        ScriptedEndpoint.start(
                                Behaviours.delay(Duration.ofMillis(400), Behaviours.ok("one")));
                var other =
                        ScriptedEndpoint.start(
                                Behaviours.delay(Duration.ofMillis(400), Behaviours.ok("two")));
                var gate =
                        Gate.openForHttp2(
                                traced(collector, "100%")
                                        + """
                                        routes: [{ name: all, to: all, hedge: { after: 50ms, budget: 100%% } }]
                                        services: { all: { endpoints: [%s, %s], balance: round-robin } }
                                        """
                                                .formatted(endpoint.address(), other.address()));
                var client = gate.http2()) {
            var answer = client.head(1, true, RawHttp2Client.request("GET", "/")).answer(1);
            assertThat(answer.status()).isEqualTo(200);
            List<JsonNode> spans = spans(collector, 3);
            assertThat(attribute(server(spans), "network.protocol.version")).isEqualTo("2");
            assertThat(attribute(server(spans), "weir.attempts")).isEqualTo("2");
            List<JsonNode> tried = clients(spans);
            assertThat(tried)
                    .extracting(each -> attribute(each, "error.type"))
                    .containsExactlyInAnyOrder(null, "cancelled");
            JsonNode first = tried.get(0);
            JsonNode second = tried.get(1);
            assertThat(nanos(second, "startTimeUnixNano"))
                    .isLessThan(nanos(first, "endTimeUnixNano"));
            assertThat(nanos(first, "startTimeUnixNano"))
                    .isLessThan(nanos(second, "endTimeUnixNano"));
            assertThat(
                            List.of(
                                    endpoint.requests().getFirst().header("traceparent"),
                                    other.requests().getFirst().header("traceparent")))
                    .allMatch(field -> field.startsWith("00-" + first.path("traceId").textValue()))
                    .extracting(field -> field.substring(36, 52))
                    .containsExactlyInAnyOrder(
                            first.path("spanId").textValue(), second.path("spanId").textValue());
        }
    }

    @Test
    void passWhatComesThroughWhereTheyAreOff() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate = Gate.open(shop(endpoint.address()))) {
            gate.get("/api/1", SAMPLED, "tracestate: vendor=1");
            gate.get("/api/2");
            assertThat(endpoint.requests().get(0).header("traceparent"))
                    .isEqualTo(SAMPLED.substring("traceparent: ".length()));
            assertThat(endpoint.requests().get(0).header("tracestate")).isEqualTo("vendor=1");
            assertThat(endpoint.requests().get(1).header("traceparent")).isNull();
            assertThat(Scraped.of(gate.weir()).like("weir_trace_spans_total")).isEmpty();
        }
    }

    @Test
    void areFoundByTheAccessLog() throws Exception {
        Path log = folder.resolve("access.log");
        try (var collector = Collector.start();
                var gate =
                        Gate.open(
                                traced(collector, "100%")
                                        + "logs: { access: { to: "
                                        + log
                                        + " } }\nroutes: [{ respond: { status: 200 } }]\n")) {
            gate.get("/");
            JsonNode span = spans(collector, 1).getFirst();
            Awaitility.await().until(() -> Files.size(log) > 0);
            assertThat(Files.readString(log))
                    .contains("\"trace\":\"" + span.path("traceId").textValue() + "\"");
        }
    }

    @Test
    void beginAndEndWithAReload() throws Exception {
        try (var collector = Collector.start();
                var gate = Gate.open("routes: [{ respond: { status: 200 } }]\n")) {
            WeirConfig off = gate.weir().config();
            gate.get("/off");
            gate.weir()
                    .reload(
                            off.withTraces(
                                    TracesConfig.to(collector.url()).withSample(Percent.of(100))));
            gate.get("/on");
            assertThat(spans(collector, 1)).hasSize(1);
            gate.weir().reload(off);
            gate.get("/off-again");
            assertThat(collector.spans())
                    .extracting(each -> attribute(each, "url.path"))
                    .containsExactly("/on");
        }
    }

    @Test
    void areSentAsTheCollectorWantsThem() throws Exception {
        try (var collector = Collector.start();
                var gate =
                        Gate.open(
                                "traces: { sample: 100%, otlp: { url: \""
                                        + collector.url()
                                        + "\", headers: { Api-Key: \"${KEY:-s3cret}\" }, compression: gzip } }\n"
                                        + "routes: [{ respond: { status: 200 } }]\n")) {
            gate.get("/");
            assertThat(spans(collector, 1)).hasSize(1);
            assertThat(collector.headers().getFirst().getFirst("Api-Key")).isEqualTo("s3cret");
            assertThat(collector.headers().getFirst().getFirst("Content-Encoding"))
                    .isEqualTo("gzip");
            assertThat(EffectiveConfig.yaml(gate.weir().config())).doesNotContain("s3cret");
        }
    }

    @Test
    void costNoRequestWhenTheCollectorIsGone() throws Exception {
        String gone;
        try (var collector = Collector.start()) {
            gone = traced(collector, "100%");
        }
        try (var gate = Gate.open(gone + "routes: [{ respond: { status: 200 } }]\n")) {
            for (int i = 0; i < 100; i++) {
                assertThat(gate.get("/").status()).isEqualTo(200);
            }
            gate.weir().close();
            assertThat(gate.events())
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("traces: http://127.0.0.1:"));
        }
    }
}
