package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.LoadClient;
import dev.weir.testkit.LoadReport;
import dev.weir.testkit.ScriptedEndpoint;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program takes the place of itself while requests are under way.
class TakeOverTest {
    private static final String YAML =
            """
            weir: 1
            admin: off
            listeners: { web: "127.0.0.1:%d" }
            routes: [{ filters: [{ headers: { response: { set: { X-Version: %s } } } }], to: all }]
            services: { all: { endpoints: [%s], health: { protocol: tcp } } }
            drain: { timeout: 10s }
            """;

    @TempDir Path directory;

    @BeforeEach
    void hasEpoll() {
        assumeTrue(Epoll.isAvailable(), "sockets are handed over on Linux only");
    }

    private static String version(int port) throws IOException, InterruptedException {
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

    @Test
    void aNewProcessTakesOverAndNoRequestIsLost() throws Exception {
        int port = ScriptedEndpoint.deadPort();
        try (ScriptedEndpoint endpoint = ScriptedEndpoint.start(Behaviours.ok("all"))) {
            Path file = directory.resolve("weir.yaml");
            Files.writeString(file, YAML.formatted(port, "one", endpoint.address()));
            try (Program weir = Program.start(directory, "run").awaitOut("Ready.")) {
                var load =
                        LoadClient.to(port)
                                .withConnections(16)
                                .withRequests(1_000_000)
                                .withPatience(Duration.ofSeconds(20))
                                .withAtMost(Duration.ofMinutes(2))
                                .start();
                await().until(() -> load.finished() > 500);
                assertThat(version(port)).isEqualTo("one");
                Files.writeString(file, YAML.formatted(port, "two", endpoint.address()));
                weir.signal("USR2").awaitErr("the new process serves");
                assertThat(weir.exitCodeBesideAnHeir()).as(weir.err()).isEqualTo(ExitCode.DONE);
                assertThat(version(port)).isEqualTo("two");
                int before = load.finished();
                await().until(() -> load.finished() > before + 500);
                LoadReport report = load.stop();
                assertThat(report.samples()).as(report.toString()).isEmpty();
                assertThat(report.ok()).isGreaterThan(1000);
            } finally {
                endTheHeir(port);
            }
        }
    }

    @Test
    void aNewProcessThatCannotStartChangesNothing() throws Exception {
        int port = ScriptedEndpoint.deadPort();
        try (ScriptedEndpoint endpoint = ScriptedEndpoint.start(Behaviours.ok("all"))) {
            Path file = directory.resolve("weir.yaml");
            Files.writeString(file, YAML.formatted(port, "one", endpoint.address()));
            try (Program weir = Program.start(directory, "run").awaitOut("Ready.")) {
                Files.writeString(file, "weir: 1\nmistake: here\n");
                weir.signal("USR2").awaitErr("this one goes on");
                assertThat(version(port)).isEqualTo("one");
                Files.writeString(file, YAML.formatted(port, "two", endpoint.address()));
                weir.signal("USR2").awaitErr("the new process serves");
                assertThat(weir.exitCodeBesideAnHeir()).isEqualTo(ExitCode.DONE);
                assertThat(version(port)).isEqualTo("two");
            } finally {
                endTheHeir(port);
            }
        }
    }

    /// The new process is no child of this one: it is found by its port.
    private static void endTheHeir(int port) throws Exception {
        Process ss =
                new ProcessBuilder("ss", "-Hltnp", "sport = :" + port)
                        .redirectErrorStream(true)
                        .start();
        String text = new String(ss.getInputStream().readAllBytes());
        Matcher pid = Pattern.compile("pid=([0-9]+)").matcher(text);
        if (pid.find()) {
            ProcessHandle.of(Long.parseLong(pid.group(1)))
                    .ifPresent(
                            heir -> {
                                heir.destroy();
                                heir.onExit().join();
                            });
        }
    }
}
