package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.ConfigFile;
import dev.weir.config.Reading;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
    private record Said(int exitCode, String out, String err) {}

    private static Said weir(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine weir =
                Verbs.commandLine(List.of(args), Terminal.NONE)
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err));
        int exitCode = weir.execute(args);
        weir.getOut().flush();
        weir.getErr().flush();
        return new Said(exitCode, out.toString(), err.toString());
    }

    /// Every verb, verbs of verbs included, as words.
    static Stream<List<String>> verbs() {
        List<List<String>> all = new ArrayList<>();
        collect(Verbs.commandLine(List.of(), Terminal.NONE), List.of(), all);
        return all.stream();
    }

    private static void collect(CommandLine verb, List<String> words, List<List<String>> all) {
        all.add(words);
        verb.getSubcommands()
                .forEach(
                        (name, each) -> {
                            List<String> longer = new ArrayList<>(words);
                            longer.add(name);
                            collect(each, longer, all);
                        });
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void helpFitsIntoAHundredColumnsAndShowsExamplesAndExitCodes(List<String> verb) {
        List<String> args = new ArrayList<>(verb);
        args.add("--help");

        Said said = weir(args.toArray(String[]::new));

        assertThat(said.exitCode()).isZero();
        assertThat(said.out().lines()).allMatch(line -> line.length() <= 100);
        assertThat(said.out()).contains("Usage: weir", "\nExit codes:\n", "\nExamples:\n");
        assertThat(said.out().lines().filter(line -> line.startsWith("  weir "))).isNotEmpty();
        assertThat(said.out()).as("colour for a terminal only").doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource({
        "rnu, run",
        "valdate, validate",
        "demos, demo",
        "end-point, endpoint",
        "versoin, version"
    })
    void suggestsTheVerbThatWasMeant(String written, String meant) {
        Said said = weir(written);

        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.err())
                .contains("there is no verb " + written + ". Did you mean " + meant + "?");
    }

    @Test
    void suggestsNothingForAWordThatIsNearNoVerb() {
        Said said = weir("xylophone");

        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.err()).isEqualTo("weir: there is no verb xylophone\nTry: weir --help\n");
    }

    @Test
    void suggestsTheOptionThatWasMeant() {
        Said said = weir("run", "--lisen", ":3000");

        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.err()).contains("no option --lisen. Did you mean --listen?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run --to nonsense --listen :1",
                "run --to :8081 --listen :1",
                "run --to 127.0.0.1:8081",
                "run --listen :3000",
                "run -c weir.yaml --listen :3000 --to 127.0.0.1:8081",
                "run --transport pigeon",
                "run --loops 0 --listen :3000 --to 127.0.0.1:8081",
                "endpoint --port 1",
                "endpoint --port 70000 --name a",
                "endpoint --port 0 --name a --fail often",
                "endpoint --port 0 --name a --fail 101%",
                "endpoint --port 0 --name a --delay 2",
                "endpoint --port 0 --name a --health-status 99",
                "config",
                "config shw",
                "version too many"
            })
    void exits2OnWrongUsageAndSaysWhereHelpIs(String line) {
        Said said = weir(line.split(" "));

        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.err()).containsAnyOf("Try: weir", "Usage: weir");
        assertThat(said.out()).isEmpty();
    }

    @Test
    void showsTheVerbsWhenThereIsNone() {
        Said said = weir();

        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.err()).contains("run", "validate, -t", "demo", "endpoint", "version");
    }

    @Test
    void versionKnowsWhatThePomSays() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));

        Said said = weir("version", "--short");

        assertThat(pom).contains("<version>" + said.out().strip() + "</version>");
        assertThat(said.out()).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void theOptionThatPeopleTryFirstSaysTheVersionToo(String option) {
        Said said = weir(option);

        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).isEqualTo("weir " + weir("version", "--short").out());
    }

    @Test
    void versionNamesTransportJavaAndNetty() {
        assertThat(weir("version").out())
                .containsPattern("transport  (io_uring|epoll|nio) \\(.+\\)\n")
                .contains("java       " + Runtime.version())
                .containsPattern("netty      4\\.[0-9]+\\.[0-9]+");
    }

    @Test
    void completionIsAScriptThatBashAccepts(@TempDir Path directory) throws Exception {
        Path script = directory.resolve("weir-completion");
        Files.writeString(script, weir("completion").out());

        Process bash = new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();

        assertThat(bash.waitFor()).isZero();
        assertThat(script).content().contains("validate", "--transport", "complete -F");
    }

    @Test
    void theDemosConfigurationIsAFileThatCanBeRun(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("weir.yaml");
        Files.writeString(file, weir("demo", "--print-config", "--port", "9000").out());

        Reading reading = ConfigFile.read(file, name -> null);

        assertThat(reading).isInstanceOf(Reading.Loaded.class);
        assertThat(Size.of(((Reading.Loaded) reading).config())).isEqualTo(new Size(4, 3, 5));
        assertThat(weir("validate", file.toString()).out())
                .isEqualTo(file + " can be run: 4 routes, 3 services, 5 endpoints\n");
        assertThat(weir("-t", file.toString()).exitCode()).isZero();
        assertThat(weir("-t", "-c", file.toString()).exitCode()).isZero();
    }

    @Test
    void validateLooksAtAllFilesAndFailsWhenOneIsWrong(@TempDir Path directory) throws IOException {
        Path good = directory.resolve("good.yaml");
        Path bad = directory.resolve("bad.yaml");
        Files.writeString(good, weir("demo", "--print-config").out());
        Files.writeString(bad, "weir: 1\nlisteners: { web: 8080 }\nservises: {}\n");

        Said said = weir("validate", bad.toString(), good.toString());

        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err()).contains("servises", "this file cannot be run.");
        assertThat(said.out()).contains("good.yaml can be run");
    }

    @Test
    void validateExits1ForAFileThatIsNotThere(@TempDir Path directory) {
        Said said = weir("validate", directory.resolve("absent.yaml").toString());

        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err()).contains("absent.yaml");
    }

    @Test
    void configShowPrintsWhatItReadAndConfigSchemaPrintsJson(@TempDir Path directory)
            throws IOException {
        Path file = directory.resolve("weir.yaml");
        Files.writeString(file, weir("demo", "--print-config").out());

        assertThat(weir("config", "show", "-c", file.toString()).out()).contains("weir: 1", "web");
        assertThat(weir("config", "schema").out()).startsWith("{").contains("\"$schema\"");
    }
}
