package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.config.ConfigFile;
import dev.weir.config.Reading;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.Http2Behaviour;
import dev.weir.testkit.Load;
import dev.weir.testkit.LoadClient;
import dev.weir.testkit.LoadReport;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.testkit.ScriptedHttp2Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the operator says of endpoints while requests flow: invariant I5, that one taken out gets no new request, and that nobody
/// notices.
class EndpointOrdersTest {
    private static final String DRAINING = "{\"state\": \"draining\"}";
    private static final String DOWN = "{\"state\": \"down\"}";
    private static final String READY = "{\"state\": \"ready\"}";

    private static void done(RawResponse answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "round-robin",
                "random",
                "least-requests",
                "least-connections",
                "peak-ewma",
                "prequal",
                "first",
                "{ hash: path.id }",
                "{ ring-hash: path.id }"
            })
    void sendsNothingNewToADrainedEndpointWhateverTheBalance(String balance) throws Exception {
        try (var a = ScriptedEndpoint.start(Behaviours.ok("a"));
                var b = ScriptedEndpoint.start(Behaviours.ok("b"));
                Gate gate =
                        AdminClient.open(
                                "routes: [{ match: { path: \"/{id}\" }, to: all }]\nservices: { all: { endpoints: ["
                                        + a.address()
                                        + ", "
                                        + b.address()
                                        + "], balance: "
                                        + balance
                                        + ", slow-start: 0s } }\n")) {
            AdminClient admin = AdminClient.of(gate);
            Load load =
                    LoadClient.to(gate.port())
                            .withConnections(8)
                            .withRequests(1_000_000)
                            .withTarget("/x")
                            .start();
            await().until(() -> load.finished() > 200);
            for (ScriptedEndpoint out : List.of(a, b)) {
                done(admin.patch("all", out.address(), DRAINING));
                long before = out.requestCount();
                int finished = load.finished();
                await().until(() -> load.finished() > finished + 500);
                assertThat(out.requestCount()).isEqualTo(before);
                done(admin.patch("all", out.address(), READY));
            }
            LoadReport report = load.stop();
            assertThat(report.ok()).as(report.toString()).isEqualTo(load.finished());
        }
    }

    @Test
    void letsRequestsUnderWayEndAndClosesIdleConnectionsOfOneThatIsDown() throws Exception {
        try (var a = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate = AdminClient.open(Gate.to(a.address()))) {
            AdminClient admin = AdminClient.of(gate);
            for (int i = 0; i < 4; i++) {
                assertThat(gate.get("/").status()).isEqualTo(200);
            }
            assertThat(a.connections().open()).isPositive();
            done(admin.patch("all", a.address(), DRAINING));
            assertThat(a.connections().open()).isPositive();

            a.behave(Behaviours.delay(Duration.ofMillis(600), Behaviours.ok("late")));
            done(admin.patch("all", a.address(), READY));
            try (RawClient client = gate.client()) {
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                await().until(() -> a.requestCount() == 5);
                done(admin.patch("all", a.address(), DOWN));
                assertThat(gate.get("/").status()).isEqualTo(503);
                assertThat(client.readResponse().text()).contains("late");
            }
            await().until(() -> a.connections().open() == 0);
        }
    }

    /// The new configuration waits for its first checks, and the operator does not wait with what he has to say.
    @Test
    void heedsWhatIsSaidWhileAnotherConfigurationIsBeingPutInForce() throws Exception {
        CompletableFuture<Void> mayAnswer = new CompletableFuture<>();
        String yaml =
                "weir: 1\n%slisteners: { web: \"127.0.0.1:0\" }\nroutes: [{ to: all }]\nservices: { all: { endpoints: [%s, %s], health: { path: %s, timeout: 2s } } }\n";
        try (var a = ScriptedEndpoint.start(Behaviours.ok("a"));
                var b =
                        ScriptedEndpoint.start(
                                (request, wire) -> {
                                    if (request.target().equals("/slow")) {
                                        mayAnswer.join();
                                    }
                                    Behaviours.ok("b").answer(request, wire);
                                });
                Gate gate =
                        Gate.openWith(
                                yaml.formatted(
                                        AdminClient.ANYWHERE, a.address(), b.address(), "/"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AdminClient admin = AdminClient.of(gate);
            Reading.Loaded next =
                    Gate.read(
                            yaml.formatted(
                                    AdminClient.ANYWHERE, a.address(), b.address(), "/slow"));
            var reloaded = CompletableFuture.runAsync(() -> reload(gate, next), threads);
            await().until(
                            () ->
                                    b.requests().stream()
                                            .anyMatch(one -> one.target().equals("/slow")));
            var drained =
                    CompletableFuture.supplyAsync(
                            () -> patch(admin, a.address(), DRAINING), threads);
            // As long as it takes if it does not wait for the reload.
            drained.copy()
                    .handle((_, _) -> true)
                    .completeOnTimeout(true, 1, TimeUnit.SECONDS)
                    .join();
            mayAnswer.complete(null);
            reloaded.join();
            done(drained.join());
            assertThat(admin.json("/api/v1/services/all").toString()).contains("draining");
            for (int i = 0; i < 10; i++) {
                assertThat(gate.get("/").text()).contains("b");
            }
        }
    }

    private static void reload(Gate gate, Reading.Loaded next) {
        try {
            gate.weir().reload(next);
        } catch (IOException | InterruptedException | InvalidConfiguration e) {
            throw new CompletionException(e);
        }
    }

    private static RawResponse patch(AdminClient admin, String endpoint, String json) {
        try {
            return admin.patch("all", endpoint, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The new process has read the file and got what the operator had said; it would not hear of more.
    @Test
    void refusesWhatIsSaidWhileAnotherProcessTakesOver() throws Exception {
        CompletableFuture<Process> other = new CompletableFuture<>();
        WeirOptions options =
                WeirOptions.DEFAULTS.withSuccessor(
                        path -> {
                            Process sleeping = new ProcessBuilder("sleep", "60").start();
                            other.complete(sleeping);
                            return sleeping;
                        });
        try (var a = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate =
                        Gate.openWith(
                                "weir: 1\n"
                                        + AdminClient.ANYWHERE
                                        + "listeners: { web: \"127.0.0.1:0\" }\n"
                                        + Gate.to(a.address()),
                                options)) {
            assumeTrue(
                    gate.weir().transport().adopting().isPresent(), "sockets can be handed over");
            AdminClient admin = AdminClient.of(gate);
            var outcome = CompletableFuture.supplyAsync(() -> gate.weir().handOver("test"));
            Process sleeping = other.get(10, TimeUnit.SECONDS);
            try {
                RawResponse refused = admin.patch("all", a.address(), DRAINING);
                assertThat(refused.status()).isEqualTo(409);
                assertThat(refused.text()).contains("a new process is taking over");
                assertThat(admin.send("POST", "/api/v1/config/reload", "").status()).isEqualTo(409);
            } finally {
                sleeping.destroy();
            }
            outcome.get(10, TimeUnit.SECONDS);
            done(admin.patch("all", a.address(), DRAINING));
        }
    }

    @Test
    void answers503WhenAllAreTakenOutAndDoesNotPanic() throws Exception {
        int dead = ScriptedEndpoint.deadPort();
        try (var a = ScriptedEndpoint.start(Behaviours.ok("a"));
                var sick = ScriptedEndpoint.start(Behaviours.status(500));
                Gate gate =
                        AdminClient.open(
                                "routes: [{ to: all }]\nservices: { all: { endpoints: ["
                                        + a.address()
                                        + ", "
                                        + sick.address()
                                        + ", 127.0.0.1:"
                                        + dead
                                        + "], health: { path: /, every: 50ms } } }\n")) {
            AdminClient admin = AdminClient.of(gate);
            done(admin.patch("all", a.address(), DRAINING));
            // The sick one answers at least, so it is what panic is for.
            assertThat(gate.get("/").status()).isEqualTo(500);
            done(admin.patch("all", sick.address(), DOWN));
            long before = a.requests().stream().filter(one -> one.target().equals("/x")).count();

            RawResponse refused = gate.get("/x");

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotNull();
            assertThat(a.requests().stream().filter(one -> one.target().equals("/x")).count())
                    .isEqualTo(before);
            assertThat(gate.events()).anyMatch(line -> line.contains("requests get 503"));
        }
    }

    @Test
    void sendsClientsThatStickToAnEndpointElsewhere() throws Exception {
        try (var a = ScriptedEndpoint.start(Behaviours.ok("a"));
                var b = ScriptedEndpoint.start(Behaviours.ok("b"));
                Gate gate =
                        AdminClient.open(
                                "routes: [{ to: all }]\nservices: { all: { endpoints: ["
                                        + a.address()
                                        + ", "
                                        + b.address()
                                        + "], sticky: { cookie: stuck } } }\n")) {
            RawResponse first = gate.get("/");
            String cookie = String.valueOf(first.header("Set-Cookie")).split(";", 2)[0];
            boolean onA = first.text().endsWith("a");
            done(AdminClient.of(gate).patch("all", onA ? a.address() : b.address(), DRAINING));
            for (int i = 0; i < 10; i++) {
                assertThat(gate.get("/", "Cookie: " + cookie).text()).endsWith(onA ? "b" : "a");
            }
        }
    }

    @Test
    void sendsNoStreamToATakenDownEndpointThatSpeaksHttp2() throws Exception {
        Http2Behaviour ok =
                (request, wire) ->
                        wire.answer(200, "ok", "x-echo-id: " + request.field("x-test-id"));
        try (var a = ScriptedHttp2Endpoint.start(ok);
                var b = ScriptedHttp2Endpoint.start(ok);
                Gate gate =
                        AdminClient.open(
                                "routes: [{ to: all }]\nservices: { all: { protocol: h2c, endpoints: ["
                                        + a.address()
                                        + ", "
                                        + b.address()
                                        + "] } }\n")) {
            AdminClient admin = AdminClient.of(gate);
            Load load = LoadClient.to(gate.port()).withConnections(8).withRequests(6_000).start();
            await().until(() -> load.finished() > 200 && !a.requests().isEmpty());
            done(admin.patch("all", a.address(), DOWN));
            int before = a.requests().size();
            int finished = load.finished();
            await().until(() -> load.finished() > finished + 500);
            assertThat(a.requests()).hasSize(before);
            await().until(() -> a.connections().open() == 0);
            done(admin.patch("all", a.address(), READY));
            await().until(() -> a.requests().size() > before);
            LoadReport report = load.await();
            assertThat(report.ok()).as(report.toString()).isEqualTo(6_000);
        }
    }

    @Test
    void heedsWhatTheClientHasSeen() throws Exception {
        try (Gate gate = AdminClient.open(Gate.to("127.0.0.1:1"))) {
            AdminClient admin = AdminClient.of(gate);
            String tag =
                    String.valueOf(
                            admin.get(AdminClient.path("all", "127.0.0.1:1")).header("ETag"));
            RawResponse changed = admin.patch("all", "127.0.0.1:1", DRAINING, "If-Match: " + tag);
            done(changed);
            assertThat(changed.header("ETag")).isNotEqualTo(tag);
            RawResponse stale = admin.patch("all", "127.0.0.1:1", READY, "If-Match: " + tag);
            assertThat(stale.status()).isEqualTo(412);
            assertThat(stale.header("ETag")).isEqualTo(changed.header("ETag"));
            done(admin.patch("all", "127.0.0.1:1", READY, "If-Match: *"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "round-robin",
                "random",
                "least-requests",
                "peak-ewma",
                "{ hash: query.id }"
            })
    void givesAnEndpointAnotherShareUntilTheFileSaysSo(String balance) throws Exception {
        try (var a = ScriptedEndpoint.start(Behaviours.ok("a"));
                var b = ScriptedEndpoint.start(Behaviours.ok("b"));
                Gate gate =
                        AdminClient.open(
                                "routes: [{ to: all }]\nservices: { all: { endpoints: ["
                                        + a.address()
                                        + ", "
                                        + b.address()
                                        + "], balance: "
                                        + balance
                                        + " } }\n")) {
            AdminClient admin = AdminClient.of(gate);
            RawResponse answer = admin.patch("all", a.address(), "{\"weight\": 9}");
            done(answer);
            JsonNode one = AdminClient.JSON.readTree(answer.text());
            assertThat(one.get("weight").asInt()).isEqualTo(9);
            assertThat(one.get("listed_weight").asInt()).isEqualTo(1);
            List<Integer> share = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                share.add(gate.get("/?id=" + i).text().endsWith("a") ? 1 : 0);
            }
            // 360 by weight; who also looks at latencies gives more or less.
            assertThat(share.stream().mapToInt(x -> x).sum()).isBetween(280, 399);

            done(admin.patch("all", a.address(), "{\"weight\": 1}"));
            assertThat(admin.json("/api/v1/services/all").findValuesAsText("weight"))
                    .containsExactly("1", "1");
        }
    }

    @Test
    void holdsWhatTheOperatorSaysWhenAReloadChangesTheSettingsOfTheService() throws Exception {
        try (var a = ScriptedEndpoint.start(Behaviours.ok("a"));
                var b = ScriptedEndpoint.start(Behaviours.ok("b"));
                Gate gate = AdminClient.open(service(a.address(), b.address(), "round-robin"))) {
            AdminClient admin = AdminClient.of(gate);
            done(admin.patch("all", a.address(), DRAINING));
            done(admin.patch("all", b.address(), "{\"weight\": 5}"));
            assertThat(gate.get("/").text()).endsWith("b");
            int connected = b.connections().accepted();

            reload(gate, service(a.address(), b.address(), "random"));

            JsonNode drained = admin.json(AdminClient.path("all", a.address()));
            assertThat(drained.get("state").asText()).isEqualTo("draining");
            JsonNode heavy = admin.json(AdminClient.path("all", b.address()));
            assertThat(heavy.get("weight").asInt()).isEqualTo(5);
            assertThat(heavy.get("listed_weight").asInt()).isEqualTo(1);
            for (int i = 0; i < 50; i++) {
                assertThat(gate.get("/").text()).endsWith("b");
            }
            assertThat(b.connections().accepted())
                    .as("it is another service of the same name, with connections of its own")
                    .isGreaterThan(connected);
            assertThat(a.requestCount()).isZero();

            // Another weight in the file is a later word; of the state the file says nothing.
            String said = "{ address: \"%s\", weight: 2 }".formatted(b.address());
            reload(gate, service(a.address(), said, "least-requests"));
            assertThat(admin.json("/api/v1/services/all").findValuesAsText("weight"))
                    .containsExactly("1", "2");
            assertThat(gate.get("/").text()).endsWith("b");
            reload(gate, service(a.address(), b.address(), "least-requests"));
            assertThat(admin.json("/api/v1/services/all").findValuesAsText("weight"))
                    .as("what the file has ended does not come back")
                    .containsExactly("1", "1");
            done(admin.patch("all", a.address(), READY));
            await().until(() -> gate.get("/").text().endsWith("a"));
        }
    }

    private static String service(String first, String second, String balance) {
        return "routes: [{ to: all }]\nservices: { all: { endpoints: [%s, %s], balance: %s, slow-start: 0s } }\n"
                .formatted(first, second, balance);
    }

    private static void reload(Gate gate, String yaml) throws Exception {
        String text =
                "weir: 1\n" + AdminClient.ANYWHERE + "listeners: { web: \"127.0.0.1:0\" }\n" + yaml;
        gate.weir()
                .reload(
                        (Reading.Loaded)
                                ConfigFile.read("test.yaml", text, Path.of(""), _ -> null));
    }
}
