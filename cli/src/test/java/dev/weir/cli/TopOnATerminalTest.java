package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.LoadClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `weir top` before a person: keys are pressed, the window changes its size.
class TopOnATerminalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ROWS = 20;
    private static final int COLUMNS = 100;

    @TempDir private Path directory;
    private ScriptedEndpoint busy;
    private Program weir;
    private PseudoTerminal terminal;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(
                PseudoTerminal.installed(),
                "there is no " + PseudoTerminal.SCRIPT + " (util-linux) to be a terminal");
        busy = ScriptedEndpoint.start(Behaviours.ok("busy"));
        String socket = directory.resolve("s").toString();
        Files.writeString(
                directory.resolve("weir.yaml"),
                """
                weir: 1
                admin: { listen: off, socket: %s }
                listeners: { web: "127.0.0.1:0" }
                routes: [{ to: users }]
                services:
                  a-quiet: { endpoints: ["127.0.0.1:1", "127.0.0.1:2"] }
                  users: { endpoints: [%s] }
                """
                        .formatted(socket, busy.address()));
        weir = Program.start(directory, "run").awaitOut("Ready.");
        terminal = PseudoTerminal.start(directory, ROWS, COLUMNS, "top", "--socket", socket);
    }

    @AfterEach
    void stop() {
        if (terminal != null) {
            terminal.close();
        }
        if (weir != null) {
            weir.close();
        }
        if (busy != null) {
            busy.close();
        }
    }

    private List<String> lines() {
        return terminal.screen().lines();
    }

    private void awaitScreen(Callable<Boolean> what) {
        await().atMost(PATIENCE)
                .failFast("the program has ended", () -> !terminal.alive())
                .until(what);
    }

    /// The names of the services in the table's rows, in their order.
    private List<String> services() {
        return lines().stream()
                .filter(line -> line.matches("(a-quiet|users) +127\\.0\\.0\\.1:.*"))
                .map(line -> line.replaceAll(" .*", ""))
                .toList();
    }

    private boolean sortedBy(String head) {
        return lines().stream().anyMatch(line -> line.contains(head + "*"));
    }

    @Test
    void sortsByTheKeyThatIsPressedAndEndsAtQ() throws Exception {
        awaitScreen(() -> services().equals(List.of("a-quiet", "a-quiet", "users")));
        assertThat(terminal.screen().other()).isTrue();
        assertThat(terminal.screen().cursor()).isFalse();
        assertThat(sortedBy("service")).isTrue();
        assertThat(lines())
                .anyMatch(line -> line.startsWith("sort by  s service") && line.endsWith("q quit"));

        Matcher port = Pattern.compile("web +http://[^:]+:([0-9]+)").matcher(weir.out());
        assertThat(port.find()).isTrue();
        // Until it is seen: the rate is that of the last seconds.
        var load =
                LoadClient.to(Integer.parseInt(port.group(1)))
                        .withConnections(1)
                        .withRequests(1_000_000)
                        .start();
        terminal.type("r");
        awaitScreen(
                () ->
                        sortedBy("req/s")
                                && services().equals(List.of("users", "a-quiet", "a-quiet")));
        assertThat(load.stop().samples()).isEmpty();
        terminal.type("xs");
        awaitScreen(
                () ->
                        sortedBy("service")
                                && services().equals(List.of("a-quiet", "a-quiet", "users")));

        terminal.type("q");
        assertThat(terminal.exitCode()).isZero();
        assertThat(terminal.screen().other()).as("what was there before is back").isFalse();
        assertThat(terminal.screen().cursor()).isTrue();
        assertThat(terminal.screen().toString())
                .as("the terminal is as it was")
                .containsPattern("[; ]icanon")
                .containsPattern("[; \n]echo[ \n]");
    }

    @Test
    void drawsForTheSizeThatTheWindowHas() throws Exception {
        awaitScreen(() -> services().size() == 3);

        terminal.resize(8, 40);
        awaitScreen(
                () -> {
                    String first = lines().getFirst();
                    return first.startsWith("Weir ")
                            && first.endsWith("…")
                            && first.length() == 40
                            && services().size() == 2
                            && lines().get(6).equals("… and 1 more")
                            && lines().get(7).startsWith("sort by");
                });

        terminal.resize(ROWS, COLUMNS);
        awaitScreen(() -> services().size() == 3 && lines().getFirst().length() > 40);
    }

    @Test
    void givesTheTerminalBackWhenItIsInterrupted() throws Exception {
        awaitScreen(() -> services().size() == 3);
        terminal.type("\u0003");
        await().atMost(PATIENCE).until(() -> !terminal.screen().other());
        assertThat(terminal.screen().cursor()).isTrue();
        assertThat(ProcessHandle.of(weir.pid())).as("the gateway goes on").isPresent();
    }
}
