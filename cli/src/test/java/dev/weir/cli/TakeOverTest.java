package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.Load;
import dev.weir.testkit.LoadClient;
import dev.weir.testkit.LoadReport;
import dev.weir.testkit.ScriptedEndpoint;
import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The program takes the place of itself while requests are under way.
class TakeOverTest {
    private static final String YAML =
            """
            weir: 1
            admin: %s
            listeners: { web: "127.0.0.1:%d" }
            routes: [{ filters: [{ headers: { response: { set: { X-Version: %s } } } }], to: all }]
            services: { all: { endpoints: [%s], health: { protocol: tcp } } }
            drain: { delay: 1s, timeout: 10s }
            """;

    @TempDir Path directory;
    private int port;
    private ScriptedEndpoint endpoint;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Epoll.isAvailable(), "sockets are handed over on Linux only");
        port = ScriptedEndpoint.deadPort();
        endpoint = ScriptedEndpoint.start(Behaviours.ok("all"));
    }

    @AfterEach
    void stop() throws Exception {
        if (endpoint != null) {
            Heir.end(port);
            endpoint.close();
        }
    }

    private void file(String version) throws IOException {
        file("off", version);
    }

    private void file(String admin, String version) throws IOException {
        Files.writeString(
                directory.resolve("weir.yaml"),
                YAML.formatted(admin, port, version, endpoint.address()));
    }

    private void fileWithSocket(String version) throws IOException {
        file("{ listen: off, socket: %s }".formatted(socket()), version);
    }

    private String socket() {
        return directory.resolve("s").toString();
    }

    private String version() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .headers()
                    .firstValue("X-Version")
                    .orElse("");
        }
    }

    private Load load() {
        Load load =
                LoadClient.to(port)
                        .withConnections(16)
                        .withRequests(1_000_000)
                        .withPatience(Duration.ofSeconds(20))
                        .withAtMost(Duration.ofMinutes(2))
                        .start();
        await().until(() -> load.finished() > 500);
        return load;
    }

    private static void assertNothingWasLost(Load load) throws Exception {
        int before = load.finished();
        await().until(() -> load.finished() > before + 500);
        LoadReport report = load.stop();
        assertThat(report.samples()).as(report.toString()).isEmpty();
        assertThat(report.ok()).isGreaterThan(1000);
    }

    @Test
    void aNewProcessTakesOverAndNoRequestIsLost() throws Exception {
        file("one");
        try (Program weir = Program.start(directory, "run").awaitOut("Ready.")) {
            Load load = load();
            assertThat(version()).isEqualTo("one");
            file("two");
            weir.signal("USR2").awaitErr("the new process serves");
            assertThat(weir.exitCodeBesideAnHeir()).as(weir.err()).isEqualTo(ExitCode.DONE);
            assertThat(version()).isEqualTo("two");
            assertNothingWasLost(load);
        }
    }

    /// A client that is told that its connection goes (GOAWAY) has its streams answered there, and sends what follows on another.
    @Test
    void aNewProcessTakesOverAndNoRequestOfHttp2OnTlsIsLost() throws Exception {
        X509Bundle site =
                new CertificateBuilder()
                        .subject("CN=site")
                        .addSanDnsName("localhost")
                        .setIsCertificateAuthority(true)
                        .ecp256()
                        .buildSelfSigned();
        Files.writeString(directory.resolve("site.pem"), site.getCertificatePEM());
        Files.writeString(directory.resolve("site.key"), site.getPrivateKeyPEM());
        onTls("one");
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (Program weir = Program.start(directory, "run").awaitOut("Ready.");
                HttpClient client = HttpClient.newBuilder().sslContext(trusting).build();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicReference<String> newest = new AtomicReference<>("");
            AtomicInteger answered = new AtomicInteger();
            AtomicBoolean enough = new AtomicBoolean();
            List<Future<?>> asking = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                asking.add(
                        threads.submit(
                                () -> {
                                    while (!enough.get()) {
                                        newest.set(overHttp2(client));
                                        answered.incrementAndGet();
                                    }
                                    return null;
                                }));
            }
            await().until(() -> answered.get() > 100);
            onTls("two");
            weir.signal("USR2").awaitErr("the new process serves");
            assertThat(weir.exitCodeBesideAnHeir()).as(weir.err()).isEqualTo(ExitCode.DONE);
            int before = answered.get();
            await().until(
                            () ->
                                    answered.get() > before + 100
                                            || asking.stream().anyMatch(Future::isDone));
            enough.set(true);
            for (Future<?> one : asking) {
                one.get(20, TimeUnit.SECONDS);
            }
            assertThat(newest).hasValue("two");
        }
    }

    private void onTls(String version) throws IOException {
        Files.writeString(
                directory.resolve("weir.yaml"),
                YAML.formatted("off", port, version, endpoint.address())
                        .replaceFirst(
                                "web: .*\n",
                                "web: { listen: \"127.0.0.1:%d\", tls: { certificates: [{ cert: site.pem, key: site.key }] } } }\n"
                                        .formatted(port)));
    }

    private String overHttp2(HttpClient client) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        return answer.headers().firstValue("X-Version").orElse("");
    }

    @Test
    void aNewProcessThatCannotStartChangesNothing() throws Exception {
        file("one");
        try (Program weir = Program.start(directory, "run").awaitOut("Ready.")) {
            Files.writeString(directory.resolve("weir.yaml"), "weir: 1\nmistake: here\n");
            weir.signal("USR2").awaitErr("this one goes on: weir.yaml:2:1");
            assertThat(version()).isEqualTo("one");
            file("two");
            weir.signal("USR2").awaitErr("the new process serves");
            assertThat(weir.exitCodeBesideAnHeir()).isEqualTo(ExitCode.DONE);
            assertThat(version()).isEqualTo("two");
        }
    }

    /// The JVM stops threads with a signal while it records, and that is USR2 unless another one is named.
    @ParameterizedTest
    @ValueSource(strings = {"60", "12"})
    void aFlightRecordingAsksForNoTakeOver(String ofTheJvm) throws Exception {
        file("one");
        Map<String, String> recording =
                Map.of(
                        Signals.OF_THE_JVM,
                        ofTheJvm,
                        "JDK_JAVA_OPTIONS",
                        "-XX:StartFlightRecording=settings=profile,filename="
                                + directory.resolve("recorded.jfr"));
        try (Program weir = Program.start(directory, recording, "run").awaitOut("Ready.")) {
            Load load = load();
            await().until(() -> load.finished() > 10_000);
            assertNothingWasLost(load);
            weir.terminate();
            assertThat(weir.exitCode()).as(weir.err()).isZero();
            assertThat(weir.err()).doesNotContain("take-over");
        }
        assertThat(samples(directory.resolve("recorded.jfr"))).isPositive();
    }

    private static long samples(Path recording) throws IOException {
        return RecordingFile.readAllEvents(recording).stream()
                .filter(event -> event.getEventType().getName().equals("jdk.ExecutionSample"))
                .count();
    }

    @Test
    void theVerbSaysWhichProcessServesNowAndNoRequestIsLost() throws Exception {
        fileWithSocket("one");
        try (Program weir = Program.start(directory, "run").awaitOut("Ready.")) {
            Load load = load();
            fileWithSocket("two");
            try (Program upgrade = Program.start(directory, "upgrade", "--socket", socket())) {
                assertThat(upgrade.exitCode()).as(upgrade.err()).isEqualTo(ExitCode.DONE);
                assertThat(upgrade.err()).isEmpty();
                assertThat(upgrade.out())
                        .containsPattern(
                                "process [0-9]+ has taken over from process %d, which drains"
                                        .formatted(weir.pid()))
                        .containsPattern("Weir \\S+, version 1 from weir.yaml")
                        .doesNotContain("process " + weir.pid() + " has");
            }
            assertThat(version()).isEqualTo("two");
            assertThat(weir.exitCodeBesideAnHeir()).as(weir.err()).isEqualTo(ExitCode.DONE);
            assertNothingWasLost(load);
            assertThat(Files.exists(directory.resolve("s")))
                    .as("the old process leaves the socket of the new one alone")
                    .isTrue();
        }
    }

    @Test
    void whatTheOperatorSaidOfAnEndpointHoldsInTheNewProcess() throws Exception {
        try (ScriptedEndpoint other = ScriptedEndpoint.start(Behaviours.ok("other"))) {
            Files.writeString(
                    directory.resolve("weir.yaml"),
                    YAML.formatted(
                            "{ listen: off, socket: %s }".formatted(socket()),
                            port,
                            "one",
                            endpoint.address() + ", " + other.address()));
            try (Program weir = Program.start(directory, "run").awaitOut("Ready.")) {
                done("drain", "all/" + endpoint.address(), "--socket", socket());
                done("drain", "all/" + other.address(), "--weight", "7", "--socket", socket());
                done("upgrade", "--socket", socket());
                assertThat(weir.exitCodeBesideAnHeir()).as(weir.err()).isEqualTo(ExitCode.DONE);
            }
            long before = endpoint.requestCount();
            for (int i = 0; i < 20; i++) {
                assertThat(version()).isEqualTo("one");
            }
            assertThat(endpoint.requestCount()).isEqualTo(before);
            try (Program status = Program.start(directory, "status", "--socket", socket())) {
                assertThat(status.exitCode()).as(status.err()).isEqualTo(ExitCode.DONE);
                assertThat(status.out()).contains("draining");
            }
            done("drain", "all/" + endpoint.address(), "--undo", "--socket", socket());
            await().until(() -> !version().isEmpty() && endpoint.requestCount() > before);
        }
    }

    private void done(String... words) throws Exception {
        try (Program verb = Program.start(directory, words)) {
            assertThat(verb.exitCode()).as(verb.err()).isEqualTo(ExitCode.DONE);
        }
    }

    @Test
    void theVerbSaysWhyTheNewProcessDidNotComeToServe() throws Exception {
        fileWithSocket("one");
        try (Program weir = Program.start(directory, "run").awaitOut("Ready.")) {
            Files.writeString(directory.resolve("weir.yaml"), "weir: 1\nmistake: here\n");
            try (Program upgrade = Program.start(directory, "upgrade", "--socket", socket())) {
                assertThat(upgrade.exitCode()).as(upgrade.out()).isEqualTo(ExitCode.FAILED);
                assertThat(upgrade.err())
                        .contains("weir.yaml:2:1", "mistake: here", "nothing was started.")
                        .endsWith("did not come to serve; this one goes on.\n");
            }
            weir.awaitErr("this one goes on");
            assertThat(version()).isEqualTo("one");
        }
    }

    @Test
    void theVerbSaysThatATransportCannotHandSocketsOver() throws Exception {
        fileWithSocket("one");
        try (Program weir =
                        Program.start(directory, "run", "--transport", "nio").awaitOut("Ready.");
                Program upgrade = Program.start(directory, "upgrade", "--socket", socket())) {
            assertThat(upgrade.exitCode()).as(upgrade.out()).isEqualTo(ExitCode.FAILED);
            assertThat(upgrade.err())
                    .isEqualTo("weir: transport nio cannot hand sockets over; epoll can\n");
            weir.terminate();
            assertThat(weir.exitCode()).isZero();
        }
    }

    @Test
    void systemdIsToldWhichProcessToLookAfterAndNothingOfTheEndOfTheOldOne() throws Exception {
        file("{ listen: off }", "one");
        Path place = directory.resolve("notify");
        try (Notices notices = new Notices(place.toString());
                Program weir =
                        Program.start(
                                directory,
                                Map.of(
                                        "NOTIFY_SOCKET",
                                        place.toString(),
                                        "XDG_RUNTIME_DIR",
                                        directory.toString()),
                                "run")) {
            assertThat(notices.next()).startsWith("READY=1\nSTATUS=serving 1 route");
            weir.awaitOut("Ready.");
            weir.signal("USR2").awaitErr("the new process serves");
            assertThat(weir.exitCodeBesideAnHeir()).isEqualTo(ExitCode.DONE);
            String handedOver = notices.next();
            assertThat(handedOver).matches("MAINPID=[0-9]+");
            assertThat(notices.next()).startsWith("READY=1\n" + handedOver + "\n");
            assertThat(notices.poll()).isNull();
        }
    }
}
