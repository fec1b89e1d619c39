package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A running gateway that is asked what becomes of requests, on real sockets.
class LiveExplainTest {
    private static RawResponse ask(Gate gate, String path, String... lines) throws IOException {
        try (RawClient client = RawClient.connect(gate.port())) {
            String fields = lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
            return client.send("GET " + path + " HTTP/1.1\r\nHost: shop\r\n" + fields + "\r\n")
                    .readResponse();
        }
    }

    private static String explain(String url, String... more) {
        return "/api/v1/explain?url="
                + URLEncoder.encode(url, StandardCharsets.UTF_8)
                + String.join("", more);
    }

    private static String token(AdminClient admin) throws IOException {
        RawResponse made =
                admin.send(
                        "POST",
                        "/api/v1/explain/tokens",
                        "{\"lasts\":\"5m\"}",
                        "Content-Type: application/json");
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        JsonNode told = AdminClient.JSON.readTree(made.text());
        assertThat(told.get("field").asText()).isEqualTo("X-Weir-Explain");
        return told.get("token").asText();
    }

    private static JsonNode kept(AdminClient admin, String which) throws IOException {
        return admin.json("/api/v1/requests?kept=" + which);
    }

    private static JsonNode awaitKept(AdminClient admin, String which) {
        return await().atMost(Duration.ofSeconds(10))
                .until(() -> kept(admin, which), found -> !found.isEmpty());
    }

    private static List<String> parts(JsonNode passage) {
        List<String> parts = new ArrayList<>();
        passage.get("spans").forEach(span -> parts.add(span.get("part").asText()));
        return parts;
    }

    // ---- what would become of a request ----

