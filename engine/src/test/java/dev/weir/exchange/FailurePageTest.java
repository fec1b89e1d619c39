package dev.weir.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FailurePageTest {
    private static final Path PAGE = Path.of("../docs/why-did-i-get.md");

    @Test
    void theCommittedPageSaysWhatTheTableSays() throws Exception {
        if (Boolean.getBoolean("weir.write")) {
            Files.writeString(PAGE, FailurePage.markdown());
        }
        assertThat(PAGE)
                .as("refresh it with: ./weir test -Dtest=FailurePageTest -Dweir.write=true")
                .hasContent(FailurePage.markdown());
    }

    @Test
    void noTwoFailuresShareAReason() {
        assertThat(Failure.values()).extracting(Failure::reason).doesNotHaveDuplicates();
    }
}
