package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Balancing by what a request carries, and by where endpoints are, through the whole proxy.
class BalancingTest {
    private static Gate gate(String endpoints, String settings) throws Exception {
        return Gate.open(
                """
                zone: here
                routes: [{ match: { path: "/{user}/**" }, to: app }]
                services:
                  app:
                    endpoints: [%s]
                    %s
                """
                        .formatted(endpoints, settings));
    }

    private static String both(ScriptedEndpoint a, ScriptedEndpoint b) {
        return "\"%s\", \"%s\"".formatted(a.address(), b.address());
    }

    @Test
    void aKeyBelongsToOneEndpointAndManyKeysToAll() throws Exception {
        try (var a = ScriptedEndpoint.start(Behaviours.ok("a"));
                var b = ScriptedEndpoint.start(Behaviours.ok("b"));
                var gate = gate(both(a, b), "balance: { hash: [path.user, header.X-Tenant] }")) {
            Set<String> seen = new HashSet<>();
            for (int user = 0; user < 40; user++) {
                String first = gate.get("/u" + user + "/x", "X-Tenant: t").text();
                for (int i = 0; i < 3; i++) {
                    assertThat(gate.get("/u" + user + "/y" + i, "X-Tenant: t").text())
                            .isEqualTo(first);
                }
                seen.add(first);
            }
            assertThat(seen).hasSize(2);
        }
    }

    @Test
    void requestsWithoutTheKeyGoAnywhere() throws Exception {
        try (var a = ScriptedEndpoint.start(Behaviours.ok("a"));
                var b = ScriptedEndpoint.start(Behaviours.ok("b"));
                var gate = gate(both(a, b), "balance: { ring-hash: cookie.session }")) {
            for (int i = 0; i < 60; i++) {
                gate.get("/u/x");
            }
            assertThat(a.requestCount()).isBetween(5L, 55L);
        }
    }

    @Test
    void aCookieLeadsBackToTheEndpointAndIsSetAnewWhenThatIsGone() throws Exception {
        try (var a = ScriptedEndpoint.start(Behaviours.ok("a"));
                var b = ScriptedEndpoint.start(Behaviours.ok("b"));
                var gate = gate(both(a, b), "sticky: { cookie: sid, ttl: 1h }")) {
            RawResponse first = gate.get("/u/x");
            String set = String.valueOf(first.header("Set-Cookie"));
            assertThat(set)
                    .matches("sid=[A-Za-z0-9_-]{36}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax");
            String cookie = "Cookie: other=1; " + set.substring(0, set.indexOf(';'));
            for (int i = 0; i < 20; i++) {
                RawResponse next = gate.get("/u/x", cookie);
                assertThat(next.text()).isEqualTo(first.text());
                assertThat(next.header("Set-Cookie")).isNull();
            }
            boolean wasA = first.text().endsWith("a");
            (wasA ? a : b).kill();
            RawResponse moved = gate.get("/u/x", cookie);
            assertThat(moved.text()).isEqualTo("Response from: " + (wasA ? "b" : "a"));
            assertThat(moved.header("Set-Cookie")).startsWith("sid=").isNotEqualTo(set);
        }
    }

    @Test
    void aTamperedCookieIsIgnoredAndReplaced() throws Exception {
        try (var a = ScriptedEndpoint.start(Behaviours.ok("a"));
                var b = ScriptedEndpoint.start(Behaviours.ok("b"));
                var gate = gate(both(a, b), "sticky: sid")) {
            String set = String.valueOf(gate.get("/u/x").header("Set-Cookie"));
            char tampered = set.charAt(10) == 'A' ? 'B' : 'A';
            String cookie = set.substring(0, 10) + tampered + set.substring(11, 40);
            RawResponse answer = gate.get("/u/x", "Cookie: " + cookie);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Set-Cookie")).startsWith("sid=");
        }
    }

    @Test
    void aBackupAndAnotherZoneGetNothingWhileTheOthersWork() throws Exception {
        try (var a = ScriptedEndpoint.start(Behaviours.ok("a"));
                var b = ScriptedEndpoint.start(Behaviours.ok("b"));
                var c = ScriptedEndpoint.start(Behaviours.ok("c"));
                var gate =
                        gate(
                                "{ address: \"%s\", zone: here }, { address: \"%s\", zone: there }, { address: \"%s\", backup: true, zone: here }"
                                        .formatted(a.address(), b.address(), c.address()),
                                "")) {
            for (int i = 0; i < 50; i++) {
                assertThat(gate.get("/u/x").text()).isEqualTo("Response from: a");
            }
        }
    }
}
