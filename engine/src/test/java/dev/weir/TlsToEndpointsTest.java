package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.GeneratedBody;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.tls.Pki;
import dev.weir.tls.TlsLibrary;
import dev.weir.tls.TlsWall;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Services whose endpoints speak TLS, which endpoints of the JDK do here.
class TlsToEndpointsTest {
    @TempDir private Path folder;

    private Pki pki;
    private ScriptedEndpoint behind;

    @BeforeEach
    void start() throws Exception {
        pki = Pki.in(folder);
        behind = ScriptedEndpoint.start(Behaviours.ok("secret"));
    }

    @AfterEach
    void stop() {
        behind.close();
    }

    private TlsWall wall(String... names) throws Exception {
        return TlsWall.before(behind.port(), pki.showing(pki.server("endpoint", names)), false);
    }

    private static Gate open(String service) throws Exception {
        return open(service, TlsLibrary.Choice.AUTO);
    }

    private static Gate open(String service, TlsLibrary.Choice library) throws Exception {
        return Gate.openWith(
                "weir: 1\nlisteners: { web: \"127.0.0.1:0\" }\nroutes: [{ to: all }]\nservices: { all: { "
                        + service
                        + " } }\n",
                WeirOptions.DEFAULTS.withTls(library).withLoops(1));
    }

    private String ca() {
        return "\"" + pki.file("ca.pem") + "\"";
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsLibrary.Choice.class,
            names = {"AUTO", "JDK"})
    void sendsRequestsToAnEndpointThatItCanVerify(TlsLibrary.Choice library) throws Exception {
        GeneratedBody large = new GeneratedBody(3_000_000);
        try (TlsWall wall = wall("localhost", "127.0.0.1");
                Gate gate =
                        open(
                                "endpoints: [\"%s\"], tls: { ca: %s }"
                                        .formatted(wall.url("localhost"), ca()),
                                library)) {
            assertThat(gate.get("/").status()).isEqualTo(200);
            behind.behave(Behaviours.stream(3_000_000));
            assertThat(
                            gate.client()
                                    .send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                                    .readHashed()
                                    .sha256())
                    .isEqualTo(large.sha256());
        }
    }

