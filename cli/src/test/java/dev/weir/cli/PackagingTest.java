package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.ConfigFile;
import dev.weir.config.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What packages are made of fits to the program. Building and trying them takes minutes: `packaging/check` does that.
class PackagingTest {
    private static final Path FOLDER = Path.of("../packaging");

    @Test
    void theUnitStartsTheProgramWithWordsThatItKnows() throws IOException {
        Matcher start =
                Pattern.compile("(?m)^ExecStart=/usr/bin/weir run (.*)$")
                        .matcher(Files.readString(FOLDER.resolve("weir.service")));

        assertThat(start.find()).isTrue();
        assertThat(RunOrder.plain(List.of(start.group(1).split(" "))))
                .hasValueSatisfying(
                        order -> assertThat(order.file()).hasValue(Path.of("/etc/weir/weir.yaml")));
    }

    @Test
    void theUnitDoesNotRestartWhatWouldFailAgain() throws IOException {
        assertThat(Files.readAllLines(FOLDER.resolve("weir.service")))
                .contains(
                        "RestartPreventExitStatus=" + ExitCode.FAILED + " " + ExitCode.WRONG_USAGE,
                        "SuccessExitStatus=" + ExitCode.CUT);
    }

    @Test
    void theConfigurationThatIsInstalledCanBeRun() {
        assertThat(ConfigFile.read(FOLDER.resolve("weir.yaml"), name -> null))
                .isInstanceOfSatisfying(
                        Reading.Loaded.class, read -> assertThat(read.warnings()).isEmpty());
    }

    @Test
    void everyFlagOfTheLauncherIsFoundByWhatMakesThePackages() throws Exception {
        List<String> launcher = Files.readAllLines(Path.of("../weir"));
        int begin = launcher.indexOf("java_flags=(");
        int end = begin + launcher.subList(begin, launcher.size()).indexOf(")");
        String flagsOf = command(FOLDER.resolve("image"), "(?m)^(flags_of\\(\\) .*)$");

        Process process =
                new ProcessBuilder("sh", "-c", "home=..; " + flagsOf + "\nflags_of java_flags")
                        .start();

        assertThat(process.inputReader().readLine().split(" "))
                .hasSize(end - begin - 1)
                .allMatch(flag -> flag.matches("-[^ ]+"))
                .contains("-XX:+UseSerialGC");
    }

    /// Else a flight recording would ask for take-overs.
    @ParameterizedTest
    @ValueSource(strings = {"launcher", "oci"})
    void theJvmIsGivenTheSignalThatTheLauncherGivesIt(String script) throws IOException {
        String launcher = command(Path.of("../weir"), Signals.OF_THE_JVM + "=\\S*?([0-9]+)");

        assertThat(command(FOLDER.resolve(script), Signals.OF_THE_JVM + "=\\S*?([0-9]+)"))
                .isEqualTo(launcher);
    }

    private static String command(Path script, String pattern) throws IOException {
        Matcher found = Pattern.compile(pattern).matcher(Files.readString(script));
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image",
                "deb",
                "oci",
                "check",
                "launcher",
                "debian/postinst",
                "debian/prerm",
                "debian/postrm"
            })
    void theShellCanReadIt(String script) throws Exception {
        Path file = FOLDER.resolve(script);
        boolean bash = Files.readAllLines(file).getFirst().endsWith("bash");

        Process process =
                new ProcessBuilder(bash ? "bash" : "sh", "-n", file.toString())
                        .redirectErrorStream(true)
                        .start();

        assertThat(process.inputReader().readAllLines()).isEmpty();
        assertThat(process.waitFor()).isZero();
    }
}
