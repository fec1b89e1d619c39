package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

class ConfigDiffVerbTest {
    private static final String BEFORE =
            """
            weir: 1
            listeners: { web: 8080 }
            routes:
              - name: all
                timeout: 5s
                to: app
            services:
              app: { endpoints: [127.0.0.1:1, 127.0.0.1:2] }
            """;
    private static final String AFTER =
            BEFORE.replace("5s", "6s").replace("127.0.0.1:2]", "127.0.0.1:3]");

    @TempDir Path folder;

    private record Said(int exitCode, String out, String err) {}

    private static Said diff(Object... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine weir =
                Verbs.commandLine(List.of("config"), Terminal.NONE)
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err));
        int exitCode =
                weir.execute(
                        Stream.concat(
                                        Stream.of("config", "diff"),
                                        Stream.of(words).map(Object::toString))
                                .toArray(String[]::new));
        return new Said(exitCode, out.toString(), err.toString());
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void saysEachChangeWithItsPlaceAndTheCountsLast() throws IOException {
        Path before = file("before.yaml", BEFORE);
        Path after = file("after.yaml", AFTER);

        assertThat(diff(before, after))
                .isEqualTo(
                        new Said(
                                0,
                                after
                                        + ":5:14   route all: timeout › first-byte is 6s, was 5s\n"
                                        + after
                                        + ":8:35   service app: endpoint 127.0.0.1:3 added\n"
                                        + before
                                        + ":8:35  service app: endpoint 127.0.0.1:2 removed\n"
                                        + "route all changed, 1 endpoint joined app, 1 endpoint"
                                        + " left app\n",
                                ""));
    }

    @Test
    void withCheckItExits1IfSomethingWouldChange() throws IOException {
        Path before = file("before.yaml", BEFORE);
        Path after = file("after.yaml", AFTER);

        assertThat(diff("--check", before, after).exitCode()).isEqualTo(1);
        assertThat(diff("--check", before, before)).isEqualTo(new Said(0, "nothing changed\n", ""));
    }

    @Test
    @SuppressWarnings("unchecked")
    void writesOneJsonDocument() throws IOException {
        Path before = file("before.yaml", BEFORE);
        Path after = file("after.yaml", BEFORE.replace("5s", "6s"));

        Map<String, Object> document =
                (Map<String, Object>)
                        new Load(LoadSettings.builder().build())
                                .loadFromString(diff("--json", before, after).out());

        assertThat(document)
                .isEqualTo(
                        Map.of(
                                "summary",
                                "route all changed",
                                "changes",
                                List.of(
                                        Map.of(
                                                "what",
                                                "changed",
                                                "noun",
                                                "route",
                                                "name",
                                                "all",
                                                "path",
                                                "routes \"all\" › timeout › first-byte",
                                                "file",
                                                after.toString(),
                                                "line",
                                                5,
                                                "column",
                                                14,
                                                "sentence",
                                                "route all: timeout › first-byte is 6s, was 5s"))));
    }

    @Test
    void aFileWithAMistakeIsExplainedAndNothingCompared() throws IOException {
        Said said = diff(file("before.yaml", BEFORE), file("after.yaml", AFTER + "rotes: []\n"));

        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).contains("rotes: unknown key", "there is nothing to compare.");
    }
}
