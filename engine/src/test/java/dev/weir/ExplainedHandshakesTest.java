package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.config.ConfigFile;
import dev.weir.config.Reading;
import dev.weir.explain.Explanation;
import dev.weir.explain.ExplanationText;
import dev.weir.explain.Question;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawHttp2Client;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.tls.ClientCertificate;
import dev.weir.tls.Pki;
import dev.weir.tls.TlsClient;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is explained of names and certificates is what happens to clients that ask for them and show them.
class ExplainedHandshakesTest {
    private static final long SEED = 7_221_101;
    private static final int REQUESTS = 80;
    private static final String[] NAMES = {"a.test", "b.test", "c.test", "other.test", ""};
    private static final String[] LISTENERS = {"web", "asks", "wants"};

    @TempDir private Path folder;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private ScriptedEndpoint endpoint;
    private Pki pki;
    private String yaml = "";

    /// A client's certificate as a file names it, and what a client needs to show it: anew each time, for one that resumes a session
    /// asks for the name of that.
    private record Shown(
            String name, ClientCertificate certificate, Callable<SSLContext> context) {}

    @BeforeEach
    void start() throws Exception {
        endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
        pki = Pki.in(folder);
        pki.server("a", "a.test", "b.test");
        pki.server("c", "c.test");
        yaml =
                """
                weir: 1
                %1$slisteners:
                  web: { listen: "127.0.0.1:0", tls: { certificates: [%2$s, %3$s] } }
                  asks:
                    listen: "127.0.0.1:0"
                    tls: { certificates: [%2$s, %3$s], client-auth: { ca: "%4$s", mode: optional, forward: { X-Client: subject } } }
                  wants:
                    listen: "127.0.0.1:0"
                    tls: { certificates: [%2$s, %3$s], client-auth: { ca: "%4$s", forward: { X-Client: subject } } }
                routes: [{ to: all }]
                services: { all: { endpoints: ["%5$s"] } }
                """
                        .formatted(
                                AdminClient.ANYWHERE,
                                pki.pair("a"),
                                pki.pair("c"),
                                pki.file("ca.pem"),
                                endpoint.address());
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    private List<Shown> clients() throws Exception {
        X509Bundle known = pki.client("known", "CN=known");
        Path other = Files.createDirectory(folder.resolve("other"));
        X509Bundle stranger = Pki.in(other).client("stranger", "CN=stranger");
        return List.of(
                new Shown("nothing", ClientCertificate.NONE, () -> pki.trusting()),
                new Shown(
                        "known",
                        ClientCertificate.read(pki.file("known.pem")),
                        () -> pki.showing(known)),
                new Shown(
                        "stranger",
                        ClientCertificate.read(other.resolve("stranger.pem")),
                        () -> pki.showing(stranger)));
    }

    private DryRun dry() throws Exception {
        return DryRun.of(
                (Reading.Loaded) ConfigFile.read("weir.yaml", yaml, Path.of("."), _ -> null));
    }

    private static Question question(String host, String listener, String sni, Shown shown) {
        Question.Greeting greeting =
                Question.Greeting.USUAL.asking(sni).showing(shown.certificate());
        return Question.of("GET", "https://" + host + "/x", List.of())
                .by(listener)
                .greeting(greeting);
    }

    /// The status of the answer, or 0 if there is none.
    private static int send(int port, String host, String sni, Shown shown) throws Exception {
        SSLContext context = shown.context().call();
        try (TlsClient client = TlsClient.connect(port, context, sni.isEmpty() ? null : sni)) {
            return Integer.parseInt(client.get("/x", host).substring(9, 12));
        } catch (IOException _) {
            return 0;
        }
    }

    private static JsonNode live(Gate gate, String host, String listener, String sni, Shown shown)
            throws IOException {
        String pem = URLEncoder.encode(shown.certificate().pem(), StandardCharsets.UTF_8);
        return AdminClient.of(gate)
                .json(
                        "/api/v1/explain?url=https://%s/x&listener=%s&sni=%s%s"
                                .formatted(
                                        host,
                                        listener,
                                        sni,
                                        pem.isEmpty() ? "" : "&client_cert=" + pem));
    }

    @Test
    void whatIsExplainedOfAHandshakeIsWhatHappens() throws Exception {
        List<Shown> clients = clients();
        int[] seen = new int[3];
        try (Gate gate = Gate.openWith(yaml);
                DryRun dry = dry()) {
            int sent = 0;
            for (int i = 0; i < REQUESTS; i++) {
                String host = NAMES[random.nextInt(NAMES.length - 1)];
                String sni = NAMES[random.nextInt(NAMES.length)];
                String listener = LISTENERS[random.nextInt(LISTENERS.length)];
                Shown shown = clients.get(random.nextInt(clients.size()));
                String which =
                        "seed %d, %s by %s, asks for '%s', shows %s"
                                .formatted(SEED, host, listener, sni, shown.name());

                Explanation told = dry.explain(question(host, listener, sni, shown));
                int status = send(gate.weir().port(listener), host, sni, shown);

                int foretold = told.outcome().answered() ? told.outcome().status() : 200;
                assertThat(foretold).as(which).isEqualTo(status);
                JsonNode now = live(gate, host, listener, sni, shown).get("outcome");
                assertThat(now.get("status").asInt()).as(which).isEqualTo(told.outcome().status());
                assertThat(now.get("answered").asBoolean()).isEqualTo(status != 200);
                if (status == 200) {
                    List<String> got = endpoint.awaitRequests(++sent).getLast().values("X-Client");
                    assertThat(got).as(which).isEqualTo(fields(told, "X-Client"));
                }
                seen[status == 200 ? 0 : status == 421 ? 1 : 2]++;
            }
        }
        assertThat(seen).as("sent, misdirected, without an answer").doesNotContain(0);
    }

    private static List<String> fields(Explanation told, String name) {
        return told.request().changes().stream()
                .filter(change -> change.name().equals(name))
                .map(change -> change.after())
                .toList();
    }

    @Test
    void saysWhyThereIsNoAnswer() throws Exception {
        List<Shown> clients = clients();
        try (DryRun dry = dry()) {
            Explanation none = dry.explain(question("a.test", "wants", "a.test", clients.get(0)));
            assertThat(ExplanationText.render(none, false))
                    .contains(
                            "→ no answer, by the TLS handshake",
                            "TLS       asks for a.test",
                            "shows no certificate",
                            "weir.yaml:",
                            "the listener wants a certificate of the client, which shows none");
            assertThat(none.routes()).isEmpty();
            Explanation stranger =
                    dry.explain(question("a.test", "asks", "a.test", clients.get(2)));
            assertThat(stranger.outcome().says())
                    .startsWith("CN=stranger was issued by nobody in ")
                    .endsWith("ca.pem");
            Explanation unasked = dry.explain(question("a.test", "web", "a.test", clients.get(2)));
            assertThat(unasked.notes())
                    .contains("web asks clients for no certificates, so this one is not shown.");
            Explanation elsewhere =
                    dry.explain(question("c.test", "web", "a.test", clients.get(0)));
            assertThat(elsewhere.outcome().reason()).isEqualTo("misdirected");
            assertThat(elsewhere.outcome().says())
                    .contains("it asked for a.test and got the certificate of a.test")
                    .endsWith("c.test has another one");
        }
    }

    @Test
    void aNameIsPartOfAHandshakeOnly() {
        Question question = Question.of("GET", "http://a.test/", List.of());
        assertThatThrownBy(() -> question.greeting(Question.Greeting.USUAL.asking("a.test")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("part of a TLS handshake");
    }

    @Test
    void explainsWhatHttp2MakesOfARequest() throws Exception {
        String clear =
                "weir: 1\nlisteners: { web: { listen: \"127.0.0.1:0\", protocols: [h1, h2c] }, old: { listen: \"127.0.0.1:0\", protocols: [h1] } }\nroutes: [{ match: { path: /x }, to: all }]\nservices: { all: { endpoints: [\"%s\"] } }\n"
                        .formatted(endpoint.address());
        Question.Greeting http2 = Question.Greeting.USUAL.withHttp2();
        try (Gate gate = Gate.openWith(clear);
                DryRun dry =
                        DryRun.of(
                                (Reading.Loaded)
                                        ConfigFile.read(
                                                "weir.yaml", clear, Path.of("."), _ -> null));
                RawHttp2Client client = gate.http2()) {
            Explanation sent = dry.explain(asking("/x").greeting(http2));
            assertThat(sent.request().protocol()).isEqualTo("HTTP/2");
            assertThat(fields(sent, "Via")).containsExactly("2.0 weir");
            client.head(1, true, RawHttp2Client.request("GET", "/x"));
            assertThat(client.answer(1).status()).isEqualTo(200);
            assertThat(endpoint.awaitRequests(1).getFirst().values("Via"))
                    .containsExactly("2.0 weir");

            Explanation broken = dry.explain(asking("/x", "Connection: close").greeting(http2));
            assertThat(broken.outcome().status()).isZero();
            assertThat(broken.outcome().says()).contains("the stream is reset");
            client.head(3, true, RawHttp2Client.request("GET", "/x", "connection", "close"));
            assertThat(client.awaitReset(3)).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);

            Explanation grpc =
                    dry.explain(asking("/", "Content-Type: application/grpc").greeting(http2));
            assertThat(grpc.outcome().status()).isEqualTo(404);
            assertThat(grpc.notes())
                    .contains("To gRPC this is told as status 200 with grpc-status 12.");
            client.head(
                    5,
                    true,
                    RawHttp2Client.request("GET", "/", "content-type", "application/grpc"));
            assertThat(client.answer(5).header("grpc-status")).isEqualTo("12");

            Explanation instead = dry.explain(asking("/x").by("old").greeting(http2));
            assertThat(instead.request().protocol()).isEqualTo("HTTP/1.1");
            assertThat(instead.notes()).contains("old speaks no HTTP/2; taken as HTTP/1.1.");
        }
    }

    private static Question asking(String path, String... fields) {
        return Question.of("GET", "http://a.test" + path, List.of(fields));
    }
}
