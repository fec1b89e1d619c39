package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The disk of the access log is full, or slow, or the file is gone: requests are served as if nothing was.
@EnabledOnOs(OS.LINUX)
class LogTroubleTest {
    /// More than a test's request ever takes, less than any wait for a disk that does not come back.
    private static final Duration AT_ONCE = Duration.ofSeconds(10);

    @TempDir private Path folder;

    private static Gate open(Path log) throws Exception {
        return Gate.openOnOneLoop(
                """
                logs: { access: { to: %s } }
                routes: [{ respond: { status: 200 } }]
                """
                        .formatted(log));
    }

    /// Sends requests on one connection, each of which is a line of more than 4 KiB.
    private static void ask(Gate gate, int times) throws Exception {
        String request = "GET /" + "x".repeat(4096) + " HTTP/1.1\r\nHost: weir.test\r\n\r\n";
        long began = System.nanoTime();
        try (RawClient client = gate.client()) {
            for (int i = 0; i < times; i++) {
                assertThat(client.send(request).readResponse("GET").status()).isEqualTo(200);
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
    }

    private static double dropped(Gate gate) {
        return Scraped.of(gate.weir()).value("weir_log_lines_dropped_total", "log", "access");
    }

    @Test
    void aFullDiskCostsLinesAndOneWarningAndNoRequest() throws Exception {
        try (var gate = open(Path.of("/dev/full"))) {
            ask(gate, 300);
            await().until(() -> dropped(gate) == 300);
            assertThat(gate.events())
                    .singleElement()
                    .asString()
                    .startsWith("access log: /dev/full cannot be written: No space left on device");
        }
    }

    @Test
    void aDiskThatTakesNothingCostsLinesAndOneWarningAndNoRequest() throws Exception {
        Path pipe = folder.resolve("pipe");
        Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
        try (var gate = open(pipe)) {
            ask(gate, 1000);
            assertThat(dropped(gate)).isBetween(100.0, 999.0);
            assertThat(gate.events())
                    .containsExactly(
                            "access log: lines are dropped, because "
                                    + pipe
                                    + " takes them too slowly");
        } finally {
            // Lets the log's thread go.
            Files.newBufferedReader(pipe).close();
        }
    }

    @Test
    void aDeletedFileCostsNoRequestAndANewOneIsBegunWhenAskedFor() throws Exception {
        Path file = folder.resolve("access.log");
        try (var gate = open(file)) {
            ask(gate, 1);
            await().until(() -> Files.size(file) > 0);
            Files.delete(file);
            ask(gate, 50);
            gate.weir().reopenLogs();
            await().until(() -> Files.exists(file));
            ask(gate, 2);
            await().until(() -> Files.readAllLines(file).size() == 2);
            assertThat(dropped(gate)).isZero();
            assertThat(gate.events()).isEmpty();
        }
    }
}
