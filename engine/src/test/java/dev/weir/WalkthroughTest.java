package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The walkthroughs of the two projects that Weir grew from, line by line.
class WalkthroughTest {
    private static final String HEALTH =
            "{ every: 50ms, timeout: 500ms, up-after: 2, down-after: 3 }";

    private static String twoServices(
            ScriptedEndpoint users1, ScriptedEndpoint users2, ScriptedEndpoint orders) {
        return """
        routes:
          - { match: { path: /api/users/** }, to: users }
          - { match: { path: /api/orders/** }, to: orders }
        services:
          users:
            balance: round-robin
            endpoints: [%s, %s]
            health: %s
          orders: { balance: round-robin, endpoints: ["%s"] }
        """
                .formatted(users1.address(), users2.address(), HEALTH, orders.address());
    }

    private static List<String> texts(Gate gate, String target, int count) throws Exception {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RawResponse response = gate.get(target);
            assertThat(response.status()).as(response.toString()).isEqualTo(200);
            texts.add(response.text());
        }
        return texts;
    }

    @Test
    void sixRequestsAlternateBetweenTwoEndpoints() throws Exception {
        try (var users1 = ScriptedEndpoint.start(Behaviours.ok("users-1"));
                var users2 = ScriptedEndpoint.start(Behaviours.ok("users-2"));
                var orders = ScriptedEndpoint.start(Behaviours.ok("orders-1"));
                var gate = Gate.open(twoServices(users1, users2, orders))) {
            List<String> texts = texts(gate, "/api/users/test", 6);
            assertThat(texts.get(0)).isNotEqualTo(texts.get(1));
            for (int i = 2; i < 6; i++) {
                assertThat(texts.get(i)).isEqualTo(texts.get(i - 2));
            }
            assertThat(texts(gate, "/api/orders/7", 2))
                    .containsExactly("Response from: orders-1", "Response from: orders-1");
        }
    }

    @Test
    void aKilledEndpointGetsNoTrafficAndFailsNoRequestAndSharesAgainWhenRevived() throws Exception {
        try (var users1 = ScriptedEndpoint.start(Behaviours.ok("users-1"));
                var users2 = ScriptedEndpoint.start(Behaviours.ok("users-2"));
                var orders = ScriptedEndpoint.start(Behaviours.ok("orders-1"));
                var gate = Gate.open(twoServices(users1, users2, orders))) {
            users2.kill();
            await().until(() -> says(gate, users2, "down"));
            assertThat(texts(gate, "/api/users/test", 20)).containsOnly("Response from: users-1");

            users2.revive();
            await().until(() -> says(gate, users2, "up"));
            // Little by little: it starts slowly.
            await().untilAsserted(
                            () ->
                                    assertThat(texts(gate, "/api/users/test", 6))
                                            .contains(
                                                    "Response from: users-1",
                                                    "Response from: users-2"));
            assertThat(gate.events())
                    .anyMatch(
                            line ->
                                    line.equals(
                                            "users  "
                                                    + users2.address()
                                                    + "  down  connect refused (3 of 3)"));
        }
    }

    private static boolean says(Gate gate, ScriptedEndpoint endpoint, String state) {
        return gate.events().stream()
                .anyMatch(line -> line.contains(endpoint.address() + "  " + state));
    }

    @Test
    void bothEndpointsDownMeans503AtOnceWithRetryAfter() throws Exception {
        try (var users1 = ScriptedEndpoint.start(Behaviours.ok("users-1"));
                var users2 = ScriptedEndpoint.start(Behaviours.ok("users-2"));
                var orders = ScriptedEndpoint.start(Behaviours.ok("orders-1"));
                var gate = Gate.open(twoServices(users1, users2, orders))) {
            users1.kill();
            users2.kill();
            await().until(() -> says(gate, users1, "down") && says(gate, users2, "down"));
            long before = System.nanoTime();
            RawResponse response = gate.get("/api/users/test");
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.header("Retry-After")).matches("[0-9]+");
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isLessThan(Duration.ofSeconds(1));
            assertThat(texts(gate, "/api/orders/1", 1)).hasSize(1);
        }
    }

    @Test
    void noRouteMeans404() throws Exception {
        try (var users1 = ScriptedEndpoint.start(Behaviours.ok("users-1"));
                var users2 = ScriptedEndpoint.start(Behaviours.ok("users-2"));
                var orders = ScriptedEndpoint.start(Behaviours.ok("orders-1"));
                var gate = Gate.open(twoServices(users1, users2, orders))) {
            RawResponse response = gate.get("/nothing");
            assertThat(response.status()).isEqualTo(404);
            assertThat(response.text()).startsWith("404 Not Found: No route matches this request.");
        }
    }

    @Test
    void anEndpointWithoutAHealthPageGetsNoTraffic() throws Exception {
        Behaviour onlyRoot =
                Behaviours.byPath(
                        Map.of("/", Behaviours.ok("half"), "/health", Behaviours.status(404)));
        Behaviour whole =
                Behaviours.byPath(
                        Map.of("/", Behaviours.ok("whole"), "/health", Behaviours.status(200)));
        try (var half = ScriptedEndpoint.start(onlyRoot);
                var good = ScriptedEndpoint.start(whole);
                var gate =
                        Gate.open(
                                """
                                routes: [{ to: site }]
                                services:
                                  site:
                                    balance: round-robin
                                    endpoints: [%s, %s]
                                    health: /health
                                """
                                        .formatted(half.address(), good.address()))) {
            assertThat(texts(gate, "/", 10)).containsOnly("Response from: whole");
            assertThat(half.requests()).allMatch(request -> request.target().equals("/health"));
            assertThat(gate.events())
                    .anyMatch(line -> line.contains("status 404 (expected 200-399)"));
        }
    }
}
