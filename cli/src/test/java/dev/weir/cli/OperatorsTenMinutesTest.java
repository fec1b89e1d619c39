package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.Chromium;
import dev.weir.testkit.Load;
import dev.weir.testkit.LoadClient;
import dev.weir.testkit.LoadReport;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an operator does in ten minutes, to a gateway with traffic, by the terminal and in the dashboard: `docs/how-to/operate.md` as a
/// test. Whatever is done to it, no client notices.
class OperatorsTenMinutesTest {
    /// A request takes as long as a small one of a real service, so that the load leaves the machine room for the browser.
    private static final Behaviour ANSWER =
            Behaviours.delay(Duration.ofMillis(5), Behaviours.ok("shop"));

    private static final int CONNECTIONS = 4;
    private static final int MORE_THAN_ARE_SENT = 1_000_000;
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path directory;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private ScriptedEndpoint first;
    private ScriptedEndpoint second;
    private ScriptedEndpoint third;
    private Program weir;
    private Optional<OperatorsDashboard> dashboard = Optional.empty();

    @BeforeEach
    void start() throws IOException {
        first = opened(ScriptedEndpoint.start(ANSWER));
        second = opened(ScriptedEndpoint.start(ANSWER));
        third = opened(ScriptedEndpoint.start(ANSWER));
        file(first.address(), second.address(), third.address());
        weir = opened(terminal("run", "-c", "weir.yaml")).awaitOut("Ready.");
        if (Chromium.installed()) {
            dashboard =
                    Optional.of(opened(new OperatorsDashboard(port("admin API: +http://[^:]+"))));
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private Path file(String... endpoints) throws IOException {
        return Files.writeString(
                directory.resolve("weir.yaml"),
                """
                weir: 1
                admin: { listen: "127.0.0.1:0" }
                listeners: { web: "127.0.0.1:0" }
                routes:
                  - { name: shop, to: shop }
                services:
                  shop:
                    health: { protocol: tcp, every: 200ms }
                    endpoints: [%s]
                """
                        .formatted(String.join(", ", endpoints)));
    }

    /// In a place of its own for sockets, so that verbs find this gateway and no other one of the user.
    private Program terminal(String... args) {
        return Program.start(directory, Map.of("XDG_RUNTIME_DIR", directory.toString()), args);
    }

    /// What a verb prints, on both streams.
    private String says(int exitCode, String... args) {
        try (Program verb = terminal(args)) {
            int ended = verb.exitCode();
            String said = verb.out() + verb.err();
            assertThat(ended).as("%s said: %s", String.join(" ", args), said).isEqualTo(exitCode);
            return said;
        }
    }

    private void sees(Consumer<OperatorsDashboard> what) {
        dashboard.ifPresent(what);
    }

    private int port(String before) {
        Matcher port = Pattern.compile(before + ":([0-9]+)").matcher(weir.out());
        assertThat(port.find()).as(weir.out()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    @Test
    void noClientNoticesWhatAnOperatorDoesInTenMinutes() throws Exception {
        Load load =
                LoadClient.to(port("web +http://[^:]+"))
                        .withConnections(CONNECTIONS)
                        .withRequests(MORE_THAN_ARE_SENT)
                        .withPatience(PATIENCE)
                        .withAtMost(LONG)
                        .start();
        opened(load::stop);

        watchesTraffic(load);
        seesWhyAnEndpointIsDown();
        drainsAnother();
        ScriptedEndpoint fourth = opened(ScriptedEndpoint.start(ANSWER));
        isToldOfAMistake(fourth);
        mendsItAndReloads(fourth);
        goesBack();
        sees(screen -> assertThat(screen.errors()).isEmpty());
        upgradesTheProcess(load);

        LoadReport report = load.stop();
        assertThat(report.ok()).as("%s", report).isGreaterThan(1_000);
        assertThat(
                        report.otherStatuses().values().stream().mapToInt(Integer::intValue).sum()
                                + report.connectionErrors()
                                + report.timeouts()
                                + report.wrongAnswers())
                .as("failed requests: %s", report)
                .isZero();
        assertThat(says(0, "stop")).isNotEmpty();
        assumeTrue(
                Chromium.installed(),
                "the terminal's half has passed; of the dashboard's: " + Chromium.MISSING);
    }

    /// The new process is asked by its own socket, as the old one is gone.
    private void upgradesTheProcess(Load load) throws Exception {
        long before = weir.pid();
        int port = port("web +http://[^:]+");
        opened(() -> Heir.end(port));
        assertThat(says(0, "upgrade"))
                .contains("has taken over from process " + before, "version 1 from weir.yaml");
        assertThat(weir.exitCodeBesideAnHeir()).isZero();
        int answered = load.finished();
        await().atMost(PATIENCE).until(() -> load.finished() > answered + 100);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(says(0, "status"))
                                        .contains("all is well", "3 of 3 up", "serving")
                                        .doesNotContain("pid " + before));
    }

    private void watchesTraffic(Load load) {
        await().atMost(PATIENCE).until(() -> load.finished() > 100);
        assertThat(says(0, "status"))
                .contains("all is well", "3 of 3 up", "serving", "version 1 from weir.yaml");
        sees(OperatorsDashboard::showsThatAllIsWell);
        sees(OperatorsDashboard::showsTraffic);
    }

    private void seesWhyAnEndpointIsDown() {
        first.kill();
        weir.awaitErr(first.address() + "  down  connect refused");
        assertThat(says(1, "status"))
                .contains("needs attention", "2 of 3 up")
                .containsPattern("shop/" + first.address() + " +connect refused");
        assertThat(says(0, "log")).containsPattern(first.address() + ".* down +connect refused");
        sees(screen -> screen.showsWhyItIsDown(first.address()));
    }

    private void drainsAnother() {
        assertThat(says(0, "drain", "shop/" + second.address(), "--wait"))
                .contains("is draining", "is idle after");
        long asked = third.requestCount();
        await().atMost(PATIENCE).until(() -> third.requestCount() > asked + 100);
        assertThat(says(1, "status"))
                .containsPattern("shop/" + second.address() + " +drained by the operator")
                .containsPattern(second.address() + " +draining .* by the operator, ")
                .containsPattern(third.address() + " +up");
        sees(screen -> screen.showsThatItIsDraining(second.address()));
    }

    /// The dead endpoint gives way to another one, whose address has lost its port.
    private void isToldOfAMistake(ScriptedEndpoint fourth) throws IOException {
        file("127.0.0.1", second.address(), third.address());
        String place = "weir.yaml:9:17";
        assertThat(says(1, "reload")).contains(place, "127.0.0.1", "nothing was changed");
        assertThat(says(1, "status"))
                .contains("version 1 from weir.yaml", place, "is not in force")
                .doesNotContain(fourth.address());
        sees(screen -> screen.showsThatTheFileIsRefused(place, "127.0.0.1"));
    }

    private void mendsItAndReloads(ScriptedEndpoint fourth) throws IOException {
        file(fourth.address(), second.address(), third.address());
        assertThat(says(0, "explain", "GET", "http://127.0.0.1/cart"))
                .contains("route shop", fourth.address())
                .doesNotContain(first.address());
        assertThat(says(0, "reload")).contains("version 2 is in force");
        fourth.awaitRequests(100, PATIENCE);
        assertThat(says(0, "status"))
                .as("the one that was taken out stays out")
                .contains("version 2 from weir.yaml", "drained by the operator")
                .doesNotContain("is not in force", first.address());
        sees(OperatorsDashboard::showsNoRefusalAnyMore);
        sees(screen -> screen.showsThatItIsDraining(second.address()));
    }

    /// The dead endpoint is back, so the first version is wanted again.
    private void goesBack() throws IOException {
        first.revive();
        if (dashboard.isPresent()) {
            sees(screen -> screen.goesBackTo(1, 3));
            sees(screen -> screen.makesReady(second.address()));
            sees(OperatorsDashboard::showsThatAllIsWell);
        } else {
            assertThat(says(0, "rollback", "1")).contains("version 3 is in force");
            says(0, "drain", "shop/" + second.address(), "--undo");
        }
        long asked = second.requestCount();
        await().atMost(PATIENCE).until(() -> second.requestCount() > asked + 100);
        assertThat(directory.resolve("weir.yaml")).content().contains(first.address());
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(says(0, "status"))
                                        .contains("all is well", "3 of 3 up", "version 3 from"));
    }
}