    @Test
    void explainsByTheLevelThatALimitHasNow() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate =
                        AdminClient.open(
                                "routes: [{ name: shop, filters: [{ rate-limit: { rate: 2/h, burst: 2 } }], to: all }]\nservices: { all: { endpoints: ["
                                        + endpoint.address()
                                        + "] } }\n")) {
            AdminClient admin = AdminClient.of(gate);
            for (int i = 0; i < 5; i++) {
                assertThat(admin.json(explain("http://shop/")).at("/outcome/answered").asBoolean())
                        .isFalse();
            }

            assertThat(ask(gate, "/").status()).isEqualTo(200);
            assertThat(ask(gate, "/").status()).isEqualTo(200);
            JsonNode told = admin.json(explain("http://shop/"));

            assertThat(told.get("live").asBoolean()).isTrue();
            assertThat(told.at("/outcome/status").asInt()).isEqualTo(429);
            assertThat(told.at("/outcome/by").asText()).isEqualTo("filter rate-limit");
            assertThat(endpoint.requestCount()).isEqualTo(2);
        }
    }

    @Test
    void explainsByTheStateThatEndpointsHaveNow() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate =
                        AdminClient.open(
                                Gate.to(
                                                endpoint.address(),
                                                "127.0.0.1:" + ScriptedEndpoint.deadPort())
                                        .replace(
                                                "balance: round-robin",
                                                "health: { protocol: tcp, every: 50ms }"))) {
            JsonNode endpoints =
                    AdminClient.of(gate).json(explain("http://shop/")).at("/services/0/endpoints");

            assertThat(endpoints.get(0).get("state").asText()).isEqualTo("up");
            assertThat(endpoints.get(0).get("chance").asDouble()).isEqualTo(1);
            assertThat(endpoints.get(1).get("state").asText()).isEqualTo("down");
            assertThat(endpoints.get(1).get("chance").asDouble()).isZero();
        }
    }

    @Test
    void takesFieldsClientAndListenerOfTheRequestAndAnswersText() throws Exception {
        try (Gate gate =
                AdminClient.open(
                        "routes:\n  - { name: beta, match: { headers: { X-Beta: \"yes\" }, client-ip: [10.0.0.0/8] }, respond: { status: 204 } }\n  - { name: rest, respond: { status: 404 } }\n")) {
            AdminClient admin = AdminClient.of(gate);
            String path =
                    explain(
                            "http://shop/",
                            "&header=X-A:%201%0AX-Beta:%20yes&client_ip=10.1.2.3&listener=web");

            assertThat(admin.json(path).at("/outcome/status").asInt()).isEqualTo(204);
            RawResponse text = admin.get(path, "Accept: text/plain");
            assertThat(text.header("Content-Type")).startsWith("text/plain");
            assertThat(text.text())
                    .startsWith("GET http://shop/\n")
                    .contains("route beta › 204")
                    .doesNotContain("\u001b");
            assertThat(admin.get(path + "&colour=always", "Accept: text/plain").text())
                    .contains("\u001b[");
        }
    }

    @Test
    void saysWhatIsWrongWithAQuestion() throws Exception {
        try (Gate gate = AdminClient.open("routes: [{ respond: { status: 204 } }]\n")) {
            AdminClient admin = AdminClient.of(gate);

            for (String wrong :
                    List.of(
                            "/api/v1/explain",
                            explain("shop"),
                            explain("http://shop/", "&listener=nobody"),
                            explain("http://shop/", "&client_ip=somebody"),
                            explain("http://shop/", "&header=nothing"),
                            "/api/v1/requests?kept=all",
                            "/api/v1/requests?most=many")) {
                RawResponse answer = admin.get(wrong);
                assertThat(answer.status()).as(wrong).isEqualTo(400);
                assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            }
            assertThat(admin.get("/api/v1/requests/nobody").status()).isEqualTo(404);
            assertThat(admin.get("/api/v1/requests/last-failed").status()).isEqualTo(404);
        }
    }

    // ---- what became of requests ----

    @Test
    void keepsAFailedRequestWithItsWaterfall() throws Exception {
        int dead = ScriptedEndpoint.deadPort();
        try (Gate gate = AdminClient.open(Gate.to("127.0.0.1:" + dead))) {
            AdminClient admin = AdminClient.of(gate);
            RawResponse answer = ask(gate, "/orders/7?token=secret&page=2");

            JsonNode failed = awaitKept(admin, "failed").get(0);

            assertThat(failed.get("id").asText()).isEqualTo(answer.header("X-Request-Id"));
            assertThat(failed.get("status").asInt()).isEqualTo(answer.status());
            assertThat(failed.get("reason").asText()).isEqualTo("connect-refused");
            assertThat(failed.get("path").asText())
                    .startsWith("/orders/7?")
                    .endsWith("page=2")
                    .doesNotContain("secret");
            assertThat(failed.get("ended_by").asText()).isEqualTo("endpoint");
            assertThat(parts(failed)).startsWith("head", "queue").endsWith("connect");
            String text = admin.get("/api/v1/requests/last-failed", "Accept: text/plain").text();
            assertThat(text)
                    .contains("connect-refused", "Waterfall", "█", answer.header("X-Request-Id"));
            assertThat(text.lines()).allMatch(line -> line.codePointCount(0, line.length()) <= 80);
        }
    }

    @Test
    void keepsFewOfManyThatFailAlike() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.status(503));
                Gate gate = AdminClient.open(Gate.to(endpoint.address()))) {
            AdminClient admin = AdminClient.of(gate);
            int loops = Runtime.getRuntime().availableProcessors();
            try (RawClient client = RawClient.connect(gate.port())) {
                for (int i = 0; i < 30; i++) {
                    client.send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n\r\n")
                            .readResponse();
                }
            }

            assertThat(kept(admin, "failed").size()).isBetween(1, 3 * loops);
            assertThat(kept(admin, "slow")).isEmpty();
        }
    }

    @Test
    void keepsTheSlowestOfARoute() throws Exception {
        var slow = Behaviours.delay(Duration.ofMillis(300), Behaviours.ok("slow"));
        try (var endpoint =
                        ScriptedEndpoint.start(
                                Behaviours.byPath(
                                        Map.of("/slow", slow, "/fast", Behaviours.ok("fast"))));
                Gate gate = AdminClient.open(Gate.to(endpoint.address()))) {
            AdminClient admin = AdminClient.of(gate);
            try (RawClient client = RawClient.connect(gate.port())) {
                for (int i = 0; i < 30; i++) {
                    String path = i == 10 ? "/slow" : "/fast";
                    client.send("GET " + path + " HTTP/1.1\r\nHost: shop\r\n\r\n").readResponse();
                }
            }

            JsonNode kept = kept(admin, "slow");
            assertThat(kept).hasSize(3);
            assertThat(kept.get(0).get("path").asText()).isEqualTo("/slow");
            assertThat(kept.get(0).get("total_ms").asDouble()).isBetween(300.0, 30_000.0);
            assertThat(parts(kept.get(0)))
                    .containsExactly("head", "queue", "connect", "endpoint", "answer");
            JsonNode waited = kept.get(0).get("spans").get(3);
            assertThat(waited.get("endpoint").asText()).isEqualTo(endpoint.address());
            assertThat(waited.get("to_ms").asDouble() - waited.get("from_ms").asDouble())
                    .isGreaterThan(250);
        }
    }

    // ---- requests that ask ----

    @Test
    void tellsWhoAsksWithATokenWhereToLook() throws Exception {
        int dead = ScriptedEndpoint.deadPort();
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate = AdminClient.open(Gate.to("127.0.0.1:" + dead, endpoint.address()))) {
            AdminClient admin = AdminClient.of(gate);
            String token = token(admin);
            JsonNode retried = null;
            for (int i = 0; i < 8 && (retried == null || parts(retried).size() < 6); i++) {
                RawResponse answer = ask(gate, "/a?b=c", "X-Weir-Explain: " + token);
                assertThat(answer.status()).isEqualTo(200);
                String id = answer.header("X-Weir-Explain");
                assertThat(id).isNotBlank();
                String path = "/api/v1/requests/" + id;
                await().until(() -> admin.get(path).status() == 200);
                JsonNode told = admin.json(path);
                assertThat(told.at("/passage/kept").asText()).isEqualTo("asked");
                assertThat(told.at("/explanation/request/url").asText())
                        .isEqualTo("http://shop/a?b=c");
                assertThat(told.at("/explanation/routes/0/fate").asText()).isEqualTo("taken");
                retried = told.get("passage");
            }

            assertThat(parts(retried)).contains("failed-attempt");
            JsonNode attempt = retried.get("spans").get(2);
            assertThat(attempt.get("endpoint").asText()).isEqualTo("127.0.0.1:" + dead);
            assertThat(attempt.get("reason").asText()).isEqualTo("connect-refused");
            assertThat(endpoint.requests())
                    .allMatch(request -> request.header("X-Weir-Explain") == null);
        }
    }

    @Test
    void heedsNoTokenThatItHasNotMade() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate = AdminClient.open(Gate.to(endpoint.address()));
                Gate other = AdminClient.open(Gate.to(endpoint.address()))) {
            String foreign = token(AdminClient.of(other));
            String own = token(AdminClient.of(gate));
            for (String token :
                    List.of(
                            foreign,
                            own + "x",
                            "9" + own,
                            "yes",
                            ".",
                            own.toUpperCase(Locale.ROOT))) {
                RawResponse answer = ask(gate, "/", "X-Weir-Explain: " + token);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("X-Weir-Explain")).as(token).isNull();
            }
            assertThat(kept(AdminClient.of(gate), "asked")).isEmpty();
        }
    }

    @Test
    void leavesTheFieldAloneWithoutAnAdminApi() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate = Gate.open(Gate.to(endpoint.address()))) {
            RawResponse answer = ask(gate, "/", "X-Weir-Explain: what");

            assertThat(answer.header("X-Weir-Explain")).isNull();
            assertThat(endpoint.awaitRequests(1).getFirst().header("X-Weir-Explain"))
                    .isEqualTo("what");
        }
    }

    @Test
    void standsInTheOpenApiDocumentUnderNamesOfItsOwn() throws Exception {
        try (Gate gate = AdminClient.open("routes: [{ respond: { status: 204 } }]\n")) {
            JsonNode document = AdminClient.of(gate).json("/api/v1/openapi.json");

            assertThat(document.at("/paths/~1api~1v1~1requests~1{id}/get")).isNotEmpty();
            assertThat(document.at("/components/schemas/ExplanationRoute/properties").has("fate"))
                    .isTrue();
            assertThat(document.at("/components/schemas/Route/properties").has("fate")).isFalse();
        }
    }
}
