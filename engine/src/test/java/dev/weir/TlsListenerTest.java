package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.GeneratedBody;
import dev.weir.testkit.HeaderLine;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.tls.Pki;
import dev.weir.tls.TlsClient;
import dev.weir.tls.TlsLibrary;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A listener that speaks TLS, before clients of the JDK.
class TlsListenerTest {
    @TempDir private Path folder;

    private Pki pki;
    private ScriptedEndpoint endpoint;

    @BeforeEach
    void start() throws Exception {
        pki = Pki.in(folder);
        endpoint = ScriptedEndpoint.start(Behaviours.echo());
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    /// A gateway with a listener `web` by TLS.
    private Gate open(String tls) throws Exception {
        return open(tls, "", WeirOptions.DEFAULTS);
    }

    private Gate open(String tls, String more, WeirOptions options) throws Exception {
        return Gate.openWith(
                "weir: 1\nlisteners:\n  web: { listen: \"127.0.0.1:0\", tls: { "
                        + tls
                        + " } }\n"
                        + more
                        + Gate.to(endpoint.address()),
                options);
    }

    @ParameterizedTest
    @CsvSource({"AUTO,TLSv1.2", "AUTO,TLSv1.3", "JDK,TLSv1.2", "JDK,TLSv1.3"})
    void servesRequestsByTls(TlsLibrary.Choice library, String version) throws Exception {
        pki.server("site", "shop.example.com");
        try (Gate gate =
                        open(
                                "certificates: [" + pki.pair("site") + "]",
                                "",
                                WeirOptions.DEFAULTS.withTls(library));
                TlsClient client =
                        TlsClient.connect(
                                gate.port(),
                                pki.trusting(),
                                new SSLParameters(null, new String[] {version}))) {
            assertThat(client.socket().getSession().getProtocol()).isEqualTo(version);
            assertThat(client.get("/one", "shop.example.com")).startsWith("HTTP/1.1 200 ");
            assertThat(client.get("/two", "shop.example.com")).startsWith("HTTP/1.1 200 ");
        }
        assertThat(endpoint.awaitRequests(2))
                .allSatisfy(
                        request ->
                                assertThat(request.values("X-Forwarded-Proto"))
                                        .containsExactly("https"));
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsLibrary.Choice.class,
            names = {"AUTO", "JDK"})
    void carriesLargeBodiesBothWays(TlsLibrary.Choice library) throws Exception {
        pki.server("site", "localhost", "127.0.0.1");
        byte[] body = new byte[5_000_000];
        new Random(7).nextBytes(body);
        GeneratedBody answered = new GeneratedBody(5_000_000);
        endpoint.behave(
                (request, wire) -> {
                    wire.readBody();
                    wire.sendHead(
                            200, "Content-Length: 5000000", "X-Got: " + request.body().sha256());
                    wire.send(answered, false);
                });
        try (Gate gate =
                        open(
                                "certificates: [" + pki.pair("site") + "]",
                                "",
                                WeirOptions.DEFAULTS.withTls(library));
                HttpClient client = HttpClient.newBuilder().sslContext(pki.trusting()).build()) {
            for (int i = 0; i < 3; i++) {
                HttpResponse<byte[]> answer =
                        client.send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        "https://127.0.0.1:" + gate.port() + "/"))
                                        .POST(BodyPublishers.ofByteArray(body))
                                        .build(),
                                BodyHandlers.ofByteArray());
                assertThat(answer.headers().firstValue("X-Got")).contains(sha256(body));
                assertThat(sha256(answer.body())).isEqualTo(answered.sha256());
            }
        }
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "shop.example.com,shop",
        "SHOP.example.com,shop",
        "a.example.com,wild",
        "example.com,first",
        "a.b.example.com,first",
        "elsewhere.test,first",
        ",first"
    })
    void givesTheCertificateForTheNameThatIsAskedFor(String name, String expected)
            throws Exception {
        pki.server("first", "first.example.org");
        pki.server("wild", "*.example.com");
        pki.server("shop", "shop.example.com");
        try (Gate gate =
                        open(
                                "certificates: [%s, %s, %s]"
                                        .formatted(
                                                pki.pair("first"),
                                                pki.pair("wild"),
                                                pki.pair("shop")));
                TlsClient client = TlsClient.connect(gate.port(), pki.trusting(), name)) {
            assertThat(client.certificate().getSubjectX500Principal().getName())
                    .isEqualTo("CN=" + expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3,,,EC",
        "TLSv1.3,rsa_pss_rsae_sha256,,RSA",
        "TLSv1.3,'ecdsa_secp384r1_sha384,rsa_pss_rsae_sha256',,RSA",
        "TLSv1.2,,,EC",
        "TLSv1.2,,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,RSA",
        "TLSv1.2,,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,EC"
    })
    void givesAnEcCertificateToWhoCanVerifyItAndAnRsaOneToOthers(
            String version, String schemes, String suite, String expected) throws Exception {
        pki.server("rsa", CertificateBuilder::rsa2048, "shop.example.com");
        pki.server("ec", "shop.example.com");
        SSLParameters parameters = new SSLParameters(null, new String[] {version});
        if (schemes != null) {
            // The issuers of these certificates sign with ECDSA, which only concerns the chain.
            parameters.setSignatureSchemes(schemes.split(","));
        }
        if (suite != null) {
            parameters.setCipherSuites(new String[] {suite});
        }
        try (Gate gate = open("certificates: [%s, %s]".formatted(pki.pair("rsa"), pki.pair("ec")));
                TlsClient client = TlsClient.connect(gate.port(), pki.lenient(), parameters)) {
            assertThat(client.certificate().getPublicKey().getAlgorithm()).isEqualTo(expected);
        }
    }

    @Test
    void speaksNothingOlderThanTold() throws Exception {
        pki.server("site", "shop.example.com");
        try (Gate gate = open("certificates: [" + pki.pair("site") + "], min-version: 1.3")) {
            assertThatThrownBy(
                            () ->
                                    TlsClient.connect(
                                            gate.port(),
                                            pki.trusting(),
                                            new SSLParameters(null, new String[] {"TLSv1.2"})))
                    .isInstanceOf(SSLException.class);
            await().untilAsserted(
                            () ->
                                    assertThat(gate.events())
                                            .anyMatch(
                                                    line -> line.contains("unsupported protocol")));
        }
    }

    @Test
    void usesTheCiphersThatAreNamed() throws Exception {
        pki.server("site", "shop.example.com");
        try (Gate gate =
                        open(
                                "certificates: ["
                                        + pki.pair("site")
                                        + "], ciphers: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]");
                TlsClient client =
                        TlsClient.connect(
                                gate.port(),
                                pki.trusting(),
                                new SSLParameters(null, new String[] {"TLSv1.2"}))) {
            assertThat(client.socket().getSession().getCipherSuite())
                    .isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
        }
    }

    @Test
    void choosesWhatTheClientSpeaksAndRefusesWhoSpeaksNothingOfIt() throws Exception {
        pki.server("site", "shop.example.com");
        SSLParameters parameters = new SSLParameters();
        try (Gate gate = open("certificates: [" + pki.pair("site") + "]")) {
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            try (TlsClient client = TlsClient.connect(gate.port(), pki.trusting(), parameters)) {
                assertThat(client.socket().getApplicationProtocol()).isEqualTo("h2");
            }
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            try (TlsClient client = TlsClient.connect(gate.port(), pki.trusting(), parameters)) {
                assertThat(client.socket().getApplicationProtocol()).isEqualTo("http/1.1");
            }
            parameters.setApplicationProtocols(new String[] {"ftp"});
            assertThatThrownBy(() -> TlsClient.connect(gate.port(), pki.trusting(), parameters))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("no_application_protocol");
        }
    }

    @Test
    void cutsClientsThatDoNotFinishTheHandshakeAndServesOthersMeanwhile() throws Exception {
        pki.server("site", "shop.example.com");
        try (Gate gate =
                open(
                        "certificates: [" + pki.pair("site") + "], handshake-timeout: 700ms",
                        "limits: { connections: 3 }\n",
                        WeirOptions.DEFAULTS)) {
            try (RawClient silent = gate.client();
                    RawClient half = gate.client()) {
                half.send(new byte[] {22, 3, 1, 1, 0, 1, 0});
                // Two of three places are taken, and a client that shakes hands gets the third.
                try (TlsClient client =
                        TlsClient.connect(gate.port(), pki.trusting(), "shop.example.com")) {
                    assertThat(client.get("/", "shop.example.com")).startsWith("HTTP/1.1 200 ");
                }
                assertThat(silent.closedByPeer(Duration.ofSeconds(3))).isTrue();
                assertThat(half.closedByPeer(Duration.ofSeconds(3))).isTrue();
            }
        }
    }

    @Test
    void endsAConnectionThatSpeaksNoTlsAndSaysSo() throws Exception {
        pki.server("site", "shop.example.com");
        try (Gate gate = open("certificates: [" + pki.pair("site") + "]");
                RawClient client = gate.client()) {
            client.send("GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n");
            assertThat(client.closedByPeer(Duration.ofSeconds(3))).isTrue();
            await().untilAsserted(
                            () ->
                                    assertThat(gate.events())
                                            .contains(
                                                    "listener web  TLS handshake failed, from 127.0.0.1: the other side speaks no TLS"));
        }
    }

    @Test
    void doesNotEndACutAnswerInOrder() throws Exception {
        pki.server("site", "shop.example.com");
        try (Gate gate = open("certificates: [" + pki.pair("site") + "]");
                TlsClient client =
                        TlsClient.connect(gate.port(), pki.trusting(), "shop.example.com")) {
            // Of an answer to HTTP/1.0 without a length only the end of the connection tells that
            // it is whole.
            endpoint.behave(
                    (request, wire) -> {
                        wire.readBody();
                        wire.sendHead(200, "Transfer-Encoding: chunked");
                        wire.send("5\r\nhello\r\n");
                        wire.reset();
                    });
            client.send("GET / HTTP/1.0\r\nHost: shop.example.com\r\n\r\n");
            assertThatThrownBy(() -> client.socket().getInputStream().readAllBytes())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void answers421WhenTheHostHasAnotherCertificate() throws Exception {
        pki.server("a", "a.example.com", "b.example.com");
        pki.server("c", "c.example.com");
        try (Gate gate = open("certificates: [%s, %s]".formatted(pki.pair("a"), pki.pair("c")))) {
            try (TlsClient client =
                    TlsClient.connect(gate.port(), pki.trusting(), "a.example.com")) {
                assertThat(client.get("/", "a.example.com")).startsWith("HTTP/1.1 200 ");
                assertThat(client.get("/", "b.example.com:8443")).startsWith("HTTP/1.1 200 ");
                assertThat(client.get("/", "c.example.com")).startsWith("HTTP/1.1 421 ");
                assertThat(client.get("/", "a.example.com")).startsWith("HTTP/1.1 200 ");
            }
            try (TlsClient client = TlsClient.connect(gate.port(), pki.trusting(), (String) null)) {
                assertThat(client.get("/", "c.example.com")).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void redirectsClientsThatComeInTheClear() throws Exception {
        pki.server("site", "shop.example.com");
        try (Gate gate =
                Gate.openWith(
                        """
                        weir: 1
                        listeners:
                          web: { listen: "127.0.0.1:0", redirect: https }
                          outside: { listen: "127.0.0.1:0", redirect: { to: https, port: 443 } }
                          secure: { listen: "127.0.0.1:0", tls: { certificates: [%s] } }
                        trusted-proxies: [127.0.0.1]
                        """
                                        .formatted(pki.pair("site"))
                                + Gate.to(endpoint.address()))) {
            int secure = gate.weir().port("secure");
            var get = gate.get("/a%20b?c=d");
            assertThat(get.status()).isEqualTo(301);
            assertThat(get.header("Location"))
                    .isEqualTo("https://weir.test:" + secure + "/a%20b?c=d");
            var post =
                    gate.exchange(
                            "POST /a HTTP/1.1\r\nHost: weir.test\r\nContent-Length: 1\r\n\r\nx");
            assertThat(post.status()).isEqualTo(308);
            // A proxy in front that says that the client came by TLS is believed, or there would be
            // a loop.
            assertThat(gate.get("/a", "X-Forwarded-Proto: https").status()).isEqualTo(200);
            try (RawClient client = RawClient.connect(gate.weir().port("outside"))) {
                var answer =
                        client.send("GET /a HTTP/1.1\r\nHost: weir.test:8080\r\n\r\n")
                                .readResponse("GET");
                assertThat(answer.header("Location")).isEqualTo("https://weir.test/a");
            }
        }
    }

    @Test
    void letsClientsWithACertificatePassAndTellsEndpointsAboutIt() throws Exception {
        pki.server("site", "shop.example.com");
        X509Bundle billing = pki.client("billing", "CN=billing\u00e9,O=Example");
        try (Gate gate =
                Gate.openWith(
                        """
                        weir: 1
                        listeners:
                          web:
                            listen: "127.0.0.1:0"
                            tls:
                              certificates: [%s]
                              client-auth:
                                ca: "%s"
                                forward: { X-Client-Subject: subject, X-Client-Print: fingerprint }
                          plain: "127.0.0.1:0"
                        """
                                        .formatted(pki.pair("site"), pki.file("ca.pem"))
                                + Gate.to(endpoint.address()))) {
            try (TlsClient client =
                    TlsClient.connect(gate.port(), pki.showing(billing), "shop.example.com")) {
                client.get("/", "shop.example.com", "X-Client-Subject: CN=root");
            }
            var told = endpoint.awaitRequests(1).getFirst();
            assertThat(told.values("X-Client-Subject"))
                    .containsExactly("CN=billing\\c3\\a9,O=Example");
            assertThat(told.values("X-Client-Print")).singleElement().asString().hasSize(64);

            try (RawClient client = RawClient.connect(gate.weir().port("plain"))) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Client-Subject: CN=root\r\n\r\n")
                        .readResponse("GET");
            }
            assertThat(endpoint.awaitRequests(2).getLast().values("X-Client-Subject")).isEmpty();
            try (RawClient client = RawClient.connect(gate.weir().port("plain"))) {
                client.send(
                                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                                        + "Trailer: X-Client-Subject, X-Sum\r\n\r\n"
                                        + "0\r\nX-Client-Subject: CN=root\r\nX-Sum: 7\r\n\r\n")
                        .readResponse();
            }
            assertThat(endpoint.awaitRequests(3).getLast().body().trailers())
                    .extracting(HeaderLine::name)
                    .containsExactly("X-Sum");
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO,TLSv1.2", "AUTO,TLSv1.3", "JDK,TLSv1.3"})
    void refusesClientsWithoutAGoodCertificate(TlsLibrary.Choice library, String version)
            throws Exception {
        pki.server("site", "shop.example.com");
        Path other = Files.createDirectory(folder.resolve("other"));
        X509Bundle stranger = Pki.in(other).client("stranger", "CN=stranger");
        try (Gate gate =
                open(
                        "certificates: [%s], client-auth: { ca: \"%s\" }"
                                .formatted(pki.pair("site"), pki.file("ca.pem")),
                        "",
                        WeirOptions.DEFAULTS.withTls(library))) {
            for (var context : List.of(pki.trusting(), pki.showing(stranger))) {
                assertThatThrownBy(
                                () -> {
                                    // With TLS 1.3 the client hears of it only when it reads.
                                    try (TlsClient client =
                                            TlsClient.connect(
                                                    gate.port(),
                                                    context,
                                                    new SSLParameters(
                                                            null, new String[] {version}))) {
                                        client.get("/", "shop.example.com");
                                    }
                                })
                        .isInstanceOf(IOException.class);
            }
            assertThat(endpoint.requests()).isEmpty();
            await().untilAsserted(
                            () ->
                                    assertThat(gate.events())
                                            .anyMatch(
                                                    line -> line.contains("TLS handshake failed")));
        }
    }

    @Test
    void letsClientsWithoutACertificatePassWhereItIsOptional() throws Exception {
        pki.server("site", "shop.example.com");
        try (Gate gate =
                        open(
                                "certificates: [%s], client-auth: { ca: \"%s\", mode: optional, forward: { X-Client: subject } }"
                                        .formatted(pki.pair("site"), pki.file("ca.pem")));
                TlsClient client =
                        TlsClient.connect(gate.port(), pki.trusting(), "shop.example.com")) {
            assertThat(client.get("/", "shop.example.com", "X-Client: CN=root"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(endpoint.awaitRequests(1).getFirst().values("X-Client")).isEmpty();
        }
    }

    /// Row 29 of the fault matrix.
    @Test
    void takesRenewedCertificatesUnderLoadAndKeepsTheOldOnesWhenTheNewAreBad() throws Exception {
        pki.server("site", "shop.example.com");
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger served = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        try (Gate gate = open("certificates: [" + pki.pair("site") + "]");
                TlsClient kept =
                        TlsClient.connect(gate.port(), pki.trusting(), "shop.example.com")) {
            Thread load =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        while (!enough.get()) {
                                            count(gate, served, failed);
                                        }
                                    });
            var first = kept.certificate();
            String badKey = pki.server("other", "other.test").getPrivateKeyPEM();
            X509Bundle renewed =
                    pki.server("renewed", CertificateBuilder::rsa2048, "shop.example.com");

            String goodKey = Files.readString(pki.file("site.key"));
            Files.writeString(pki.file("site.key"), badKey);
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(
                            () ->
                                    assertThat(gate.events())
                                            .anyMatch(
                                                    line ->
                                                            line.contains("site.key is not the key")
                                                                    && line.contains(
                                                                            "what was before stays")));
            assertThat(shown(gate)).isEqualTo(first);

            Files.writeString(pki.file("site.key"), goodKey);
            Files.writeString(pki.file("site.pem"), renewed.getCertificatePathPEM());
            Files.writeString(pki.file("site.key"), renewed.getPrivateKeyPEM());
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(
                            () -> assertThat(shown(gate)).isEqualTo(renewed.getCertificate()));
            assertThat(kept.get("/", "shop.example.com")).startsWith("HTTP/1.1 200 ");
            assertThat(gate.events()).anyMatch(line -> line.contains("site.pem was read again"));
            enough.set(true);
            load.join();
        }
        assertThat(served).hasPositiveValue();
        assertThat(failed).hasValue(0);
    }

    private void count(Gate gate, AtomicInteger served, AtomicInteger failed) {
        try (TlsClient client =
                TlsClient.connect(gate.port(), pki.trusting(), "shop.example.com")) {
            client.get("/", "shop.example.com");
            served.incrementAndGet();
        } catch (Exception e) {
            failed.incrementAndGet();
        }
    }

    private java.security.cert.X509Certificate shown(Gate gate) throws Exception {
        try (TlsClient client =
                TlsClient.connect(gate.port(), pki.trusting(), "shop.example.com")) {
            return client.certificate();
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2", "TLSv1.3"})
    void resumesSessionsWithTheClientsCertificateAlsoAfterARenewal(String version)
            throws Exception {
        pki.server("site", "shop.example.com");
        SSLContext client = pki.showing(pki.client("billing", "CN=billing"));
        SSLParameters parameters = new SSLParameters(null, new String[] {version});
        try (Gate gate =
                open(
                        "certificates: [%s], client-auth: { ca: \"%s\", forward: { X-Client: subject } }"
                                .formatted(pki.pair("site"), pki.file("ca.pem")))) {
            long first = sessionMade(gate, client, parameters);
            await().until(() -> System.currentTimeMillis() > first);
            // More than one for each loop.
            for (int i = 0; i < 4; i++) {
                assertThat(sessionMade(gate, client, parameters)).isEqualTo(first);
            }
            pki.server("site", "shop.example.com");
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> gate.events().stream().anyMatch(e -> e.contains("read again")));
            assertThat(sessionMade(gate, client, parameters)).isEqualTo(first);
        }
        assertThat(endpoint.awaitRequests(6))
                .allSatisfy(
                        request ->
                                assertThat(request.values("X-Client"))
                                        .containsExactly("CN=billing"));
    }

    /// When the session began that a connection has, which for one that is resumed is before the connection.
    private static long sessionMade(Gate gate, SSLContext context, SSLParameters parameters)
            throws Exception {
        try (TlsClient client = TlsClient.connect(gate.port(), context, parameters)) {
            assertThat(client.get("/", "a")).startsWith("HTTP/1.1 200 ");
            return client.socket().getSession().getCreationTime();
        }
    }

    @Test
    void saysThatACertificateIsAboutToEnd() throws Exception {
        pki.server(
                "site",
                builder ->
                        builder.ecp256()
                                .notAfter(
                                        java.time.Instant.now().plus(Duration.ofHours(5 * 24 + 1))),
                "shop.example.com");
        try (Gate gate = open("certificates: [" + pki.pair("site") + "]")) {
            await().untilAsserted(
                            () ->
                                    assertThat(gate.events())
                                            .anyMatch(
                                                    line ->
                                                            line.contains(
                                                                    "the certificate of shop.example.com expires in 5 days")));
        }
    }

    @Test
    void endsIdleConnectionsInOrderWhenItStops() throws Exception {
        pki.server("site", "shop.example.com");
        try (Gate gate =
                        open(
                                "certificates: [" + pki.pair("site") + "]",
                                "drain: { delay: 0s, timeout: 1s }\n",
                                WeirOptions.DEFAULTS);
                TlsClient client =
                        TlsClient.connect(gate.port(), pki.trusting(), "shop.example.com")) {
            client.get("/", "shop.example.com");
            assertThat(gate.weir().drain()).isTrue();
            // An end without TLS's own end would be an exception.
            assertThat(client.socket().getInputStream().read()).isEqualTo(-1);
        }
    }
}
