package dev.weir.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MetricsReferenceTest {
    private static final Path PAGE = Path.of("../docs/reference/metrics.md");

    @Test
    void theCommittedPageSaysWhatTheTableSays() throws Exception {
        if (Boolean.getBoolean("weir.write")) {
            Files.writeString(PAGE, MetricsReference.markdown());
        }
        assertThat(PAGE)
                .as("refresh it with: ./weir test -Dtest=MetricsReferenceTest -Dweir.write=true")
                .hasContent(MetricsReference.markdown());
    }

    @Test
    void everyNameSaysItsKindAndNoTwoAreAlike() {
        assertThat(Metric.values()).extracting(Metric::text).doesNotHaveDuplicates();
        assertThat(Metric.values())
                .allMatch(
                        each ->
                                each.text().endsWith("_total")
                                        == (each.kind() == Metric.Kind.COUNTER))
                .allMatch(
                        each -> each.text().endsWith("_info") == (each.kind() == Metric.Kind.INFO))
                .allMatch(
                        each -> each.text().startsWith("weir_") || each.text().startsWith("http_"));
    }

    @Test
    void noLabelHoldsWhatAClientChose() {
        assertThat(Arrays.stream(Metric.values()).flatMap(each -> each.labels().stream()))
                .doesNotContain("path", "url", "query", "user", "client", "host", "token");
    }
}
