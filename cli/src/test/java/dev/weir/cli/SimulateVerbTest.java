package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateVerbTest {
    private record Said(int exitCode, String out, String err) {}

    @TempDir Path directory;

    private Path config;
    private Path scenario;

    private static Said weir(Terminal terminal, Object... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] args = new String[words.length];
        for (int i = 0; i < args.length; i++) {
            args[i] = words[i].toString();
        }
        int exitCode =
                Verbs.commandLine(List.of(args), terminal)
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err, true))
                        .execute(args);
        return new Said(exitCode, out.toString(), err.toString());
    }

    private static Said weir(Object... words) {
        return weir(Terminal.NONE, words);
    }

    @BeforeEach
    void writeFiles() throws IOException {
        config = directory.resolve("weir.yaml");
        Files.writeString(
                config,
                """
                weir: 1
                listeners: { web: 8080 }
                routes: [{ to: users, timeout: 5s }]
                services:
                  users: { endpoints: [10.0.0.1:80, 10.0.0.2:80, 10.0.0.3:80], balance: random }
                """);
        scenario = directory.resolve("slow.yaml");
        Files.writeString(
                scenario,
                """
                says: The first endpoint is slow.
                lasts: 5s
                warm-up: 1s
                clients: { load: 50% }
                faults: [{ endpoints: 1, slower: 10 }]
                """);
    }

    @Test
    void comparesWhatIsConfiguredWithTheOtherPolicies() {
        Said said = weir("simulate", "-c", config, "--scenario", scenario);

        assertThat(said.exitCode()).isZero();
        assertThat(said.err()).isEmpty();
        assertThat(said.out())
                .startsWith("The first endpoint is slow.\n3 endpoints, 1 gateway with 2 loops")
                .contains("random (configured)", "\nleast-requests ", "\nprequal ", "10.0.0.2:80")
                .contains("Fewest failures, and of those the lowest p99: ");
    }

    @Test
    void theSameSeedPrintsTheSameAndAnotherDoesNot() {
        String first = weir("simulate", "-c", config, "--scenario", scenario).out();

        assertThat(weir("simulate", "-c", config, "--scenario", scenario).out()).isEqualTo(first);
        assertThat(weir("simulate", "-c", config, "--scenario", scenario, "--seed", 2).out())
                .isNotEqualTo(first);
    }

    @Test
    void saysWhatAnotherConfigurationWouldChangeAndDrawsIt() throws IOException {
        Path other = directory.resolve("other.yaml");
        Files.writeString(other, Files.readString(config).replace("random", "least-connections"));
        Path picture = directory.resolve("picture.svg");

        Said said =
                weir(
                        "simulate",
                        "-c",
                        config,
                        "--against",
                        other,
                        "--scenario",
                        scenario,
                        "--plot",
                        picture);

        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).contains("What " + other + " would change:\n", "p99 ");
        assertThat(picture).content().startsWith("<svg ").contains("seed 1");
    }

    @Test
    void playsALogAgain() throws IOException {
        Path log = directory.resolve("access.json");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            lines.append(
                    "{\"time\":\"2026-11-21T20:00:%02d.%03dZ\",\"service\":\"users\",\"endpoint\":\"10.0.0.%d:80\",\"first_byte_ms\":%d}\n"
                            .formatted(i / 10, i % 10 * 100, 1 + i % 3, 5 + i % 3));
        }
        Files.writeString(log, lines);

        Said said = weir("simulate", "-c", config, "--log", log);

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(said.out()).contains("100 requests from the log", "10.0.0.3:80");
    }

    @Test
    void stopsAfterSoManyRequests() {
        Said said = weir("simulate", "--policies", "random", "--requests", 5000);

        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).contains("5,000 requests");
    }

    @Test
    void listsAndShowsTheScenariosThatComeWithIt() {
        assertThat(weir("simulate", "--scenario", "list").out()).contains("one-slow", "outage");
        assertThat(weir("simulate", "--scenario", "rush", "--show").out())
                .startsWith("says: ")
                .contains("steps:");
    }

    @Test
    void aServiceThatFindsItsEndpointsCannotBeSimulated() throws IOException {
        Files.writeString(
                config,
                """
                weir: 1
                listeners: { web: 8080 }
                routes: [{ to: users }]
                services: { users: { discover: { dns: "users.internal:8080" } } }
                """);
        Said said = weir("simulate", "-c", config);

        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.err()).contains("users finds its endpoints while it runs");
    }

    @ParameterizedTest
    @CsvSource({
        "2, simulate --scenario one-slwo, Did you mean one-slow?",
        "2, simulate --policies least-request, Did you mean least-requests?",
        "2, simulate --requests 0, --requests is at least 1",
        "2, simulate --against other.yaml, wants a configuration to compare with",
        "1, simulate -c absent.yaml, absent.yaml",
        "1, simulate --log absent.json, there is no file absent.json"
    })
    void saysWhatIsWrong(int exitCode, String words, String what) {
        Said said = weir((Object[]) words.split(" "));

        assertThat(said.exitCode()).isEqualTo(exitCode);
        assertThat(said.err()).contains(what);
        assertThat(said.out()).isEmpty();
    }

    @Test
    void aMistakeInAScenarioIsToldWithItsLine() throws IOException {
        Files.writeString(scenario, "lasts: 5s\nwarm-up: 1s\nserves: none\n");

        Said said = weir("simulate", "--scenario", scenario);

        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err()).contains("slow.yaml:3:9", "1 problem; nothing was simulated.");
    }

    @Test
    void theBarIsForTerminals() {
        Terminal terminal = new Terminal(false, false, true, false);

        Said onOne = weir(terminal, "simulate", "--policies", "random", "--requests", 3_000_000);

        assertThat(onOne.err()).contains("\r[").endsWith("\r");
    }
}
