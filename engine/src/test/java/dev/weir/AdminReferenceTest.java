package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AdminReferenceTest {
    private static final Path PAGE = Path.of("../docs/reference/admin.md");

    @Test
    void theCommittedPageSaysWhatTheApiSaysOfItself() throws Exception {
        try (Gate gate =
                Gate.openWith(
                        "weir: 1\n"
                                + AdminClient.ANYWHERE
                                + "listeners: { web: \"127.0.0.1:0\" }\n")) {
            String page =
                    AdminReference.markdown(AdminClient.of(gate).json("/api/v1/openapi.json"));
            if (Boolean.getBoolean("weir.write")) {
                Files.writeString(PAGE, page);
            }
            assertThat(PAGE)
                    .as("refresh it with: ./weir test -Dtest=AdminReferenceTest -Dweir.write=true")
                    .hasContent(page);
        }
    }
}
