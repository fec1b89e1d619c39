package dev.weir.cli.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.balance.ProbeAnswer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LoadReportTest {
    private static final long MILLI = 1_000_000;

    private final LoadReport report = new LoadReport();

    private void answered(int others, long millis, boolean good) {
        report.begin();
        report.end(others, millis * MILLI, good);
    }

    @Test
    void tellsTheMedianOfThoseThatCameWhenThereWereAboutAsManyAsNow() {
        for (int i = 1; i <= 16; i++) {
            answered(0, 5, true);
            answered(9, 80 + i, true);
        }
        assertThat(report.field()).isEqualTo("rif=0, latency=5.000");
        for (int i = 0; i < 9; i++) {
            report.begin();
        }
        assertThat(report.field()).isEqualTo("rif=9, latency=89.000");
        assertThat(ProbeAnswer.parse(report.field())).isEqualTo(new ProbeAnswer(9, 89 * MILLI));
    }

    @Test
    void leavesErrorsOutOfTheLatencyAndCountsThemAsOver() {
        answered(0, 1, false);
        assertThat(report.field()).isEqualTo("rif=0");
        assertThat(ProbeAnswer.parse(report.field()))
                .isEqualTo(new ProbeAnswer(0, ProbeAnswer.UNKNOWN));
    }

    @Test
    void forgetsAllButTheLast128() {
        answered(0, 900, true);
        for (int i = 0; i < 128; i++) {
            answered(7, 3, true);
        }
        assertThat(report.field()).isEqualTo("rif=0, latency=3.000");
    }

    @Test
    void isWhatTheReferenceShows() throws Exception {
        String source =
                Files.readString(Path.of("src/main/java/dev/weir/cli/endpoint/LoadReport.java"));
        String page = Files.readString(Path.of("../docs/reference/probe.md"));

        assertThat(page).contains(source.substring(source.indexOf("public final class")).strip());
    }
}
