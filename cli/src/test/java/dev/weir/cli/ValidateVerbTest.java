package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

class ValidateVerbTest {
    private static final String GOOD =
            """
            weir: 1
            listeners: { web: 8080 }
            routes: [{ name: all, respond: { status: 204 } }]
            """;

    @TempDir Path folder;

    private record Said(int exitCode, String out, String err) {}

    private static Said validate(String format, Path... files) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine weir =
                Verbs.commandLine(List.of("validate"), Terminal.NONE)
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err));
        List<String> words = new ArrayList<>(List.of("validate", "--format", format));
        for (Path file : files) {
            words.add(file.toString());
        }
        int exitCode = weir.execute(words.toArray(String[]::new));
        return new Said(exitCode, out.toString(), err.toString());
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void aFailedTestMakesItExit1AndSaysWhy() throws IOException {
        Path file =
                file(
                        "weir.yaml",
                        GOOD
                                + "tests: [{ request: GET http://localhost/, expect: { status: 200 } }]\n");

        Said said = validate("text", file);

        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err())
                .contains(
                        "tests[0] › expect › status: expected status 200, but route \"all\"",
                        "answers 204",
                        "1 problem; this file cannot be run.");
    }

    @Test
    @SuppressWarnings("unchecked")
    void writesOneJsonDocumentAboutAllFiles() throws IOException {
        Path good = file("good.yaml", GOOD + "services: { app: { endpoints: [127.0.0.1:1] } }\n");
        Path bad = file("bad.yaml", GOOD + "rotes: []\n");

        Said said = validate("json", good, bad);

        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err()).isEmpty();
        Map<String, Object> document =
                (Map<String, Object>)
                        new Load(LoadSettings.builder().build()).loadFromString(said.out());
        assertThat(document)
                .isEqualTo(
                        Map.of(
                                "files",
                                List.of(
                                        Map.of(
                                                "file",
                                                good.toString(),
                                                "valid",
                                                true,
                                                "problems",
                                                List.of(
                                                        Map.of(
                                                                "severity",
                                                                "warning",
                                                                "file",
                                                                good.toString(),
                                                                "line",
                                                                4,
                                                                "column",
                                                                13,
                                                                "length",
                                                                3,
                                                                "path",
                                                                "services \"app\"",
                                                                "message",
                                                                "no route leads here"))),
                                        Map.of(
                                                "file",
                                                bad.toString(),
                                                "valid",
                                                false,
                                                "problems",
                                                List.of(
                                                        Map.of(
                                                                "severity",
                                                                "error",
                                                                "file",
                                                                bad.toString(),
                                                                "line",
                                                                4,
                                                                "column",
                                                                1,
                                                                "length",
                                                                5,
                                                                "path",
                                                                "rotes",
                                                                "message",
                                                                "unknown key. Did you mean routes?"))))));
    }

    @Test
    void writesAnnotationsOfGitHubActions() throws IOException {
        Path file =
                file(
                        "a,b.yaml",
                        GOOD.replace("status: 204", "status: 99 ")
                                + "services: { a: { panic: 200% } }\n");

        Said said = validate("github", file);

        assertThat(said.exitCode()).isEqualTo(1);
        String escaped = file.toString().replace(",", "%2C");
        assertThat(said.out())
                .isEqualTo(
                        "::error file="
                                + escaped
                                + ",line=3,col=42,endColumn=44::routes \"all\" › respond › status: \"99\" is less than 200%0Aexpected: 200 to 599, for example 200\n"
                                + "::error file="
                                + escaped
                                + ",line=4,col=25,endColumn=29::services \"a\" › panic: \"200%25\" is more than 100%25%0Aexpected: 0%25 to 100%25, for example 50%25\n");
    }

    @Test
    void saysThatAllIsWellInEveryFormat() throws IOException {
        Path file = file("weir.yaml", GOOD);

        assertThat(validate("text", file))
                .isEqualTo(
                        new Said(0, file + " can be run: 1 route, 0 services, 0 endpoints\n", ""));
        assertThat(validate("github", file).out()).contains("can be run");
        assertThat(validate("json", file).exitCode()).isZero();
        assertThat(validate("xml", file).exitCode()).isEqualTo(2);
    }
}
