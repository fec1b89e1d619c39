package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FmtVerbTest {
    private static final String LOOSE = "listeners: {web:  8080}   # port\nweir: 1\n";
    private static final String NEAT = "weir: 1\nlisteners: { web: 8080 }  # port\n";

    @TempDir Path folder;

    private record Said(int exitCode, String out, String err) {}

    private static Said fmt(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine weir =
                Verbs.commandLine(List.of("fmt"), Terminal.NONE)
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err));
        String[] all = new String[words.length + 1];
        all[0] = "fmt";
        System.arraycopy(words, 0, all, 1, words.length);
        int exitCode = weir.execute(all);
        weir.getErr().flush();
        return new Said(exitCode, out.toString(), err.toString());
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void printsAndLeavesTheFileAlone() throws IOException {
        Path file = file("a.yaml", LOOSE);

        assertThat(fmt(file.toString())).isEqualTo(new Said(0, NEAT, ""));
        assertThat(file).hasContent(LOOSE);
    }

    @Test
    void checkNamesWhatWouldChangeAndChangesNothing() throws IOException {
        Path loose = file("loose.yaml", LOOSE);
        Path neat = file("neat.yaml", NEAT);

        assertThat(fmt("--check", neat.toString())).isEqualTo(new Said(0, "", ""));
        assertThat(fmt("--check", neat.toString(), loose.toString()))
                .isEqualTo(new Said(1, loose + " would change\n", ""));
        assertThat(loose).hasContent(LOOSE);
    }

    @Test
    void writeChangesOnlyWhatMustAndNamesIt() throws IOException {
        Path loose = file("loose.yaml", LOOSE);
        Path neat = file("neat.yaml", NEAT);

        assertThat(fmt("-w", neat.toString(), loose.toString()))
                .isEqualTo(new Said(0, loose + " changed\n", ""));
        assertThat(Files.readString(loose)).isEqualTo(NEAT);
        assertThat(fmt("-w", loose.toString())).isEqualTo(new Said(0, "", ""));
    }

    @Test
    void leavesWhatIsNoYamlAndSaysWhere() throws IOException {
        Path broken = file("broken.yaml", "weir: 1\nlisteners: {\n");

        Said said = fmt("-w", broken.toString());

        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err()).contains("broken.yaml:", "1 problem; this file is left as it is.");
        assertThat(broken).hasContent("weir: 1\nlisteners: {\n");
        assertThat(fmt(folder.resolve("none.yaml").toString()).err())
                .contains("there is no such file");
    }

    @Test
    void cannotWriteAndCheckAtOnce() {
        assertThat(fmt("-w", "--check").exitCode()).isEqualTo(2);
    }
}
