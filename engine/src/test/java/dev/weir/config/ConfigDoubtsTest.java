package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each `doubtful/NAME.yaml` can be run, and the exact warnings are in `doubtful/NAME.expected`. After a change that is meant, refresh with
/// `-Dweir.write=true` as for `ConfigMistakesTest`, and read what changed.
class ConfigDoubtsTest {
    private static final Path FOLDER = Path.of("src/test/resources/doubtful");

    static List<String> doubts() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.substring(0, name.length() - ".yaml".length()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("doubts")
    void warnsWithLineAndColumn(String name) throws IOException {
        String file = name + ".yaml";
        String text = Files.readString(FOLDER.resolve(file));
        Reading.Loaded loaded =
                EffectiveConfigTest.loaded(ConfigFile.read(file, text, FOLDER, _ -> null));
        String report = new ProblemReport(loaded.sources(), false).render(loaded.warnings());

        Path expected = FOLDER.resolve(name + ".expected");
        if (Boolean.getBoolean("weir.write")) {
            Files.writeString(expected, report);
        }
        assertThat(report).isNotEmpty().isEqualTo(Files.readString(expected));
    }
}
