package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may not use the admin API, on real sockets.
class AdminAccessTest {
    private static final String TOKEN = "correct-horse-battery-staple";

    private static Gate plain() throws Exception {
        return AdminClient.open(Gate.to("127.0.0.1:1"));
    }

    private static Gate guarded() throws Exception {
        return Gate.openWith(
                "weir: 1\nadmin: { listen: 127.0.0.1:0, socket: off, token: "
                        + TOKEN
                        + ", hosts: [weir.internal] }\nlisteners: { web: \"127.0.0.1:0\" }\n"
                        + Gate.to("127.0.0.1:1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rebind.attacker.example",
                "rebind.attacker.example:9900",
                "127.0.0.1.nip.io",
                "localhost.attacker.example",
                "127.0.0.2",
                "0.0.0.0",
                "[::2]:9900",
                "weir.internal",
                "",
                "127.0.0.1@attacker.example"
            })
    void refusesAForeignNameThatLeadsHere(String host) throws Exception {
        try (Gate gate = plain()) {
            RawResponse answer = AdminClient.of(gate).get("/api/v1/overview", "Host: " + host);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).doesNotContain("uptime_ms");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:9900", "127.0.0.1", "[::1]:9900", "localhost."})
    void answersItsOwnNames(String host) throws Exception {
        try (Gate gate = plain()) {
            assertThat(AdminClient.of(gate).get("/api/v1/overview", "Host: " + host).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void refusesTwoHosts() throws Exception {
        try (Gate gate = plain()) {
            assertThat(
                            AdminClient.of(gate)
                                    .get("/live", "Host: localhost", "Host: attacker.example")
                                    .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void refusesWhatAPageOfAnotherSiteSends() throws Exception {
        try (Gate gate = plain()) {
            AdminClient admin = AdminClient.of(gate);
            String json = "{\"state\": \"down\"}";
            for (String line :
                    List.of(
                            "Sec-Fetch-Site: cross-site",
                            "Sec-Fetch-Site: same-site",
                            "Origin: https://attacker.example",
                            "Origin: null",
                            "Origin: http://127.0.0.1:1")) {
                assertThat(admin.patch("all", "127.0.0.1:1", json, line).status())
                        .as(line)
                        .isEqualTo(403);
                assertThat(admin.send("POST", "/api/v1/drain", "", line).status())
                        .as(line)
                        .isEqualTo(403);
            }
            assertThat(admin.get("/api/v1/stream", "Sec-Fetch-Site: cross-site").status())
                    .isEqualTo(403);
            assertThat(admin.json("/ready").get("ready").asBoolean()).isTrue();
            assertThat(
                            admin.patch(
                                            "all",
                                            "127.0.0.1:1",
                                            json,
                                            "Sec-Fetch-Site: same-origin",
                                            "Origin: http://127.0.0.1:" + admin.port())
                                    .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void letsALinkFromElsewhereLeadHere() throws Exception {
        try (Gate gate = plain()) {
            assertThat(
                            AdminClient.of(gate)
                                    .get(
                                            "/api/v1/overview",
                                            "Sec-Fetch-Site: cross-site",
                                            "Sec-Fetch-Mode: navigate",
                                            "Sec-Fetch-Dest: document")
                                    .status())
                    .isEqualTo(200);
            assertThat(
                            AdminClient.of(gate)
                                    .get(
                                            "/api/v1/overview",
                                            "Sec-Fetch-Site: cross-site",
                                            "Sec-Fetch-Mode: navigate",
                                            "Sec-Fetch-Dest: iframe")
                                    .status())
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Nothing: 1",
                "Authorization: Bearer",
                "Authorization: Bearer wrong",
                "Authorization: Bearer " + TOKEN + "x",
                "Authorization: Basic " + TOKEN,
                "Authorization: " + TOKEN
            })
    void wantsTheTokenWhereThereIsOne(String line) throws Exception {
        try (Gate gate = guarded()) {
            AdminClient admin = AdminClient.of(gate);
            RawResponse answer = admin.get("/api/v1/overview", line);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer ");
            assertThat(admin.send("POST", "/api/v1/drain", "", line).status()).isEqualTo(401);
            assertThat(admin.get("/api/v1/stream", line).status()).isEqualTo(401);
            assertThat(admin.get("/api/v1/nothing-there", line).status()).isEqualTo(401);
        }
    }

    @Test
    void takesTheToken() throws Exception {
        try (Gate gate = guarded()) {
            AdminClient admin = AdminClient.of(gate);
            assertThat(admin.get("/api/v1/overview", "authorization: bearer " + TOKEN).status())
                    .isEqualTo(200);
            assertThat(
                            admin.get(
                                            "/api/v1/overview",
                                            "Authorization: Bearer " + TOKEN,
                                            "Host: weir.internal:9900")
                                    .status())
                    .isEqualTo(200);
            assertThat(admin.get("/live").status()).isEqualTo(200);
            assertThat(admin.get("/ready").status()).isEqualTo(200);
        }
    }

    @Test
    void changesNothingByGet() throws Exception {
        try (Gate gate = plain()) {
            AdminClient admin = AdminClient.of(gate);
            for (String path :
                    List.of(
                            "/api/v1/drain",
                            "/api/v1/config/reload",
                            "/api/v1/config/rollback",
                            "/api/v1/config/validate",
                            "/api/v1/upgrade")) {
                assertThat(admin.get(path).status()).as(path).isEqualTo(405);
                assertThat(admin.send("HEAD", path, "").status()).as(path).isEqualTo(405);
            }
            assertThat(
                            admin.send("GET", "/api/v1/drain", "", "X-HTTP-Method-Override: POST")
                                    .status())
                    .isEqualTo(405);
            assertThat(admin.json("/ready").get("ready").asBoolean()).isTrue();
        }
    }

    @Test
    void wantsJsonThatNoFormCanSend() throws Exception {
        try (Gate gate = plain()) {
            assertThat(
                            AdminClient.of(gate)
                                    .send(
                                            "PATCH",
                                            AdminClient.path("all", "127.0.0.1:1"),
                                            "{\"state\": \"down\"}",
                                            "Content-Type: text/plain")
                                    .status())
                    .isEqualTo(415);
        }
    }

    @Test
    void boundsWhatItReads() throws Exception {
        try (Gate gate = plain()) {
            int port = AdminClient.of(gate).port();
            String path = AdminClient.path("all", "127.0.0.1:1");
            String type = "Host: localhost\r\nContent-Type: application/json\r\n";
            try (RawClient client = RawClient.connect(port)) {
                // Refused by what the head says, before a byte of the body.
                client.send(
                        "PATCH "
                                + path
                                + " HTTP/1.1\r\n"
                                + type
                                + "Content-Length: 1000000\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(413);
                assertThat(client.closedByPeer(Duration.ofSeconds(5))).isTrue();
            }
            try (RawClient client = RawClient.connect(port)) {
                client.send(
                        "PATCH "
                                + path
                                + " HTTP/1.1\r\n"
                                + type
                                + "Transfer-Encoding: chunked\r\n\r\n");
                client.send("11000\r\n" + "x".repeat(0x11000) + "\r\n");
                assertThat(client.readResponse().status()).isEqualTo(413);
            }
            try (RawClient client = RawClient.connect(port)) {
                client.send(
                        "GET /live HTTP/1.1\r\nHost: localhost\r\nX: "
                                + "x".repeat(20_000)
                                + "\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(400);
            }
            try (RawClient client = RawClient.connect(port)) {
                client.send("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(400);
            }
        }
    }

    @Test
    void hasPlaceForSoManyConnectionsAndServesOnWhenTheyAreGone() throws Exception {
        try (Gate gate = plain()) {
            AdminClient admin = AdminClient.of(gate);
            List<RawClient> held = new ArrayList<>();
            try {
                for (int i = 0; i < 64; i++) {
                    held.add(RawClient.connect(admin.port()));
                }
                try (RawClient more = RawClient.connect(admin.port())) {
                    assertThat(more.closedByPeer(Duration.ofSeconds(5))).isTrue();
                }
            } finally {
                held.forEach(RawClient::close);
            }
            org.awaitility.Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> admin.get("/live").status() == 200);
        }
    }

    @Test
    void isNeverOnATrafficPort() throws Exception {
        try (Gate gate = plain()) {
            for (String path : List.of("/live", "/ready", "/metrics", "/api/v1/overview")) {
                assertThat(gate.get(path, "Host: localhost").status()).isIn(400, 502);
            }
        }
    }
}
