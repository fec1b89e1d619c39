package dev.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.SettingsFile;
import dev.weir.schema.Percent;
import dev.weir.schema.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class ScenariosTest {
    static final List<String> NAMES = Scenarios.NAMES;

    @TempDir Path directory;

    @ParameterizedTest
    @FieldSource("NAMES")
    void eachThatComesWithWeirCanBeReadAndSaysWhatItShows(String name) {
        assertThat(Scenarios.of(name).says()).endsWith(".");
        assertThat(Scenarios.of(name).warmUp()).isLessThan(Scenarios.of(name).lasts());
    }

    @Test
    void aFileSaysEverythingThatAScenarioHas() throws IOException {
        Path file = directory.resolve("mine.yaml");
        Files.writeString(
                file,
                """
                says: mine
                lasts: 30s
                warm-up: 1s
                endpoints: 4
                gateways: 2
                loops: 3
                clients:
                  rate: 500/s
                  steps: [{ at: 10s, times: 150% }]
                  keys: 100
                  hottest: 25%
                  repeats: 2
                  patience: 250ms
                  priorities: { critical: 5%, high: 10%, low: 50% }
                serves: { workers: { count: 2, queue: 10 } }
                work: { lognormal: { median: 5ms, p99: 50ms } }
                notices-gone: true
                timeout: 2s
                hedge: { after: 20ms, budget: 5% }
                faults: [{ endpoints: 25%, after: 1, from: 5s, until: 6s, fails: 50% }]
                seed: 7
                """);

        ScenarioConfig scenario = read(file);

        assertThat(scenario.clients().perSecond(99, 99)).isEqualTo(500);
        assertThat(scenario.clients().hottest()).isEqualTo(Percent.of(25));
        assertThat(scenario.clients().patience()).contains(Duration.ofMillis(250));
        assertThat(scenario.clients().priorities().low()).isEqualTo(Percent.of(50));
        assertThat(scenario.hedge().orElseThrow().budget()).isEqualTo(Percent.of(5));
        assertThat(scenario.serves()).isEqualTo(new Serves.Workers(2, 10));
        assertThat(scenario.work())
                .isEqualTo(new Work.LogNormal(Duration.ofMillis(5), Duration.ofMillis(50)));
        assertThat(scenario.faults().getFirst().endpoints().of(8)).isEqualTo(2);
        assertThat(scenario.seed()).isEqualTo(7);
    }

    private static ScenarioConfig read(Path file) {
        SettingsFile.Result<ScenarioConfig> result = Scenarios.read(file.toString(), _ -> null);
        assertThat(result).isInstanceOf(SettingsFile.Result.Loaded.class);
        return ((SettingsFile.Result.Loaded<ScenarioConfig>) result).settings();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lasst: 5s | 1:1 | unknown key. Did you mean lasts?",
                "work: { exponential: 3 } | 1:22 | has no unit",
                "serves: 0 | 1:9 | at least 1 worker",
                "clients: { load: 70 } | 1:18 | has no unit",
                "clients: { priorities: { high: 60%, low: 50% } } | 1:32 | more than 100%",
                "lasts: 1s | 1:8 | warm-up takes all of the time",
                "faults: [{ endpoints: 1 }] | 1:9 | harms nothing",
                "faults: [{ endpoints: 1, hangs: true, from: 5s, until: 2s }] | 1:45 | over before it begins",
                "faults: [{ endpoints: 200%, hangs: true }] | 1:23 | at most 100%",
                "clients: { steps: [{ at: 9s, times: 2% }, { at: 9s, times: 3% }] } | 1:19 | not in the order of time"
            })
    void aMistakeIsToldWithItsPlace(String text, String place, String what) throws IOException {
        Path file = directory.resolve("wrong.yaml");
        Files.writeString(file, text + "\n");

        SettingsFile.Result<ScenarioConfig> result = Scenarios.read(file.toString(), _ -> null);

        assertThat(result).isInstanceOf(SettingsFile.Result.Refused.class);
        List<Problem> problems = ((SettingsFile.Result.Refused<ScenarioConfig>) result).problems();
        assertThat(problems).hasSize(1);
        Problem problem = problems.getFirst();
        assertThat(problem.message() + " " + problem.hint()).contains(what);
        assertThat(problem.at().toString()).endsWith("wrong.yaml:" + place);
    }
}
