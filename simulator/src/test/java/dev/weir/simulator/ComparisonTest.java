package dev.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.balance.Balance;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ComparisonTest {
    private static final ScenarioConfig SCENARIO =
            ScenarioConfig.DEFAULTS
                    .withTime(Duration.ofSeconds(10), Duration.ofSeconds(1))
                    .withFaults(
                            FaultConfig.DEFAULTS
                                    .withTime(Duration.ofSeconds(3), Duration.ofSeconds(6))
                                    .withSlower(50));

    private static Comparison compare(long seed) {
        ScenarioConfig scenario = SCENARIO.withSeed(seed);
        Candidate usual = Candidate.usual(scenario);
        List<Candidate> candidates = Candidate.policies().stream().map(usual::with).toList();
        return Comparison.run(scenario, candidates, Optional.empty(), 0, Comparison.Progress.NONE);
    }

    @Test
    void theSameSeedGivesTheSameBytes() {
        Comparison first = compare(1);
        Comparison second = compare(1);

        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.svg()).isEqualTo(first.svg());
        assertThat(compare(2).text()).isNotEqualTo(first.text());
    }

    @Test
    void theTableNamesEveryPolicyAndTheBestOne() {
        Comparison comparison = compare(1);

        assertThat(comparison.text())
                .contains("10 endpoints, 1 gateway with 2 loops")
                .contains("round-robin", "least-requests", "peak-ewma", "prequal")
                .contains("endpoint-10:80")
                .contains("the lowest p99: " + Comparison.best(comparison.results()).name);
        assertThat(Comparison.best(comparison.results()).name).isNotIn("round-robin", "random");
    }

    @Test
    void thePictureIsXmlWithALineForEveryPolicy() throws Exception {
        String svg = compare(1).svg();

        var document =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(svg)));

        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(document.getElementsByTagName("path").getLength())
                .isEqualTo(3 * Candidate.policies().size());
    }

    @Test
    void changesTellWhatAnotherConfigurationWouldDo() {
        Candidate usual = Candidate.usual(SCENARIO);

        Comparison comparison =
                Comparison.run(
                        SCENARIO,
                        List.of(
                                usual.with(Balance.ROUND_ROBIN).alone().named("one"),
                                usual.with(Balance.LEAST_REQUESTS).alone().named("other")),
                        Optional.empty(),
                        0,
                        Comparison.Progress.NONE);

        assertThat(comparison.changes())
                .startsWith("What other would change:\n")
                .containsPattern("p99 +[0-9,.]+ ms → [0-9.]+ ms  \\(-[0-9]+ %\\)");
    }
}
