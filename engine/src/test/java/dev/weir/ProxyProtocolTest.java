package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// PROXY headers from proxies before Weir, and those that it writes itself.
class ProxyProtocolTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String V1 = "PROXY TCP4 192.0.2.7 198.51.100.2 57000 443\r\n";
    private static final byte[] V2 =
            HexFormat.of()
                    .parseHex("0d0a0d0a000d0a515549540a2111000fc0000207c6336402dea801bb040000");
    private static final byte[] LOCAL = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000");
    private static final Duration SOON = Duration.ofSeconds(3);

    private ScriptedEndpoint endpoint;

    @BeforeEach
    void start() throws Exception {
        endpoint = ScriptedEndpoint.start(Behaviours.echo());
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    private Gate gate(String reception, String trusted) throws Exception {
        return Gate.openWith(
                """
                weir: 1
                listeners: { web: { listen: "127.0.0.1:0", proxy-protocol: %s } }
                trusted-proxies: [%s]
                limits: { header-timeout: 400ms }
                """
                                .formatted(reception, trusted)
                        + Gate.to(endpoint.address()));
    }

    private String forwardedFor() {
        return endpoint.awaitRequests(1).getLast().header("X-Forwarded-For");
    }

    @ParameterizedTest
    @ValueSource(strings = {"accept", "require"})
    void takesTheAddressInAHeaderForTheClients(String reception) throws Exception {
        try (Gate gate = gate(reception, "127.0.0.1");
                RawClient first = gate.client();
                RawClient second = gate.client()) {
            assertThat(first.send(V1 + GET).readResponse().status()).isEqualTo(200);
            assertThat(forwardedFor()).isEqualTo("192.0.2.7");
            assertThat(first.send(GET).readResponse().status()).isEqualTo(200);
            assertThat(second.send(V2).send(GET).readResponse().status()).isEqualTo(200);
            assertThat(endpoint.awaitRequests(3))
                    .allMatch(request -> request.header("X-Forwarded-For").equals("192.0.2.7"));
            assertThat(gate.events()).isEmpty();
        }
    }

    @Test
    void takesAHeaderThatComesByteByByte() throws Exception {
        try (Gate gate = gate("require", "127.0.0.1");
                RawClient client = gate.client()) {
            client.sendSlowly((V1 + GET).getBytes(StandardCharsets.US_ASCII), Duration.ofMillis(1));
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(forwardedFor()).isEqualTo("192.0.2.7");
        }
    }

    @Test
    void believesAClientBehindTheProxyOnlyIfItIsATrustedProxyToo() throws Exception {
        String claim = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n";
        try (Gate gate = gate("require", "127.0.0.1, 10.0.0.0/8");
                RawClient stranger = gate.client();
                RawClient proxy = gate.client()) {
            stranger.send(V1 + claim).readResponse();
            assertThat(forwardedFor()).isEqualTo("192.0.2.7");
            proxy.send(V1.replace("192.0.2.7", "10.0.0.7") + claim).readResponse();
            assertThat(endpoint.awaitRequests(2).getLast().header("X-Forwarded-For"))
                    .isEqualTo("203.0.113.9, 10.0.0.7");
        }
    }

    @Test
    void takesItsOwnPeerWhereTheHeaderSpeaksForNobody() throws Exception {
        try (Gate gate = gate("require", "127.0.0.1");
                RawClient local = gate.client();
                RawClient unknown = gate.client()) {
            assertThat(local.send(LOCAL).send(GET).readResponse().status()).isEqualTo(200);
            assertThat(unknown.send("PROXY UNKNOWN\r\n" + GET).readResponse().status())
                    .isEqualTo(200);
            assertThat(endpoint.awaitRequests(2))
                    .allMatch(request -> request.header("X-Forwarded-For").equals("127.0.0.1"));
        }
    }

    @Test
    void servesATrustedProxyWithoutAHeaderWhereThatIsAccepted() throws Exception {
        try (Gate gate = gate("accept", "127.0.0.1");
                RawClient client = gate.client()) {
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
            assertThat(forwardedFor()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void closesWhoSendsNoHeaderWhereOneIsRequired() throws Exception {
        try (Gate gate = gate("require", "127.0.0.1");
                RawClient client = gate.client()) {
            assertThat(client.send(GET).closedByPeer(SOON)).isTrue();
            assertThat(gate.events())
                    .containsExactly(
                            "listener web  closed a connection from 127.0.0.1: it sent no PROXY header");
        }
        assertThat(endpoint.requestCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.7 198.51.100.2 57000 443\n",
                "PROXY TCP4 192.0.2.7 198.51.100.2 57000 443 x\r\n",
                "PROXY TCP4 192.0.2.07 198.51.100.2 57000 443\r\n",
            })
    void closesABadHeaderWithoutAnAnswer(String header) throws Exception {
        for (String reception : new String[] {"accept", "require"}) {
            try (Gate gate = gate(reception, "127.0.0.1");
                    RawClient client = gate.client()) {
                assertThat(client.send(header + GET).closedByPeer(SOON)).isTrue();
                assertThat(gate.events())
                        .singleElement()
                        .asString()
                        .startsWith(
                                "listener web  closed a connection from 127.0.0.1: its PROXY header ");
            }
        }
        assertThat(endpoint.requestCount()).isZero();
    }

    @Test
    void closesAHeaderFromAPeerThatIsNotTrusted() throws Exception {
        try (Gate gate = gate("accept", "10.0.0.0/8")) {
            for (byte[] header : new byte[][] {V1.getBytes(StandardCharsets.US_ASCII), V2, LOCAL}) {
                try (RawClient client = gate.client()) {
                    assertThat(client.send(header).send(GET).closedByPeer(SOON)).isTrue();
                }
            }
            assertThat(endpoint.requestCount()).isZero();
            assertThat(gate.get("/").status()).as("without a header").isEqualTo(200);
            assertThat(gate.events())
                    .containsExactly(
                            "listener web  closed a connection from 127.0.0.1: it is no trusted proxy");
        }
    }

    @Test
    void closesEverybodyElseWhereAHeaderIsRequired() throws Exception {
        try (Gate gate = gate("require", "10.0.0.0/8");
                RawClient client = gate.client()) {
            assertThat(client.closedByPeer(SOON)).isTrue();
            assertThat(gate.events()).hasSize(1);
        }
    }

    @Test
    void closesAHeaderThatIsLate() throws Exception {
        try (Gate gate = gate("require", "127.0.0.1");
                RawClient silent = gate.client();
                RawClient slow = gate.client()) {
            slow.send("PROXY TCP4");
            assertThat(silent.closedByPeer(SOON)).isTrue();
            assertThat(slow.closedByPeer(SOON)).isTrue();
            assertThat(gate.events()).allMatch(line -> line.endsWith("did not come in time"));
        }
    }

    @Test
    void aSecondHeaderIsABadRequest() throws Exception {
        try (Gate gate = gate("accept", "127.0.0.1");
                RawClient client = gate.client()) {
            assertThat(client.send(V1 + V1 + GET).readResponse().status()).isEqualTo(400);
        }
    }

    @Test
    void aListenerWithoutTheSettingTakesAHeaderForABadRequest() throws Exception {
        try (Gate gate =
                Gate.open("trusted-proxies: [127.0.0.1]\n" + Gate.to(endpoint.address()))) {
            assertThat(gate.exchange(V1 + GET).status()).isEqualTo(400);
        }
    }

    @Test
    void closesOnADrainWhoHasNotSentItsHeader() throws Exception {
        try (Gate gate =
                        Gate.openWith(
                                """
                                weir: 1
                                listeners: { web: { listen: "127.0.0.1:0", proxy-protocol: require } }
                                trusted-proxies: [127.0.0.1]
                                drain: { delay: 0s, timeout: 30s }
                                """
                                        + Gate.to(endpoint.address()));
                RawClient client = gate.client()) {
            client.send("PROXY");
            await().pollDelay(Duration.ofMillis(100)).until(() -> true);
            assertThat(gate.weir().drain()).isTrue();
            assertThat(client.closedByPeer(SOON)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void tellsEndpointsForWhomEachConnectionIs(String version) throws Exception {
        try (Gate inner =
                        Gate.openWith(
                                """
                                weir: 1
                                listeners: { web: { listen: "127.0.0.1:0", proxy-protocol: require } }
                                trusted-proxies: [127.0.0.1]
                                """
                                        + Gate.to(endpoint.address()));
                Gate outer =
                        Gate.openWith(
                                """
                                weir: 1
                                listeners: { web: { listen: "127.0.0.1:0", proxy-protocol: accept } }
                                trusted-proxies: [127.0.0.1]
                                routes: [{ to: inner }]
                                services: { inner: { endpoints: [127.0.0.1:%d], proxy-protocol: %s } }
                                """
                                        .formatted(inner.port(), version));
                RawClient one = outer.client();
                RawClient two = outer.client()) {
            one.send(V1 + GET).readResponse();
            one.send(GET).readResponse();
            assertThat(endpoint.awaitRequests(2))
                    .allMatch(request -> request.header("X-Forwarded-For").equals("192.0.2.7"));
            two.send(GET).readResponse();
            assertThat(endpoint.awaitRequests(3).getLast().header("X-Forwarded-For"))
                    .isEqualTo("127.0.0.1, 127.0.0.1");
            assertThat(inner.events()).isEmpty();
        }
    }
}
