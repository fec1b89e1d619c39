package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the admin API shows of a running gateway, on real sockets.
class AdminApiTest {
    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asText()));
        return texts;
    }

    @Test
    void showsTheProcessInOneLook() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate = AdminClient.open(Gate.to(endpoint.address()))) {
            JsonNode overview = AdminClient.of(gate).json("/api/v1/overview");

            assertThat(overview.get("phase").asText()).isEqualTo("serving");
            assertThat(overview.get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
            assertThat(overview.get("uptime_ms").asLong()).isBetween(0L, 60_000L);
            assertThat(overview.at("/listeners/web").asText())
                    .isEqualTo("127.0.0.1:" + gate.port());
            assertThat(overview.at("/totals/usable").asInt()).isEqualTo(1);
            // On a machine that is busy with something else its loops are late, and it says so.
            assertThat(overview.get("needs_attention"))
                    .allMatch(one -> one.get("concern").asText().startsWith("loop"));
        }
    }

    @Test
    void saysWhatNeedsAttention() throws Exception {
        int dead = ScriptedEndpoint.deadPort();
        String yaml =
                "routes: [{ to: all }]\nservices: { all: { endpoints: [127.0.0.1:"
                        + dead
                        + "], health: { protocol: tcp, every: 50ms } } }\n";
        try (Gate gate = AdminClient.open(yaml)) {
            JsonNode attention =
                    AdminClient.of(gate).json("/api/v1/overview").get("needs_attention");

            assertThat(attention.findValuesAsText("concern"))
                    .containsExactly("no-endpoint", "endpoint-down");
            assertThat(attention.get(0).get("severity").asText()).isEqualTo("error");
            assertThat(attention.get(1).get("about").asText()).isEqualTo("all/127.0.0.1:" + dead);
            assertThat(attention.get(1).get("text").asText()).contains("connect refused");
            assertThat(attention.get(1).get("since").asText()).endsWith("Z");
        }
    }

    @Test
    void saysThatTheRetryBudgetOfAServiceIsSpent() throws Exception {
        try (var first = ScriptedEndpoint.start(Behaviours.status(503));
                var second = ScriptedEndpoint.start(Behaviours.status(503));
                Gate gate =
                        AdminClient.open(
                                "routes: [{ to: all, retry: { budget: 1%%, backoff: 0ms } }]\nservices: { all: { endpoints: [%s, %s] } }\n"
                                        .formatted(first.address(), second.address()))) {
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> {
                                try (RawClient client = RawClient.connect(gate.port())) {
                                    for (int i = 0; i < 40; i++) {
                                        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                                                .readResponse("GET");
                                    }
                                }
                                return AdminClient.of(gate)
                                        .json("/api/v1/overview")
                                        .get("needs_attention")
                                        .findValuesAsText("concern")
                                        .contains("budget-spent");
                            });
        }
    }

    @Test
    void showsRoutesInTheOrderInWhichTheyArePreferred() throws Exception {
        String yaml =
                """
                routes:
                  - { name: rest, respond: { status: 404 } }
                  - { name: api, match: { path: /api/**, methods: [GET, POST] }, to: { all: 3, b: 1 } }
                  - { name: shop, match: { host: "*.example.com" }, filters: [{ rate-limit: 10/s }], redirect: /x }
                  - { name: one, match: { host: a.example.com, headers: { X-Beta: "yes" } }, to: all }
                services:
                  all: { endpoints: [127.0.0.1:1] }
                  b: { endpoints: [127.0.0.1:2] }
                """;
        try (Gate gate = AdminClient.open(yaml)) {
            JsonNode routes = AdminClient.of(gate).json("/api/v1/routes");

            assertThat(routes.findValuesAsText("name"))
                    .containsExactly("one", "shop", "api", "rest");
            assertThat(texts(routes.get(0).get("conditions")))
                    .containsExactly("host is a.example.com", "header X-Beta is yes");
            assertThat(texts(routes.get(1).get("filters")))
                    .containsExactly("rate-limit: { rate: 10/s }");
            assertThat(routes.get(1).at("/target/location").asText()).isEqualTo("/x");
            assertThat(routes.get(2).at("/target/services/all").asInt()).isEqualTo(3);
            assertThat(routes.get(3).get("conditions")).isEmpty();
        }
    }

    @Test
    void showsWhereInTheFileThingsStand() throws Exception {
        java.nio.file.Path file = java.nio.file.Files.createTempFile("weir", ".yaml");
        java.nio.file.Files.writeString(
                file,
                "weir: 1\n"
                        + AdminClient.ANYWHERE
                        + "listeners: { web: \"127.0.0.1:0\" }\nroutes:\n  - to: all\nservices:\n  all: { endpoints: [127.0.0.1:1] }\n");
        try (Weir weir = Weir.start(file)) {
            AdminClient admin =
                    new AdminClient(weir.admin().orElseThrow().address().orElseThrow().getPort());
            assertThat(admin.json("/api/v1/routes").get(0).get("at").asText())
                    .endsWith(".yaml:5:5");
            assertThat(admin.json("/api/v1/services/all").get("at").asText()).endsWith(".yaml:7:3");
            assertThat(admin.json("/api/v1/overview").at("/configuration/source").asText())
                    .isEqualTo(file.toString());
        } finally {
            java.nio.file.Files.delete(file);
        }
    }

    @Test
    void showsEachEndpointWithWhatIsKnownOfIt() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate =
                        AdminClient.open(
                                "routes: [{ to: all }]\nservices: { all: { endpoints: [{ address: \""
                                        + endpoint.address()
                                        + "\", weight: 3, zone: eu-1a }], health: { path: /health, every: 1h } } }\n")) {
            JsonNode service = AdminClient.of(gate).json("/api/v1/services/all");
            assertThat(service.get("balance").asText()).isEqualTo("least-requests");
            assertThat(service.get("health").asText()).contains("/health");

            JsonNode one = AdminClient.of(gate).json(AdminClient.path("all", endpoint.address()));
            assertThat(one).isEqualTo(service.get("endpoints").get(0));
            assertThat(one.get("state").asText()).isEqualTo("ready");
            assertThat(one.get("health").asText()).isEqualTo("up");
            assertThat(one.at("/last_check/text").asText()).isEqualTo("status 200");
            assertThat(one.at("/last_check/took_ms").asDouble()).isPositive();
            assertThat(one.get("weight").asInt()).isEqualTo(3);
            assertThat(one.get("zone").asText()).isEqualTo("eu-1a");
            assertThat(one.get("usable").asBoolean()).isTrue();
        }
    }

    @Test
    void showsWhatBalancingGoesByAtEachEndpoint() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate =
                        AdminClient.open(
                                """
                                routes: [{ to: app }]
                                services:
                                  app: { balance: peak-ewma, endpoints: [%s, 127.0.0.1:1], health: { protocol: tcp, every: 1h } }
                                  turns: { balance: round-robin, endpoints: [%1$s] }
                                """
                                        .formatted(endpoint.address()));
                RawClient client = RawClient.connect(gate.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse("GET");

            JsonNode services = AdminClient.of(gate).json("/api/v1/services");
            assertThat(services.get(0).get("rule").asText())
                    .isEqualTo(
                            "of two drawn at random, the one with the lower latency for its requests in flight");
            JsonNode score = services.get(0).at("/endpoints/0/score");
            assertThat(score.get("text").asText()).matches("[0-9.]+ ms");
            assertThat(score.get("says").asText())
                    .startsWith("cost " + score.get("text").asText() + ": peak EWMA");
            assertThat(score.get("chance").asDouble()).isEqualTo(1);
            assertThat(services.get(0).get("endpoints").get(1).has("score")).isFalse();
            assertThat(services.get(1).get("rule").asText()).startsWith("each in turn");
            assertThat(services.get(1).get("endpoints").get(0).has("score")).isFalse();
        }
    }

    @Test
    void keepsTheLastLinesForPeople() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate = AdminClient.open(Gate.to(endpoint.address()))) {
            AdminClient admin = AdminClient.of(gate);
            admin.patch("all", endpoint.address(), "{\"state\": \"draining\"}");
            JsonNode events = admin.json("/api/v1/events");
            assertThat(lines(events)).anyMatch(line -> line.contains("draining (by 127.0.0.1)"));
            long last = events.get(events.size() - 1).get("number").asLong();
            assertThat(admin.json("/api/v1/events?after=" + last)).isEmpty();
        }
    }

    private static List<String> lines(JsonNode events) {
        return events.findValuesAsText("line");
    }

    @Test
    void isReadyUntilItDrains() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate =
                        AdminClient.open(
                                "drain: { delay: 3s, timeout: 1s }\n"
                                        + Gate.to(endpoint.address()))) {
            AdminClient admin = AdminClient.of(gate);
            assertThat(admin.get("/live").status()).isEqualTo(200);
            assertThat(admin.json("/ready").get("ready").asBoolean()).isTrue();

            assertThat(admin.send("POST", "/api/v1/drain", "").status()).isEqualTo(202);

            await().atMost(Duration.ofSeconds(2))
                    .untilAsserted(() -> assertThat(admin.get("/ready").status()).isEqualTo(503));
            assertThat(admin.get("/ready").text()).contains("draining");
            assertThat(admin.get("/live").status()).isEqualTo(200);
        }
    }

    @Test
    void answersProblemsInOneForm() throws Exception {
        try (Gate gate = AdminClient.open(Gate.to("127.0.0.1:1"))) {
            AdminClient admin = AdminClient.of(gate);
            problem(admin.get("/api/v1/nothing"), 404);
            problem(admin.get("/api/v1/services/nobody"), 404);
            problem(admin.get("/api/v1/overview", "Accept: text/html"), 406);
            problem(admin.send("PUT", "/api/v1/config", "x", "Content-Type: image/png"), 415);
            problem(admin.send("POST", "/api/v1/upgrade", ""), 409);
            problem(admin.patch("all", "127.0.0.1:1", "{"), 400);
            problem(admin.patch("all", "127.0.0.1:1", "{\"state\": \"gone\"}"), 422);
            problem(admin.patch("all", "127.0.0.1:1", "{\"wait\": 5}"), 422);
            problem(admin.patch("all", "127.0.0.1:1", "{}"), 422);
            problem(admin.patch("all", "127.0.0.1:1", "null"), 422);
            problem(admin.get("/ready?%zz"), 400);
            problem(admin.get("/live?a=%"), 400);
            problem(admin.patch("all", "127.0.0.1:1", "{\"weight\": 1001}"), 422);
            RawResponse wrong = admin.send("DELETE", "/api/v1/overview", "");
            problem(wrong, 405);
            assertThat(wrong.header("Allow")).isEqualTo("GET");
            RawResponse got = admin.get("/api/v1/drain");
            problem(got, 405);
            assertThat(got.header("Allow")).isEqualTo("POST");
        }
    }

    private static void problem(RawResponse answer, int status) throws Exception {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        JsonNode said = AdminClient.JSON.readTree(answer.text());
        assertThat(said.get("status").asInt()).isEqualTo(status);
        assertThat(said.get("title").asText()).isNotEmpty();
        assertThat(said.get("detail").asText()).isNotEmpty();
        assertThat(said.get("type").asText()).isEqualTo("about:blank");
    }

    @Test
    void answersManyRequestsOnOneConnectionAndHeadsWithoutBodies() throws Exception {
        try (Gate gate = AdminClient.open(Gate.to("127.0.0.1:1"));
                RawClient client = RawClient.connect(AdminClient.of(gate).port())) {
            for (int i = 0; i < 20; i++) {
                client.send("HEAD /api/v1/overview HTTP/1.1\r\nHost: localhost\r\n\r\n");
                RawResponse head = client.readResponse("HEAD");
                assertThat(head.status()).isEqualTo(200);
                client.send("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(404);
            }
        }
    }

    @Test
    void describesItselfWithoutALooseEnd() throws Exception {
        try (Gate gate = AdminClient.open(Gate.to("127.0.0.1:1"))) {
            JsonNode document = AdminClient.of(gate).json("/api/v1/openapi.json");
            assertThat(document.get("openapi").asText()).startsWith("3.1.");
            Set<String> ids = new HashSet<>();
            for (JsonNode path : document.get("paths")) {
                for (JsonNode operation : path) {
                    assertThat(ids.add(operation.get("operationId").asText())).isTrue();
                    assertThat(operation.get("summary").asText()).endsWith(".");
                }
            }
            assertThat(ids).contains("getOverview", "patchServicesServiceEndpointsEndpoint");
            for (String reference : document.findValuesAsText("$ref")) {
                assertThat(document.at(reference.substring(1)).isObject()).as(reference).isTrue();
            }
            JsonNode change = document.at("/components/schemas/EndpointChange/properties/state");
            assertThat(texts(change.get("enum"))).containsExactly("ready", "draining", "down");
            assertThat(ifMatch(document, "/api/v1/config", "put").get("required").asBoolean())
                    .isTrue();
            String endpoint = "/api/v1/services/{service}/endpoints/{endpoint}";
            assertThat(ifMatch(document, endpoint, "patch").get("required").asBoolean()).isFalse();
        }
    }

    private static JsonNode ifMatch(JsonNode document, String path, String verb) {
        for (JsonNode parameter : document.get("paths").get(path).get(verb).get("parameters")) {
            if (parameter.get("name").asText().equals("If-Match")) {
                assertThat(parameter.get("in").asText()).isEqualTo("header");
                return parameter;
            }
        }
        throw new AssertionError("no If-Match");
    }

    @Test
    void isNotThereUnlessItIsAskedFor() throws Exception {
        try (Gate gate = Gate.open(Gate.to("127.0.0.1:1"))) {
            assertThat(gate.weir().admin()).isEmpty();
            assertThat(gate.get("/api/v1/overview").status()).isEqualTo(502);
        }
        try (Gate gate =
                Gate.openWith(
                        "weir: 1\nadmin: off\nlisteners: { web: \"127.0.0.1:0\" }\n"
                                + Gate.to("127.0.0.1:1"),
                        WeirOptions.DEFAULTS.withUsualAdmin(true))) {
            assertThat(gate.weir().admin()).isEmpty();
        }
    }
}
