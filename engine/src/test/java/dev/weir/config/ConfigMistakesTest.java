package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each `bad/NAME.yaml` and the exact report in `bad/NAME.expected`. After a change that is meant, refresh with
/// `mvn -pl engine -am test -Dtest=ConfigMistakesTest -Dsurefire.failIfNoSpecifiedTests=false -Dweir.write=true` and
/// read what changed.
class ConfigMistakesTest {
    private static final Path FOLDER = Path.of("src/test/resources/bad");
    private static final Map<String, String> ENVIRONMENT = Map.of("SECRET", "hunter2");

    static List<String> mistakes() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.substring(0, name.length() - ".yaml".length()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysExactlyWhatIsWrong(String name) throws IOException {
        String file = name + ".yaml";
        String text = Files.readString(FOLDER.resolve(file));
        Reading reading = ConfigFile.read(file, text, FOLDER, ENVIRONMENT::get);

        assertThat(reading).isInstanceOf(Reading.Refused.class);
        String report =
                new ProblemReport(reading.sources(), false)
                        .render(((Reading.Refused) reading).problems(), "nothing was started.");

        Path expected = FOLDER.resolve(name + ".expected");
        if (Boolean.getBoolean("weir.write")) {
            Files.writeString(expected, report);
        }
        assertThat(report).isEqualTo(Files.readString(expected)).doesNotContain("hunter2");
    }

    @Test
    void coversAtLeastSeventyMistakes() throws IOException {
        assertThat(mistakes()).hasSizeGreaterThanOrEqualTo(70);
    }

    @Test
    void hasNoExpectationWithoutItsFile() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(
                            files.map(file -> file.getFileName().toString())
                                    .filter(name -> name.endsWith(".expected"))
                                    .map(name -> name.replace(".expected", ""))
                                    .sorted())
                    .isEqualTo(mistakes());
        }
    }
}
