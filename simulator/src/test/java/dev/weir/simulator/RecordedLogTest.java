package dev.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weir.balance.Balance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedLogTest {
    private static final Instant START = Instant.parse("2026-11-21T20:00:00Z");

    @TempDir Path directory;

    private static String line(int number, String endpoint, double millis) {
        return String.format(
                Locale.ROOT,
                "{\"time\":\"%s\",\"client\":\"127.0.0.1\",\"method\":\"GET\",\"path\":\"/\",\"status\":200,"
                        + "\"service\":\"users\",\"endpoint\":\"%s\",\"first_byte_ms\":%.3f,\"total_ms\":%.3f}%n",
                START.plusMillis(10L * number),
                endpoint,
                millis,
                millis);
    }

    private Path log(int lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            boolean slow = i % 2 == 1;
            text.append(line(i, slow ? "10.0.0.2:80" : "10.0.0.1:80", slow ? 100 : 1));
        }
        text.append("{\"time\":\"2026-11-21T20:00:00.000Z\",\"status\":404}\n");
        return Files.writeString(directory.resolve("access.json"), text);
    }

    @Test
    void playsTheArrivalsAndEachEndpointsOwnLatencies() throws IOException {
        RecordedLog log = RecordedLog.read(log(2_000), Optional.empty());
        Candidate recorded = log.candidate().alone();

        Comparison comparison =
                Comparison.run(
                        log.scenario(),
                        List.of(
                                recorded.with(Balance.ROUND_ROBIN),
                                recorded.with(Balance.LEAST_REQUESTS)),
                        Optional.of(log),
                        0,
                        Comparison.Progress.NONE);

        Result inTurn = comparison.results().get(0);
        Result least = comparison.results().get(1);
        assertThat(inTurn.requests()).isEqualTo(2_000);
        assertThat(inTurn.percentile(25)).isCloseTo(1, within(0.01));
        assertThat(inTurn.percentile(75)).isCloseTo(100, within(0.2));
        assertThat(least.attemptsByEndpoint[0]).isGreaterThan(1_500);
        assertThat(comparison.text()).contains("10.0.0.2:80", "2,000 requests from the log");
    }

    @Test
    void readsOneServiceOnly() throws IOException {
        assertThatThrownBy(() -> RecordedLog.read(log(10), Optional.of("orders")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none of its 11 lines")
                .hasMessageContaining("for the service orders");
    }

    @Test
    void namesTheLineThatIsNotOfSuchALog() throws IOException {
        Path file = log(2);
        Files.writeString(file, Files.readString(file) + "127.0.0.1 - - \"GET / HTTP/1.1\" 200\n");

        assertThatThrownBy(() -> RecordedLog.read(file, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("access.json:4: not a line of Weir's access log in JSON");
    }
}
