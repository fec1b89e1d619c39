package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.GeneratedBody;
import dev.weir.testkit.HeaderLine;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedHttp2Endpoint;
import dev.weir.tls.Pki;
import dev.weir.tls.TlsLibrary;
import dev.weir.tls.TlsWall;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `protocol: h2`: HTTP/2 over TLS, agreed on by ALPN.
class Http2OverTlsTest {
    @TempDir private Path folder;

    private Pki pki;
    private ScriptedHttp2Endpoint behind;

    @BeforeEach
    void start() throws Exception {
        pki = Pki.in(folder);
        behind =
                ScriptedHttp2Endpoint.start(
                        (request, wire) -> {
                            wire.readBody();
                            wire.answer(200, "got " + request.body().sha256());
                        });
    }

    private TlsWall wall(String... protocols) throws Exception {
        X509Bundle shown = pki.server("endpoint", "localhost");
        return TlsWall.before(behind.port(), pki.showing(shown), false, protocols);
    }

    @AfterEach
    void stop() throws Exception {
        behind.close();
    }

    private Gate gate(TlsWall wall, TlsLibrary.Choice library, String more) throws Exception {
        return Gate.openWith(
                """
                weir: 1
                listeners: { web: "127.0.0.1:0" }
                routes: [{ to: all }]
                services: { all: { endpoints: ["%s"], tls: { ca: "%s" }, protocol: h2 %s } }
                """
                        .formatted(wall.url("localhost"), pki.file("ca.pem"), more),
                WeirOptions.DEFAULTS.withTls(library).withLoops(1));
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsLibrary.Choice.class,
            names = {"AUTO", "JDK"})
    void sendsRequestsAndBodiesOnOneConnection(TlsLibrary.Choice library) throws Exception {
        GeneratedBody body = new GeneratedBody(1_000_000);
        try (TlsWall wall = wall("h2");
                Gate gate = gate(wall, library, "");
                RawClient client = gate.client()) {
            for (int i = 0; i < 3; i++) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
                client.send(body, false);
                assertThat(client.readResponse().text()).isEqualTo("got " + body.sha256());
            }
        }
        assertThat(behind.requests().getFirst().fields())
                .contains(new HeaderLine(":scheme", "https"));
        assertThat(behind.connections().accepted()).isEqualTo(1);
        assertThat(behind.violations()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsLibrary.Choice.class,
            names = {"AUTO", "JDK"})
    void asksNoEndpointThatDoesNotOfferHttp2(TlsLibrary.Choice library) throws Exception {
        try (TlsWall wall = wall();
                Gate gate = gate(wall, library, "")) {
            assertThat(gate.get("/").status()).isEqualTo(502);
            assertThat(gate.events()).anyMatch(line -> line.contains("does not offer HTTP/2"));
        }
        assertThat(behind.requests()).isEmpty();
    }

    @Test
    void checksOverTlsToo() throws Exception {
        try (TlsWall wall = wall("h2");
                Gate gate =
                        gate(
                                wall,
                                TlsLibrary.Choice.AUTO,
                                ", health: { path: /up, every: 50ms }")) {
            await().until(() -> !behind.requests().isEmpty());
            assertThat(behind.requests().getFirst().path()).isEqualTo("/up");
            assertThat(gate.get("/").status()).isEqualTo(200);
        }
    }
}
