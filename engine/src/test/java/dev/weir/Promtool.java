package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What Prometheus' own tool says.
final class Promtool {
    private Promtool() {}

    /// Fails where it finds anything to say of a page of metrics. Ends the test where it is not installed.
    static void pleasedBy(String page, Path folder) throws IOException, InterruptedException {
        Installed.assume("promtool");
        Path file = folder.resolve("page");
        Files.writeString(file, page);
        Process promtool =
                new ProcessBuilder("promtool", "check", "metrics")
                        .redirectInput(file.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(said).isZero();
        assertThat(said).isEmpty();
    }
}
