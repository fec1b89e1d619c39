package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.Weir;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ExplainVerbTest {
    private static final String YAML =
            """
            weir: 1
            listeners: { web: 8080 }
            routes:
              - name: users
                match: { path: /api/users/**, methods: [GET] }
                filters: [{ rate-limit: { rate: 20/s, burst: 40 } }]
                to: users
            services:
              users: { endpoints: [127.0.0.1:8081, 127.0.0.1:8082] }
            """;

    private record Said(int exitCode, String out, String err) {}

    @TempDir private Path folder;
    private Path file = Path.of("");

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("weir.yaml"), YAML);
    }

    private Said weir(Terminal terminal, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine weir =
                Verbs.commandLine(List.of(args), terminal)
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err));
        int exitCode = weir.execute(args);
        weir.getOut().flush();
        weir.getErr().flush();
        return new Said(exitCode, out.toString(), err.toString());
    }

    private Said explain(String method, String url, String... more) {
        String[] args = new String[more.length + 5];
        args[0] = "explain";
        args[1] = method;
        args[2] = url;
        args[3] = "-c";
        args[4] = file.toString();
        System.arraycopy(more, 0, args, 5, more.length);
        return weir(Terminal.NONE, args);
    }

    @Test
    void saysInTheFirstLinesWhereARequestGoes() {
        Said said = explain("GET", "http://localhost:8080/api/users/7");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(said.out())
                .startsWith(
                        """
                        GET http://localhost:8080/api/users/7
                          → route users › service users › 127.0.0.1:8081 50 %, 127.0.0.1:8082 50 %
                        """)
                .contains("✓ users", file + ":4", "✓ rate-limit passes", "timeout › first-byte");
    }

    @Test
    void explainsRequestsThatAreRefusedAsWell() {
        Said said = explain("DELETE", "http://localhost:8080/api/users/7");

        assertThat(said.exitCode()).isZero();
        assertThat(said.out())
                .contains(
                        "→ 405 method-not-allowed", "the method is DELETE, not GET", "Allow: GET");
    }

    @Test
    void printsTheSameAsJson() {
        Said said = explain("GET", "http://localhost:8080/api/users/7", "--json");

        assertThat(said.exitCode()).isZero();
        assertThat(said.out())
                .startsWith("{\n")
                .contains(
                        "\"fate\" : \"taken\"",
                        "\"chance\" : 0.5",
                        "\"name\" : \"timeout › first-byte\"");
    }

    @Test
    void knowsWhoConnectsAndWhere() {
        assertThat(explain("GET", "http://localhost/", "--client-ip", "203.0.113.9").out())
                .contains("client    203.0.113.9");
        assertThat(explain("GET", "http://localhost/", "-H", "Host: other.example.com").out())
                .contains("host      other.example.com");
    }

    @Test
    void paintsOnATerminalOnly() {
        String[] args = {"explain", "GET", "http://localhost/", "-c", file.toString()};
        assertThat(weir(new Terminal(true, true, true, true), args).out()).contains("\u001b[");
        assertThat(weir(new Terminal(true, false, true, true), args).out())
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, localhost/users, begins with neither http:// nor https://",
        "GET, http://, names no host",
        "G=T, http://localhost/, is no method",
        "http://localhost/, GET, is no method",
    })
    void exits2OnWhatIsNoRequest(String method, String url, String says) {
        Said said = explain(method, url);

        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.err()).contains(says, "Try: weir explain --help");
        assertThat(said.out()).isEmpty();
    }

    @Test
    void exits2OnFieldsAddressesAndListenersThatAreNone() {
        assertThat(explain("GET", "http://a.org/", "-H", "nothing").err())
                .contains("\"nothing\" is no header field");
        assertThat(explain("GET", "http://a.org/", "--client-ip", "a.org").err())
                .contains("\"a.org\" is no IP address");
        Said said = explain("GET", "http://a.org/", "--listener", "webb");
        assertThat(said.err()).contains("no listener webb takes HTTP requests; there are [web]");
        assertThat(said.exitCode()).isEqualTo(2);
    }

    @Test
    void exits1WhenTheFileIsWrong() throws IOException {
        Files.writeString(file, YAML.replace("services:", "servces:"));
        Said said = explain("GET", "http://localhost/");
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err()).contains("Did you mean services?", "there is nothing to explain.");
    }

    // ---- a running gateway ----

    private static final String LIVE =
            """
            weir: 1
            admin: { listen: off, socket: admin.sock }
            listeners: { web: "127.0.0.1:0" }
            routes:
              - { name: gone, match: { path: /gone }, to: gone }
              - { name: once, match: { path: /once }, filters: [{ rate-limit: { rate: 1/h, burst: 1 } }], respond: { status: 204 } }
            services:
              gone: { endpoints: ["127.0.0.1:1"] }
            """;

    private Weir live() throws Exception {
        return Weir.start(Files.writeString(folder.resolve("live.yaml"), LIVE));
    }

    private Said ask(String... args) {
        List<String> all = new ArrayList<>(List.of("explain"));
        all.addAll(List.of(args));
        all.addAll(List.of("--socket", folder.resolve("admin.sock").toString()));
        return weir(Terminal.NONE, all.toArray(String[]::new));
    }

    private static HttpResponse<String> get(Weir weir, String path, String... fields)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + weir.port("web") + path));
        if (fields.length > 0) {
            request.headers(fields);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    @Test
    void asksTheRunningGatewayWhatItWouldDoNow() throws Exception {
        try (Weir weir = live()) {
            assertThat(ask("GET", "http://shop/once", "--live").out())
                    .contains("→ route once › 204");
            assertThat(get(weir, "/once").statusCode()).isEqualTo(204);
            Said said = ask("GET", "http://shop/once", "--live");

            assertThat(said.exitCode()).as(said.err()).isZero();
            assertThat(said.out()).contains("→ route once › 429", "live.yaml:6");
            assertThat(ask("GET", "http://shop/", "--live", "--json").out())
                    .contains("\"live\" : true");
        }
    }

    @Test
    void showsWhereTheTimeOfAFailedRequestWent() throws Exception {
        try (Weir weir = live()) {
            assertThat(ask("--last-failed").exitCode()).isEqualTo(ExitCode.FAILED);
            get(weir, "/gone");
            Said last = ask("--last-failed");

            assertThat(last.out()).contains("/gone   502", "Waterfall", "connect-refused", "█");
            assertThat(ask("--failed").out()).contains("/gone   502");
            assertThat(ask("--slow").out()).doesNotContain("/gone");
        }
    }

    @Test
    void findsTheRequestThatCarriedAToken() throws Exception {
        try (Weir weir = live()) {
            String[] token = ask("--new-token").out().lines().findFirst().orElseThrow().split(": ");
            String id =
                    get(weir, "/gone", token[0], token[1])
                            .headers()
                            .firstValue("X-Weir-Explain")
                            .orElseThrow();

            assertThat(ask("--request", id).out())
                    .contains("id " + id, "Waterfall", "✓ gone", "live.yaml:5");
            assertThat(ask("--request", "nobody").err()).contains("no request nobody is kept");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,--live,Missing required parameter: 'URL'",
        "--slow,--last-failed,one at a time",
        "--slow,-cweir.yaml,-c names a file"
    })
    void saysWhatDoesNotGoTogether(String one, String other, String says) {
        Said said = weir(Terminal.NONE, "explain", one, other);

        assertThat(said.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(said.err()).contains(says);
    }

    @Test
    void saysThatNoGatewayWasReached() {
        assertThat(ask("--last-failed").exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    }
}
