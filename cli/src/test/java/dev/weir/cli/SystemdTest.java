package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainDatagramSocketAddress;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private @Nullable Receiver receiver;

    /// Hears notices.
    private static final class Receiver implements AutoCloseable {
        private final Socket socket = Socket.newSocketDomainDgram();
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);

        Receiver(String path) {
            try {
                socket.bind(new DomainSocketAddress(path));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// The next notice that has come, or null.
        @Nullable String poll() {
            try {
                DomainDatagramSocketAddress from =
                        socket.recvFromDomainSocket(buffer, 0, buffer.capacity());
                if (from == null) {
                    return null;
                }
                byte[] bytes = new byte[from.receivedAmount()];
                buffer.get(0, bytes);
                return new String(bytes, StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String next() {
            return await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(this::poll, notice -> notice != null);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @BeforeEach
    void listen() {
        assertThat(Epoll.isAvailable()).isTrue();
        String path = folder.resolve("notify").toString();
        receiver = new Receiver(path);
        environment.put("NOTIFY_SOCKET", path);
    }

    @AfterEach
    void close() throws IOException {
        receiver().close();
    }

    private Receiver receiver() {
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
        try (Receiver hidden = new Receiver("\0" + name)) {
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
}
