package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Systemd's side is a datagram socket of Unix here, as it is there.
@EnabledOnOs(OS.LINUX)
class SystemdTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String FILE =
            """
            weir: 1
            listeners: { web: "127.0.0.1:0" }
            routes: [{ name: all, respond: { status: 204 } }]
            drain: { delay: 0s, timeout: 3s }
            """;

    @TempDir Path folder;
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private @Nullable Notices receiver;

    @BeforeEach
    void listen() {
        assertThat(Epoll.isAvailable()).isTrue();
        String path = folder.resolve("notify").toString();
        receiver = new Notices(path);
        environment.put("NOTIFY_SOCKET", path);
    }

    @AfterEach
    void close() throws IOException {
        receiver().close();
    }

    private Notices receiver() {
        assertThat(receiver).isNotNull();
        return receiver;
    }

    private Supervisor systemd() {
        return Systemd.of(environment::get, events::add);
    }

    @Test
    void saysThatItServesThatItReloadsAndThatItStops() {
        Supervisor systemd = systemd();

        systemd.ready("serving 1 route\nand more");
        assertThat(receiver().next()).isEqualTo("READY=1\nSTATUS=serving 1 route and more");
        systemd.stopping("draining", Duration.ofSeconds(25));
        assertThat(receiver().next())
                .isEqualTo("STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=35000000");
        assertThat(events).isEmpty();
    }

    @Test
    void saysWhenItBeganToReloadByTheClockThatSystemdUses() throws Exception {
        long before = monotonicMicros();
        systemd().reloading();
        long after = monotonicMicros();

        String[] lines = receiver().next().split("\n", -1);
        assertThat(lines[0]).isEqualTo("RELOADING=1");
        assertThat(Long.parseLong(lines[1].substring("MONOTONIC_USEC=".length())))
                .isBetween(before, after);
    }

    /// CLOCK_MONOTONIC, as another program reads it.
    private static long monotonicMicros() throws Exception {
        Process python =
                new ProcessBuilder(
                                "python3", "-c", "import time; print(time.monotonic_ns() // 1000)")
                        .start();
        return Long.parseLong(python.inputReader().readLine());
    }

    @Test
    void speaksToAbstractSocketsToo() throws IOException {
        String name = "weir-test-" + ProcessHandle.current().pid();
        environment.put("NOTIFY_SOCKET", "@" + name);
        try (Notices hidden = new Notices("\0" + name)) {
            systemd().ready("serving");

            assertThat(hidden.next()).isEqualTo("READY=1\nSTATUS=serving");
        }
    }

    @Test
    void feedsTheWatchdogOnlyWhileTheLoopsAnswer() {
        environment.put("WATCHDOG_USEC", "100000");
        AtomicBoolean answers = new AtomicBoolean(true);

        systemd().watch(within -> answers.get() && within.equals(Duration.ofMillis(50)));

        assertThat(receiver().next()).isEqualTo("WATCHDOG=1");
        assertThat(receiver().next()).isEqualTo("WATCHDOG=1");
        answers.set(false);
        await().atMost(PATIENCE).until(() -> events.size() == 1);
        assertThat(events.getFirst()).contains("does not answer within 50 ms");
        while (receiver().poll() != null) {}
        await().during(Duration.ofMillis(300)).until(() -> receiver().poll() == null);
        answers.set(true);
        assertThat(receiver().next()).isEqualTo("WATCHDOG=1");
        answers.set(false);
    }

    @Test
    void leavesTheWatchdogAloneThatIsMeantForAnotherProcess() {
        environment.put("WATCHDOG_USEC", "20000");
        environment.put("WATCHDOG_PID", "1");

        systemd().watch(_ -> true);

        await().during(Duration.ofMillis(200)).until(() -> receiver().poll() == null);
    }

    @Test
    void saysOnceThatNobodyListensAndGoesOn() throws IOException {
        environment.put("NOTIFY_SOCKET", folder.resolve("nobody").toString());
        Supervisor systemd = systemd();

        systemd.ready("serving");
        systemd.ready("serving");

        assertThat(events).hasSize(1);
        assertThat(events.getFirst()).startsWith("systemd  could not be told READY=1: ");
    }

    @Test
    void isNothingWithoutTheVariable() {
        environment.clear();

        assertThat(systemd()).isSameAs(Supervisor.NONE);
    }

    @Test
    void theProgramSaysThatItReloadsAndServesAgainWhateverComesOfIt() throws Exception {
        Path file = folder.resolve("weir.yaml");
        Files.writeString(file, FILE);

        try (Program weir = Program.start(folder, environment, "run")) {
            assertThat(receiver().next()).startsWith("READY=1\n");
            Files.writeString(
                    file,
                    FILE.replace(
                            "routes: [",
                            "routes: [{ match: { path: /more }, respond: { status: 200 } }, "));
            weir.signal("HUP");
            assertThat(receiver().next()).startsWith("RELOADING=1\nMONOTONIC_USEC=");
            assertThat(receiver().next())
                    .isEqualTo("READY=1\nSTATUS=serving 2 routes, 0 services, 0 endpoints");
            Files.writeString(file, "nothing");
            weir.signal("HUP");
            assertThat(receiver().next()).startsWith("RELOADING=1\n");
            assertThat(receiver().next())
                    .isEqualTo(
                            "READY=1\n"
                                    + "STATUS=serving 2 routes, 0 services, 0 endpoints; the last"
                                    + " reload was refused");
        }
    }

    @Test
    void theProgramTellsOfEveryReloadWhoeverWantsItAndGathersSignals() throws Exception {
        String socket = folder.resolve("s").toString();
        Files.writeString(
                folder.resolve("weir.yaml"),
                FILE + "admin: { listen: off, socket: %s }\n".formatted(socket));

        try (Program weir = Program.start(folder, environment, "run")) {
            assertThat(receiver().next()).startsWith("READY=1\n");
            weir.awaitOut("Ready.");
            try (Program reload = Program.start(folder, "reload", "--socket", socket)) {
                assertThat(reload.exitCode()).as(reload.err()).isZero();
            }
            assertThat(receiver().next()).startsWith("RELOADING=1\n");
            assertThat(receiver().next()).startsWith("READY=1\n");

            for (int i = 0; i < 50; i++) {
                weir.signal("HUP");
            }
            List<String> notices = new ArrayList<>();
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                Optional.ofNullable(receiver().poll()).ifPresent(notices::add);
                                return weir.err()
                                                        .lines()
                                                        .filter(it -> it.contains("is in force"))
                                                        .count()
                                                > 1
                                        && notices.size() > 1
                                        && notices.getLast().startsWith("READY=1\n");
                            });
            assertThat(notices.size()).isEven();
            for (int i = 0; i < notices.size(); i += 2) {
                assertThat(notices.get(i)).startsWith("RELOADING=1\n");
                assertThat(notices.get(i + 1)).startsWith("READY=1\n");
            }
        }
    }

    @Test
    void aSignalThatComesWhileTheProgramStartsIsHeededWhenItServes() throws Exception {
        try (Gate slow = new Gate()) {
            String socket = folder.resolve("s").toString();
            Path file = folder.resolve("weir.yaml");
            String text =
                    """
                    weir: 1
                    admin: { listen: off, socket: %s }
                    listeners: { web: "127.0.0.1:0" }
                    routes: [{ name: all, to: slow }]
                    services: { slow: { endpoints: ["127.0.0.1:%d"], health: { path: /, timeout: 3s } } }
                    """
                            .formatted(socket, slow.port());
            Files.writeString(file, text);
            try (Program weir = Program.start(folder, environment, "run")) {
                await().atMost(PATIENCE).until(() -> Files.exists(Path.of(socket)));
                Files.writeString(file, text + "# another\n");
                weir.signal("HUP").signal("USR1");
                assertThat(weir.out()).as("it has not begun to serve").doesNotContain("Ready.");
                weir.awaitErr("version 2 is in force (weir.yaml, by HUP)");
                weir.terminate();
                assertThat(weir.exitCode()).isZero();
            }
        }
    }

    @Test
    void theProgramSaysReadyAndStopping() throws Exception {
        Files.writeString(folder.resolve("weir.yaml"), FILE);
        environment.put("WATCHDOG_USEC", "400000");

        try (Program weir = Program.start(folder, environment, "run")) {
            String ready = receiver().next();
            weir.awaitOut("Ready.");
            assertThat(receiver().next()).isEqualTo("WATCHDOG=1");
            weir.terminate();
            String last = "WATCHDOG=1";
            while (last.equals("WATCHDOG=1")) {
                last = receiver().next();
            }

            assertThat(ready).isEqualTo("READY=1\nSTATUS=serving 1 route, 0 services, 0 endpoints");
            assertThat(last).isEqualTo("STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=13000000");
            assertThat(weir.exitCode()).isZero();
        }
    }

    @Test
    void theProgramAsksForTheTimeThatTheFileInForceGivesItsDrain() throws Exception {
        Path file = folder.resolve("weir.yaml");
        Files.writeString(file, FILE);

        try (Program weir = Program.start(folder, environment, "run")) {
            assertThat(receiver().next()).startsWith("READY=1\n");
            Files.writeString(file, FILE.replace("timeout: 3s", "timeout: 7s"));
            weir.signal("HUP").awaitErr("version 2 is in force");
            assertThat(receiver().next()).startsWith("RELOADING=1\n");
            assertThat(receiver().next()).startsWith("READY=1\n");
            weir.terminate().awaitErr("draining: no new connections, up to 7 s");

            assertThat(receiver().next())
                    .isEqualTo("STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=17000000");
            assertThat(weir.exitCode()).isZero();
        }
    }
}
