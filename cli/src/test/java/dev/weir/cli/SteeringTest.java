package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.cli.endpoint.Behaviour;
import dev.weir.cli.endpoint.SmallEndpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The verbs that ask and steer a running gateway, with gateways that are processes of their own.
class SteeringTest {
    private record Said(int exitCode, String out, String err) {}

    @TempDir Path directory;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private SmallEndpoint a;
    private SmallEndpoint b;

    @BeforeEach
    void begin() throws IOException {
        a = endpoint("a");
        b = endpoint("b");
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        a.close();
        b.close();
    }

    private static SmallEndpoint endpoint(String name) throws IOException {
        return SmallEndpoint.start(
                name,
                new InetSocketAddress("127.0.0.1", 0),
                Behaviour.GOOD,
                SmallEndpoint.RequestLog.NONE);
    }

    /// A verb in this process, which finds a gateway only by what it is told.
    private static Said verb(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine weir =
                Verbs.commandLine(List.of(args), Terminal.NONE)
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err));
        int exitCode = weir.execute(args);
        weir.getOut().flush();
        weir.getErr().flush();
        return new Said(exitCode, out.toString(), err.toString());
    }

    /// A verb as a process of its own, of a user whose gateways are in a folder of this test.
    private Program process(String... args) {
        return Program.start(directory, Map.of("XDG_RUNTIME_DIR", directory.toString()), args);
    }

    private Said ended(String... args) {
        try (Program program = process(args)) {
            int exitCode = program.exitCode();
            return new Said(exitCode, program.out(), program.err());
        }
    }

    private Path file(String admin) throws IOException {
        return Files.writeString(
                directory.resolve("weir.yaml"),
                """
                weir: 1
                admin: %s
                listeners: { web: "127.0.0.1:0" }
                services:
                  users: { endpoints: ["127.0.0.1:%d", "127.0.0.1:%d"] }
                routes:
                  - { name: none, match: { path: "/none" }, respond: { status: 404, body: none } }
                  - { name: all, to: users }
                drain: { delay: 0s }
                """
                        .formatted(admin, a.port(), b.port()));
    }

    private Program run() throws IOException {
        file("{ listen: off }");
        return process("run").awaitOut("Ready.");
    }

    /// Settings of the admin API with a socket that is named.
    private String socket() {
        return directory.resolve("s").toString();
    }

    private Program runWithSocket() throws IOException {
        file("{ listen: off, socket: %s }".formatted(socket()));
        return process("run").awaitOut("Ready.");
    }

    private String get(Program weir, String path) throws IOException, InterruptedException {
        Matcher port = Pattern.compile("http://127\\.0\\.0\\.1:([0-9]+)").matcher(weir.out());
        assertThat(port.find()).as(weir.out()).isTrue();
        URI url = URI.create("http://127.0.0.1:" + port.group(1) + path);
        return client.send(
                        HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /// That nothing needs attention, but for a machine that has no time for its loops.
    private static void assertWell(Said status) {
        boolean busy = status.out().contains("event loop ");
        assertThat(status.exitCode()).as(status.out() + status.err()).isEqualTo(busy ? 1 : 0);
    }

    private String at(SmallEndpoint endpoint) {
        return "users/127.0.0.1:" + endpoint.port();
    }

    @Test
    void findsTheOnlyGatewayByItselfAndSaysWhichThereAreIfThereAreMore() throws Exception {
        Said none = ended("status");
        assertThat(none.exitCode()).isEqualTo(4);
        assertThat(none.err()).contains("no gateway of this user is running", "weir run");

        try (Program first = run()) {
            Said one = ended("status");
            assertWell(one);
            assertThat(one.out())
                    .contains("process " + first.pid(), "version 1 from weir.yaml")
                    .containsPattern("users +2 of 2 up +0 under way");
            try (Program second = run()) {
                Said several = ended("status");
                assertThat(several.exitCode()).isEqualTo(2);
                assertThat(several.err()).contains("--pid " + first.pid(), "--pid " + second.pid());

                Said that = ended("status", "--pid", Long.toString(second.pid()), "--json");
                JsonNode json = new ObjectMapper().readTree(that.out());
                assertThat(json.at("/overview/pid").asLong()).isEqualTo(second.pid());
                assertThat(json.at("/services/users/service/name").asText()).isEqualTo("users");
                assertThat(json.at("/listeners/web/name").asText()).isEqualTo("web");
            }
        }
    }

    @Test
    void drainsAnEndpointAndTakesItBack() throws Exception {
        try (Program weir = runWithSocket()) {
            Said drained = verb("drain", at(a), "--wait", "--socket", socket());
            assertThat(drained.exitCode()).as(drained.err()).isZero();
            assertThat(drained.out()).contains(at(a) + " is draining, with no request under way");
            for (int i = 0; i < 6; i++) {
                assertThat(get(weir, "/")).isEqualTo("Response from: b\n");
            }
            Said status = verb("status", "--socket", socket());
            assertWell(status); // an operator wants it so
            assertThat(status.out()).contains("drained by the operator", "1 of 2 up");

            assertThat(verb("drain", at(b), "--down", "--socket", socket()).out())
                    .contains("is taken down");
            Said nobody = verb("status", "--socket", socket());
            assertThat(nobody.exitCode()).isEqualTo(1);
            assertThat(nobody.out()).contains("no endpoint may get requests");

            assertThat(verb("drain", at(a), "--undo", "--socket", socket()).out())
                    .contains("is ready");
            assertThat(get(weir, "/")).isEqualTo("Response from: a\n");
            assertThat(verb("drain", at(a), "--weight", "7", "--socket", socket()).out())
                    .contains("weight 7 (the file says 1)");

            Said unknown = verb("drain", "users/nowhere:1", "--socket", socket());
            assertThat(unknown.exitCode()).isEqualTo(1);
            assertThat(unknown.err()).contains("nowhere:1", Integer.toString(a.port()));
        }
    }

    @Test
    void changesNothingThatSomebodyElseHasJustChangedAndSaysSo() throws Exception {
        file("{ listen: 127.0.0.1:0, socket: %s }".formatted(socket()));
        try (Program weir = process("run").awaitOut("Ready.")) {
            Matcher admin =
                    Pattern.compile("admin API: http://127\\.0\\.0\\.1:([0-9]+)")
                            .matcher(weir.out());
            assertThat(admin.find()).as(weir.out()).isTrue();
            try (Between between =
                    new Between(
                            Integer.parseInt(admin.group(1)),
                            "PATCH ",
                            () -> verb("drain", at(a), "--weight", "7", "--socket", socket()))) {
                Said late = verb("drain", at(a), "--admin", "127.0.0.1:" + between.port());

                assertThat(late.exitCode()).isEqualTo(1);
                assertThat(late.out()).isEmpty();
                assertThat(late.err())
                        .isEqualTo(
                                "weir: somebody else has just changed %s; nothing was done. Look at weir status, and say it again\n"
                                        .formatted(at(a)));
            }
            assertThat(verb("drain", at(a), "--undo", "--socket", socket()).out())
                    .contains("is ready");
            assertThat(verb("status", "--socket", socket()).out())
                    .contains("2 of 2 up")
                    .doesNotContain("drained");
        }
    }

    @Test
    void reloadsAndPrintsWhatIsWrongAsTheReaderDoes() throws Exception {
        try (Program weir = runWithSocket()) {
            Path file = directory.resolve("weir.yaml");
            String good = Files.readString(file);
            Said done = verb("reload", "--socket", socket());
            assertThat(done.exitCode()).as(done.err()).isZero();
            assertThat(done.out()).matches("version [12] is in force\n");

            Files.writeString(file, good.replace("to: users", "to: user"));
            Said refused = verb("reload", "--socket", socket());
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err())
                    .contains(
                            "- { name: all, to: user }", "^^^^", "1 problem; nothing was changed.");
            assertThat(get(weir, "/")).startsWith("Response from: ");
            assertThat(verb("status", "--socket", socket()).out()).contains("is not in force");
        }
    }

    @Test
    void goesBackToAnEarlierVersion() throws Exception {
        try (Program weir = runWithSocket()) {
            Path file = directory.resolve("weir.yaml");
            String first = Files.readString(file);
            Files.writeString(file, first + "# another\n");
            assertThat(verb("reload", "--socket", socket()).out())
                    .isEqualTo("version 2 is in force\n");
            assertThat(verb("rollback", "--list", "--socket", socket()).out())
                    .containsPattern("\\*   2  .*weir.yaml")
                    .containsPattern("    1  .*weir.yaml");
            Said shown = verb("rollback", "--diff", "--socket", socket());
            assertThat(shown.exitCode()).as(shown.err()).isZero();
            assertThat(shown.out())
                    .startsWith("--- version 2, in force\n+++ version 1\n@@ ")
                    .endsWith("\n-# another\n");
            assertThat(file).as("it is only shown").hasContent(first + "# another\n");
            Said back = verb("rollback", "--socket", socket());
            assertThat(back.exitCode()).as(back.err()).isZero();
            assertThat(back.out()).isEqualTo("version 3 is in force\n");
            assertThat(file).hasContent(first);
            Said unknown = verb("rollback", "9", "--socket", socket());
            assertThat(unknown.exitCode()).isEqualTo(1);
            assertThat(unknown.err()).contains("version 9 is not kept");
            assertThat(verb("rollback", "9", "--diff", "--socket", socket()).err())
                    .contains("version 9 is not kept");
            assertThat(verb("rollback", "1", "--diff", "--socket", socket()).out())
                    .isEqualTo("version 1 says the same as version 3\n");
            assertThat(verb("rollback", "1", "--diff", "--list").err()).contains("say one of them");
            assertThat(get(weir, "/")).startsWith("Response from: ");
        }
    }

    @Test
    void followsRequestsAsTheyEnd() throws Exception {
        try (Program weir = runWithSocket();
                Program log = process("log", "--follow", "--socket", socket());
                Program failed =
                        process("log", "-f", "--status", "404", "--json", "--socket", socket())) {
            // Requests until both read; the stream begins when it is read.
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> {
                                get(weir, "/seen");
                                get(weir, "/none");
                                return log.out().contains("/seen") && failed.out().contains("404");
                            });
            assertThat(log.out())
                    .containsPattern("200  GET +[0-9.]+ ms  all  127.0.0.1:[0-9]+ +127.0.0.1/seen");
            JsonNode first =
                    new ObjectMapper().readTree(failed.out().lines().findFirst().orElse(""));
            assertThat(first.get("status").asInt()).isEqualTo(404);
            assertThat(failed.out()).doesNotContain("/seen");

            weir.terminate();

            assertThat(log.exitCode()).isEqualTo(4);
            assertThat(log.err()).contains("the gateway has ended");
        }
    }

    @Test
    void topPrintsATableWithRates() throws Exception {
        try (Program weir = runWithSocket()) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> {
                                get(weir, "/");
                                Said top = verb("top", "--once", "--socket", socket());
                                assertThat(top.exitCode()).isZero();
                                assertThat(top.out())
                                        .contains("serving for", "service*")
                                        .containsPattern(
                                                "users +127.0.0.1:[0-9]+ +unknown +1 +0 +[0-9]+\\.[0-9] +0.0 % +[0-9.]+ ms")
                                        .doesNotContain("\u001b");
                            });
            // Without a terminal it is printed again and again.
            try (Program top = process("top", "--socket", socket())) {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> top.out().split("serving for", -1).length > 3);
                weir.terminate();
                assertThat(top.exitCode()).isEqualTo(4);
            }
        }
    }

    @Test
    void stopsAGatewayAndWaitsForItsEnd() throws Exception {
        try (Program weir = runWithSocket()) {
            Said stopped = verb("stop", "--wait", "--socket", socket());
            assertThat(stopped.exitCode()).as(stopped.err()).isZero();
            assertThat(stopped.out()).contains("is draining", "has ended");
            assertThat(weir.exitCode()).isZero();

            Said gone = verb("status", "--socket", socket());
            assertThat(gone.exitCode()).isEqualTo(4);
            assertThat(gone.err()).contains("no gateway was reached at " + socket());
        }
    }

    @Test
    void asksByTheNetworkWithATokenOnly() throws Exception {
        file("{ listen: 0.0.0.0:0, socket: off, token: sesame-0123456789 }");
        try (Program weir = process("run").awaitOut("Ready.")) {
            Matcher at = Pattern.compile("admin API: (http://\\S+)").matcher(weir.out());
            assertThat(at.find()).as(weir.out()).isTrue();
            String url = at.group(1);

            Said without = verb("status", "--admin", url);
            assertThat(without.exitCode()).isEqualTo(4);
            assertThat(without.err()).contains("show the token", "--token-file");
            Said wrong = verb("status", "--admin", url, "--token", "sesame");
            assertThat(wrong.err()).contains("this is not the token");

            Path token = Files.writeString(directory.resolve("token"), "sesame-0123456789\n");
            Said with = verb("status", "--admin", url, "--token-file", token.toString());
            assertWell(with);
            assertThat(with.out()).contains("2 of 2 up");
        }
    }

    @Test
    void saysWhatIsWrongWithHowAGatewayIsNamed() {
        assertThat(verb("status", "--socket", "a", "--pid", "1").exitCode()).isEqualTo(2);
        assertThat(verb("status", "--token", "a").err()).contains("a token is for --admin");
        assertThat(verb("status", "--admin", "ftp://a").err())
                .contains("no address of an admin API");
        assertThat(verb("drain", "users").err()).contains("users/10.0.0.11:8080");
        assertThat(verb("log", "--status", "5xx").err()).contains("needs --follow");
        assertThat(verb("log", "-f", "--status", "bad").err()).contains("no status");
        assertThat(verb("status", "--socket", "/nowhere/s").exitCode()).isEqualTo(4);
    }
}