    @Test
    void usesAConnectionAgain() throws Exception {
        try (TlsWall wall = wall("127.0.0.1");
                Gate gate =
                        open(
                                "endpoints: [\"%s\"], tls: { ca: %s }"
                                        .formatted(wall.url("127.0.0.1"), ca()))) {
            for (int i = 0; i < 5; i++) {
                assertThat(gate.get("/").status()).isEqualTo(200);
            }
            assertThat(wall.names()).containsExactly("");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost,,localhost,certificate-untrusted",
        "localhost,ca,other.test,certificate-name",
        "127.0.0.1,ca,localhost,certificate-name"
    })
    void sendsNothingToAnEndpointThatItCannotVerify(
            String host, String trusted, String certified, String reason) throws Exception {
        try (TlsWall wall = wall(certified);
                Gate gate =
                        open(
                                "endpoints: [\"%s\"]%s"
                                        .formatted(
                                                wall.url(host),
                                                trusted == null
                                                        ? ""
                                                        : ", tls: { ca: " + ca() + " }"))) {
            var answer = gate.get("/", "Accept: application/json");
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).contains("\"reason\":\"" + reason + "\"");
            assertThat(gate.events())
                    .anyMatch(
                            line ->
                                    line.contains("TLS handshake failed")
                                            && line.endsWith("(" + reason + ")"));
        }
        assertThat(behind.requests()).isEmpty();
    }

    @Test
    void sendsNothingToAnEndpointWhoseCertificateHasExpired() throws Exception {
        X509Bundle expired =
                pki.server(
                        "expired",
                        builder ->
                                builder.ecp256()
                                        .notBefore(Instant.now().minus(Duration.ofDays(9)))
                                        .notAfter(Instant.now().minus(Duration.ofDays(1))),
                        "127.0.0.1");
        try (TlsWall wall = TlsWall.before(behind.port(), pki.showing(expired), false);
                Gate gate =
                        open(
                                "endpoints: [\"%s\"], tls: { ca: %s }"
                                        .formatted(wall.url("127.0.0.1"), ca()))) {
            assertThat(gate.get("/", "Accept: application/json").text())
                    .contains("certificate-untrusted");
            assertThat(gate.events()).anyMatch(line -> line.contains("certificate expired"));
        }
    }

    @Test
    void asksForTheNameThatIsConfiguredAndVerifiesThat() throws Exception {
        try (TlsWall wall = wall("orders.internal");
                Gate gate =
                        open(
                                "endpoints: [\"127.0.0.1:%d\"], tls: { ca: %s, server-name: orders.internal }"
                                        .formatted(wall.port(), ca()))) {
            assertThat(gate.get("/").status()).isEqualTo(200);
            assertThat(wall.names()).containsExactly("orders.internal");
        }
    }

    @Test
    void showsACertificateOfItsOwn() throws Exception {
        pki.client("weir", "CN=weir");
        try (TlsWall wall =
                        TlsWall.before(
                                behind.port(),
                                pki.showing(pki.server("endpoint", "127.0.0.1")),
                                true);
                Gate gate =
                        open(
                                "endpoints: [\"%s\"], tls: { ca: %s, client-cert: \"%s\", client-key: \"%s\" }"
                                        .formatted(
                                                wall.url("127.0.0.1"),
                                                ca(),
                                                pki.file("weir.pem"),
                                                pki.file("weir.key")))) {
            assertThat(gate.get("/").status()).isEqualTo(200);
            assertThat(wall.clients()).containsExactly("CN=weir");
        }
    }

    @Test
    void verifiesNothingWhereItIsToldSo() throws Exception {
        try (TlsWall wall = wall("other.test");
                Gate gate =
                        open(
                                "endpoints: [\"%s\"], tls: { verify: false }"
                                        .formatted(wall.url("127.0.0.1")))) {
            assertThat(gate.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void goesElsewhereWhenAHandshakeFailsEvenWithAPost() throws Exception {
        try (TlsWall good = wall("127.0.0.1");
                TlsWall bad =
                        TlsWall.before(
                                behind.port(),
                                pki.showing(pki.server("bad", "other.test")),
                                false);
                Gate gate =
                        open(
                                "balance: round-robin, outliers: off, endpoints: [\"%s\", \"%s\"], tls: { ca: %s }"
                                        .formatted(
                                                bad.url("127.0.0.1"),
                                                good.url("127.0.0.1"),
                                                ca()))) {
            for (int i = 0; i < 4; i++) {
                assertThat(
                                gate.exchange(
                                                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
                                        .status())
                        .isEqualTo(200);
            }
        }
        assertThat(behind.requestCount()).isEqualTo(4);
    }

    @Test
    void waitsForAHandshakeOnlySoLong() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
                Gate gate =
                        open(
                                "endpoints: [\"https://127.0.0.1:%d\"], connections: { tls-timeout: 200ms }"
                                        .formatted(silent.getLocalPort()))) {
            var answer = gate.get("/", "Accept: application/json");
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.text()).contains("tls-timeout");
        }
    }

    @Test
    void saysThatAnEndpointSpeaksNoTls() throws Exception {
        try (Gate gate = open("endpoints: [\"https://%s\"]".formatted(behind.address()))) {
            var answer = gate.get("/", "Accept: application/json");
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).contains("tls-failed");
        }
    }

    @Test
    void checksHealthByTls() throws Exception {
        try (TlsWall wall = wall("127.0.0.1");
                TlsWall other =
                        TlsWall.before(
                                behind.port(),
                                pki.showing(pki.server("other", "other.test")),
                                false);
                Gate gate =
                        open(
                                "endpoints: [\"%s\", \"%s\"], tls: { ca: %s }, health: { path: /health, down-after: 1 }"
                                        .formatted(
                                                wall.url("127.0.0.1"),
                                                other.url("127.0.0.1"),
                                                ca()))) {
            await().untilAsserted(
                            () ->
                                    assertThat(gate.events())
                                            .anyMatch(
                                                    line -> line.contains("1 of 2 endpoints up")));
            assertThat(gate.events())
                    .anyMatch(
                            line ->
                                    line.contains("127.0.0.1:" + other.port())
                                            && line.contains("down  TLS handshake failed"));
            assertThat(behind.requests()).anyMatch(request -> request.target().equals("/health"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsLibrary.Choice.class,
            names = {"AUTO", "JDK"})
    void doesNotTakeACutAnswerForAWholeOne(TlsLibrary.Choice library) throws Exception {
        behind.behave(Behaviours.closeDelimited("hello"));
        try (TlsWall wall = wall("127.0.0.1");
                Gate gate =
                        open(
                                "endpoints: [\"%s\"], tls: { ca: %s }"
                                        .formatted(wall.url("127.0.0.1"), ca()),
                                library)) {
            assertThat(gate.get("/").text()).as("with an end of TLS").isEqualTo("hello");
            wall.cut();
            try (RawClient client = gate.client()) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                String seen = new String(client.readUntilClosed(), StandardCharsets.ISO_8859_1);
                assertThat(seen).startsWith("HTTP/1.1 200 ").contains("chunked", "hello");
                assertThat(seen).as("without one").doesNotContain("\r\n0\r\n");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO, TLSv1.3", "AUTO, TLSv1.2", "JDK, TLSv1.3", "JDK, TLSv1.2"})
    void resumesASession(TlsLibrary.Choice library, String version) throws Exception {
        behind.behave(Behaviours.closeDelimited("hello"));
        try (TlsWall wall =
                        TlsWall.before(
                                behind.port(),
                                pki.showing(pki.server("endpoint", "localhost")),
                                parameters -> {
                                    parameters.setProtocols(new String[] {version});
                                    return parameters;
                                });
                Gate gate =
                        open(
                                "endpoints: [\"%s\"], tls: { ca: %s }"
                                        .formatted(wall.url("localhost"), ca()),
                                library)) {
            for (int i = 0; i < 4; i++) {
                assertThat(gate.get("/").text()).isEqualTo("hello");
            }
            assertThat(wall.sessions()).hasSize(4).containsOnly(wall.sessions().getFirst());
        }
    }

    @Test
    void readsAnIssuersFileAgainWhenItChanges() throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        Pki stranger = Pki.in(other);
        Path trusted = folder.resolve("trusted.pem");
        Files.copy(stranger.file("ca.pem"), trusted);
        try (TlsWall wall = wall("127.0.0.1");
                Gate gate =
                        open(
                                "outliers: off, endpoints: [\"%s\"], tls: { ca: \"%s\" }"
                                        .formatted(wall.url("127.0.0.1"), trusted))) {
            assertThat(gate.get("/").status()).isEqualTo(502);
            Files.writeString(trusted, Files.readString(pki.file("ca.pem")));
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(() -> assertThat(gate.get("/").status()).isEqualTo(200));
        }
    }

    @Test
    void takesAnRsaEndpointToo() throws Exception {
        X509Bundle rsa = pki.server("rsa", CertificateBuilder::rsa2048, "127.0.0.1");
        try (TlsWall wall = TlsWall.before(behind.port(), pki.showing(rsa), false);
                Gate gate =
                        open(
                                "endpoints: [\"%s\"], tls: { ca: %s }"
                                        .formatted(wall.url("127.0.0.1"), ca()))) {
            assertThat(gate.get("/").status()).isEqualTo(200);
        }
    }
}
