package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.cli.endpoint.Behaviour;
import dev.weir.cli.endpoint.SmallEndpoint;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole program with its engine: requests go through it, and it ends as it should.
class RunsForRealTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path directory;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void stop() {
        client.shutdownNow();
    }

    private HttpResponse<String> get(int port, String path)
            throws IOException, InterruptedException {
        return client.send(request(port, path), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    }

    private static SmallEndpoint endpoint(String name) throws IOException {
        return SmallEndpoint.start(
                name,
                new InetSocketAddress("127.0.0.1", 0),
                Behaviour.GOOD,
                SmallEndpoint.RequestLog.NONE);
    }

    /// The first port that the program says in a URL.
    private static int port(Program weir) {
        Matcher port = Pattern.compile("http://127\\.0\\.0\\.1:([0-9]+)").matcher(weir.out());
        assertThat(port.find()).as(weir.out()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    private Program run(int... endpoints) {
        List<String> args = new ArrayList<>(List.of("run", "--listen", "127.0.0.1:0"));
        for (int port : endpoints) {
            args.add("--to");
            args.add("127.0.0.1:" + port);
        }
        return Program.start(directory, args.toArray(String[]::new)).awaitOut("Ready.");
    }

    @Test
    void readsTheFileAgainOnHupAndKeepsWhatIsInForceWhenItHasMistakes() throws Exception {
        String yaml =
                """
                weir: 1
                admin: off
                listeners: { web: "127.0.0.1:0" }
                routes: [{ respond: { status: 200, body: %s } }]
                """;
        Path file = Files.writeString(directory.resolve("weir.yaml"), yaml.formatted("one"));
        try (Program weir = Program.start(directory, "run").awaitOut("Ready.")) {
            assertThat(get(port(weir), "/").body()).isEqualTo("one");
            Files.writeString(file, yaml.formatted("two"));
            weir.signal("HUP");
            weir.awaitErr("version 2 is in force");
            assertThat(get(port(weir), "/").body()).isEqualTo("two");
            Files.writeString(file, yaml.formatted("[three"));
            weir.signal("HUP");
            weir.awaitErr("not changed");
            assertThat(get(port(weir), "/").body()).isEqualTo("two");
        }
    }

    @Test
    void balancesWithoutAFileAndEndsWith0OnTerm() throws Exception {
        try (SmallEndpoint a = endpoint("a");
                SmallEndpoint b = endpoint("b");
                Program weir = run(a.port(), b.port())) {
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                answers.add(get(port(weir), "/").body());
            }
            assertThat(answers).contains("Response from: a\n", "Response from: b\n");
            assertThat(weir.out())
                    .containsPattern("^Weir .* on (io_uring|epoll|nio), from no file\n")
                    .contains("1 route, 1 service, 2 endpoints");

            weir.terminate();

            assertThat(weir.exitCode()).isZero();
            assertThat(weir.err()).contains("draining: ", "drained: nothing was cut.");
        }
    }

    @Test
    void beginsANewAccessLogAtUsr1() throws Exception {
        Path log = directory.resolve("access.log");
        Files.writeString(
                directory.resolve("weir.yaml"),
                """
                weir: 1
                listeners: { web: "127.0.0.1:0" }
                admin: off
                logs: { access: { to: access.log } }
                routes: [{ respond: { status: 200 } }]
                """);
        try (Program weir = Program.start(directory, "run").awaitOut("Ready.")) {
            get(port(weir), "/before");
            await().until(() -> Files.size(log) > 0);
            Files.move(log, directory.resolve("access.log.1"));
            Process kill = new ProcessBuilder("kill", "-USR1", "" + weir.pid()).start();
            assertThat(kill.waitFor()).isZero();
            await().until(() -> Files.exists(log));
            get(port(weir), "/after");
            await().until(() -> Files.size(log) > 0);

            assertThat(Files.readString(log)).contains("/after").doesNotContain("/before");
            assertThat(directory.resolve("access.log.1")).content().contains("/before");
            assertThat(weir.terminate().exitCode()).isZero();
        }
    }

    @Test
    void finishesARequestInFlightBeforeItEnds() throws Exception {
        try (Gate gate = new Gate();
                Program weir = run(gate.port())) {
            var answer =
                    client.sendAsync(
                            request(port(weir), "/"), HttpResponse.BodyHandlers.ofString());
            gate.awaitRequest();
            weir.terminate().awaitErr("draining: ");

            gate.open();

            assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo("through");
            assertThat(weir.exitCode()).isZero();
        }
    }

    @Test
    void aSecondSignalCutsAndExits3() throws Exception {
        try (Gate gate = new Gate();
                Program weir = run(gate.port())) {
            var answer =
                    client.sendAsync(
                            request(port(weir), "/"), HttpResponse.BodyHandlers.ofString());
            gate.awaitRequest();
            weir.terminate().awaitErr("draining: ");

            weir.terminate();

            assertThat(weir.exitCode()).isEqualTo(3);
            assertThat(weir.err()).contains("cut: ");
            assertThat(answer.handle((got, failure) -> failure != null || got.statusCode() >= 500))
                    .as("told that it failed, or cut")
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(true);
        }
    }

    @Test
    void exits3WhenTheDrainTimeIsUp() throws Exception {
        try (Gate gate = new Gate()) {
            Files.writeString(
                    directory.resolve("weir.yaml"),
                    """
                    weir: 1
                    listeners: { web: "127.0.0.1:0" }
                    routes: [{ name: all, to: all }]
                    services: { all: { endpoints: ["127.0.0.1:%d"] } }
                    drain: { delay: 0s, timeout: 300ms }
                    """
                            .formatted(gate.port()));
            try (Program weir = Program.start(directory, "run").awaitOut("Ready.")) {
                var unused =
                        client.sendAsync(
                                request(port(weir), "/"), HttpResponse.BodyHandlers.ofString());
                gate.awaitRequest();

                weir.terminate();

                assertThat(weir.exitCode()).isEqualTo(3);
                assertThat(weir.out()).contains("from weir.yaml");
            }
        }
    }

    @Test
    void aPortInUseLeavesTheOtherListenersUnbound() throws Exception {
        try (SmallEndpoint taken = endpoint("taken")) {
            int other = ProgramTest.freePort();
            try (Program weir =
                    Program.start(
                            directory,
                            "run",
                            "--listen=127.0.0.1:" + other,
                            "--listen=127.0.0.1:" + taken.port(),
                            "--to=127.0.0.1:9")) {
                assertThat(weir.exitCode()).isEqualTo(1);
                assertThat(weir.err()).contains("(listener \"web-2\")");
            }
            assertThatThrownBy(() -> new Socket("127.0.0.1", other))
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void theDemoServesWhatItPromisesLosesNothingAndEndsWith0OnTerm() throws Exception {
        try (Program demo = Program.start(directory, "demo", "--port", "0")) {
            demo.awaitOut("In 10 seconds users-2 dies");
            int port = port(demo);

            assertThat(
                            List.of(
                                    get(port, "/api/users/test").body(),
                                    get(port, "/api/users/x").body()))
                    .allMatch(body -> body.startsWith("Response from: users-"));
            assertThat(get(port, "/api/orders/7").body()).startsWith("Response from: orders-");
            assertThat(get(port, "/").body()).isEqualTo("Response from: site-1\n");
            assertThat(get(port, "/api/nothing").statusCode()).isEqualTo(404);
            demo.awaitOut("users-2 is killed")
                    .awaitOut("(users-2)  down")
                    .awaitOut("users-2 is back")
                    .awaitOut("(users-2)  up");

            demo.terminate();

            assertThat(demo.exitCode()).isZero();
            assertThat(demo.out().lines().filter(line -> line.contains("failed ")))
                    .isNotEmpty()
                    .allMatch(line -> line.endsWith("failed 0"));
        }
    }

    @Test
    void saysThatItAsksBothEndpointsOfTheDemosUsersWhenBothFailTheirChecks() throws Exception {
        try (Program demo =
                Program.start(directory, "demo", "--port", "0", "--no-faults")
                        .awaitOut("Make trouble")) {
            Matcher users =
                    Pattern.compile("users-1 +:([0-9]+) +users-2 +:([0-9]+)").matcher(demo.out());
            assertThat(users.find()).isTrue();
            control(Integer.parseInt(users.group(1)), "health=503");
            control(Integer.parseInt(users.group(2)), "health=503");

            demo.awaitOut("users  panic: 0 of 2 endpoints work");
            assertThat(get(port(demo), "/api/users/test").statusCode()).isEqualTo(200);

            control(Integer.parseInt(users.group(1)), "ok");
            demo.awaitOut("users  panic is over: 1 of 2 endpoints work");
            assertThat(get(port(demo), "/api/users/test").statusCode()).isEqualTo(200);
        }
    }

    private void control(int port, String order) throws IOException, InterruptedException {
        HttpRequest post =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/control?" + order))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
        assertThat(client.send(post, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
    }
}
