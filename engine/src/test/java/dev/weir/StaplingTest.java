package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.tls.Pki;
import dev.weir.tls.TlsClient;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.jcajce.JcaBasicOCSPRespBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What clients are shown of an issuer's OCSP answers, before a responder of the test's own.
class StaplingTest {
    @TempDir private Path folder;

    private final AtomicInteger asked = new AtomicInteger();
    private volatile CertificateStatus status = CertificateStatus.GOOD;
    private volatile byte[] answered = {};
    private Pki pki;
    private HttpServer responder;

    @BeforeEach
    void start() throws Exception {
        pki = Pki.in(folder);
        responder =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        responder.createContext("/", this::answer);
        responder.start();
    }

    @AfterEach
    void stop() {
        responder.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        try (exchange) {
            OCSPReq request = new OCSPReq(exchange.getRequestBody().readAllBytes());
            byte[] answer = about(request.getRequestList()[0].getCertID());
            answered = answer;
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private byte[] about(CertificateID id) throws Exception {
        var digests = new JcaDigestCalculatorProviderBuilder().build();
        Instant now = Instant.now();
        var basic =
                new JcaBasicOCSPRespBuilder(
                                pki.issuer().getKeyPair().getPublic(),
                                digests.get(CertificateID.HASH_SHA1))
                        .addResponse(
                                id,
                                status,
                                Date.from(now.minusSeconds(60)),
                                Date.from(now.plus(Duration.ofDays(3))),
                                null)
                        .build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(pki.issuer().getKeyPair().getPrivate()),
                                null,
                                Date.from(now));
        return new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic).getEncoded();
    }

    private X509Bundle certificate() throws Exception {
        return pki.serverWithResponder(
                "site",
                "http://127.0.0.1:" + responder.getAddress().getPort() + "/",
                "shop.example.com");
    }

    private Gate open(String more) throws Exception {
        return Gate.openWith(
                """
                weir: 1
                listeners:
                  web:
                    listen: "127.0.0.1:0"
                    tls: { certificates: [{ cert: "%s", key: "%s"%s }] }
                routes: [{ respond: {} }]
                """
                        .formatted(pki.file("site.pem"), pki.file("site.key"), more));
    }

    private List<byte[]> shown(Gate gate) throws Exception {
        try (TlsClient client =
                TlsClient.connect(gate.port(), pki.trusting(), "shop.example.com")) {
            return ((ExtendedSSLSession) client.socket().getSession()).getStatusResponses();
        }
    }

    @Test
    void showsWhatTheResponderSays() throws Exception {
        certificate();
        try (Gate gate = open("")) {
            await().atMost(Duration.ofSeconds(10)).until(() -> !shown(gate).isEmpty());
            assertThat(shown(gate)).containsExactly(answered);
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void servesClientsWhenTheResponderDoesNot() throws Exception {
        certificate();
        responder.stop(0);
        try (Gate gate = open("")) {
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () ->
                                    assertThat(gate.events())
                                            .anyMatch(
                                                    line ->
                                                            line.contains("no OCSP answer")
                                                                    && line.contains(
                                                                            "served without")));
            assertThat(shown(gate)).isEmpty();
        }
    }

    @Test
    void showsNoAnswerOfARevokedCertificateAndSaysSo() throws Exception {
        certificate();
        status = new RevokedStatus(Date.from(Instant.now()), 1);
        try (Gate gate = open("")) {
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () ->
                                    assertThat(gate.events())
                                            .anyMatch(line -> line.contains("it is revoked")));
            assertThat(shown(gate)).isEmpty();
        }
    }

    @Test
    void showsTheAnswerInAFile() throws Exception {
        X509Bundle site = certificate();
        CertificateID id =
                new CertificateID(
                        new JcaDigestCalculatorProviderBuilder()
                                .build()
                                .get(CertificateID.HASH_SHA1),
                        new org.bouncycastle.cert.jcajce.JcaX509CertificateHolder(
                                pki.issuer().getCertificate()),
                        site.getCertificate().getSerialNumber());
        byte[] answer = about(id);
        Files.write(folder.resolve("site.ocsp"), answer);
        try (Gate gate = open(", ocsp: \"" + pki.file("site.ocsp") + "\"")) {
            assertThat(shown(gate)).containsExactly(answer);
            assertThat(asked).hasValue(0);
        }
    }
}
