package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.GeneratedBody;
import dev.weir.testkit.RawHttp2Client;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.tls.Pki;
import dev.weir.tls.TlsClient;
import dev.weir.tls.TlsLibrary;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// HTTP/2 on TLS: what ALPN agrees on is spoken.
class Http2TlsTest {
    @TempDir private Path folder;

    private Pki pki;
    private ScriptedEndpoint endpoint;
    private Gate gate;

    @BeforeEach
    void open() throws Exception {
        pki = Pki.in(folder);
        pki.server("site", "localhost");
        endpoint = ScriptedEndpoint.start(Behaviours.echo());
        gate = Gate.openWith(listener(pki) + Gate.to(endpoint.address()));
    }

    @AfterEach
    void close() throws Exception {
        gate.close();
        endpoint.close();
    }

    /// The beginning of a configuration with a listener `web` on TLS.
    static String listener(Pki pki) {
        return "weir: 1\nlisteners:\n  web: { listen: \"127.0.0.1:0\", tls: { certificates: ["
                + pki.pair("site")
                + "] } }\n";
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + gate.port() + path));
    }

    @Test
    void servesTheClientOfTheJdk() throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(pki.trusting()).build()) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(client.sendAsync(request("/" + i).build(), BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertThat(answer.join().statusCode()).isEqualTo(200);
                assertThat(answer.join().version()).isEqualTo(HttpClient.Version.HTTP_2);
            }
        }
        assertThat(endpoint.requests().getLast().header("X-Forwarded-Proto")).isEqualTo("https");
    }

    @Test
    void passesLargeBodiesOfTheClientOfTheJdk() throws Exception {
        byte[] body = new byte[5 << 20];
        Arrays.fill(body, (byte) 'b');
        GeneratedBody answered = new GeneratedBody(9 << 20);
        endpoint.behave(
                (request, wire) -> {
                    wire.readBody();
                    wire.sendHead(
                            200, "Content-Length: " + (9 << 20), "X-Got: " + request.body().size());
                    wire.send(answered, false);
                });
        try (HttpClient client = HttpClient.newBuilder().sslContext(pki.trusting()).build()) {
            HttpResponse<byte[]> answer =
                    client.send(
                            request("/").POST(BodyPublishers.ofByteArray(body)).build(),
                            BodyHandlers.ofByteArray());
            assertThat(answer.headers().firstValue("X-Got")).contains(Integer.toString(5 << 20));
            assertThat(answer.body()).hasSize(9 << 20);
        }
    }

    @Test
    void speaksHttp1WithWhoAsksForIt() throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .sslContext(pki.trusting())
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            assertThat(client.send(request("/").build(), BodyHandlers.ofString()).version())
                    .isEqualTo(HttpClient.Version.HTTP_1_1);
        }
    }

    @Test
    void servesFramesOnTls() throws Exception {
        SSLSocket socket =
                (SSLSocket)
                        pki.trusting().getSocketFactory().createSocket("127.0.0.1", gate.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
        try (RawHttp2Client client = RawHttp2Client.over(socket)) {
            client.head(
                    1,
                    true,
                    ":method",
                    "GET",
                    ":scheme",
                    "https",
                    ":path",
                    "/works",
                    ":authority",
                    "localhost");
            assertThat(client.answer(1).status()).isEqualTo(200);
            client.data(7, true, "a");
            assertThat(client.awaitGoAway()).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
            client.awaitEnd();
        }
    }

    /// A suite that HTTP/2 forbids is used with HTTP/1.1 only, whatever the order: for clients that have no other.
    @ParameterizedTest
    @EnumSource(
            value = TlsLibrary.Choice.class,
            names = {"AUTO", "JDK"})
    void speaksHttp2WithNoSuiteThatItForbids(TlsLibrary.Choice library) throws Exception {
        String old = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA";
        String fit = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
        try (Gate both =
                Gate.openWith(
                        listener(pki)
                                        .replace(
                                                "certificates:",
                                                "ciphers: [%s, %s], certificates:"
                                                        .formatted(old, fit))
                                + Gate.to(endpoint.address()),
                        WeirOptions.DEFAULTS.withTls(library))) {
            assertThat(agreed(both, "h2,http/1.1", "TLSv1.2", old, fit)).isEqualTo("h2 " + fit);
            assertThat(agreed(both, "h2,http/1.1", "TLSv1.2", old)).isEqualTo("http/1.1 " + old);
            assertThat(agreed(both, "http/1.1", "TLSv1.2", fit, old))
                    .as("preferred first")
                    .isEqualTo("http/1.1 " + old);
            assertThat(agreed(both, "h2,http/1.1", "TLSv1.3", "TLS_AES_128_GCM_SHA256"))
                    .isEqualTo("h2 TLS_AES_128_GCM_SHA256");
            assertThatThrownBy(() -> agreed(both, "h2", "TLSv1.2", old))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("no_application_protocol");
        }
    }

    /// What a client that offers this gets: protocol and suite. Resumes nothing.
    private String agreed(Gate gate, String protocols, String version, String... suites)
            throws Exception {
        SSLParameters parameters = new SSLParameters(suites, new String[] {version});
        parameters.setApplicationProtocols(protocols.split(","));
        try (TlsClient client = TlsClient.connect(gate.port(), pki.trusting(), parameters)) {
            SSLSocket socket = client.socket();
            return socket.getApplicationProtocol() + " " + socket.getSession().getCipherSuite();
        }
    }

    /// A session that began with such a suite is not resumed for HTTP/2.
    @ParameterizedTest
    @EnumSource(
            value = TlsLibrary.Choice.class,
            names = {"AUTO", "JDK"})
    void resumesNoSessionForHttp2ThatItForbids(TlsLibrary.Choice library) throws Exception {
        String old = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA";
        String fit = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
        SSLContext remembering = pki.trusting();
        try (Gate both =
                Gate.openWith(
                        listener(pki)
                                        .replace(
                                                "certificates:",
                                                "ciphers: [%s, %s], certificates:"
                                                        .formatted(old, fit))
                                + Gate.to(endpoint.address()),
                        WeirOptions.DEFAULTS.withTls(library))) {
            for (String protocol : new String[] {"http/1.1", "h2"}) {
                SSLParameters parameters =
                        new SSLParameters(new String[] {old, fit}, new String[] {"TLSv1.2"});
                parameters.setApplicationProtocols(new String[] {protocol});
                try (TlsClient client = TlsClient.connect(both.port(), remembering, parameters)) {
                    assertThat(client.socket().getSession().getCipherSuite())
                            .isEqualTo(protocol.equals("h2") ? fit : old);
                }
            }
        }
    }
}
