package dev.weir.cli;

import dev.weir.config.ConfigFile;
import dev.weir.config.ProblemReport;
import dev.weir.config.Reading;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Reads a configuration file for a verb and says on standard error what is wrong or doubtful in it.
///
/// @param err where it is said
/// @param colour whether with colour
public record ConfigSource(PrintWriter err, boolean colour) {
    static final Path USUAL = Path.of("weir.yaml");

    /// The configuration, or empty when there is none to be had, which has then been said.
    ///
    /// @param tail what a refusal means, such as `nothing was started.`
    public Optional<Reading.Loaded> read(Optional<Path> file, String tail) {
        return file(file).flatMap(found -> loaded(ConfigFile.read(found, System::getenv), tail));
    }

    /// The same, also if tests in the file fail: for looking at it.
    ///
    /// @param tail what a refusal means, such as `there is nothing to show.`
    public Optional<Reading.Loaded> readUntested(Optional<Path> file, String tail) {
        return file(file)
                .flatMap(found -> loaded(ConfigFile.readUntested(found, System::getenv), tail));
    }

    /// The file that is meant; empty if none is named and the usual one is not there, which has then been said.
    Optional<Path> file(Optional<Path> named) {
        if (named.isEmpty() && !Files.exists(USUAL)) {
            err.println("weir: there is no weir.yaml here. Name a file with -c, do without one:");
            err.println("        weir run --listen :3000 --to 127.0.0.1:8081 --to 127.0.0.1:8082");
            err.println("      or see what Weir does first: weir demo");
            return Optional.empty();
        }
        return Optional.of(named.orElse(USUAL));
    }

    /// Says what was found, and hands on a configuration.
    Optional<Reading.Loaded> loaded(Reading reading, String tail) {
        ProblemReport report = new ProblemReport(reading.sources(), colour);
        return switch (reading) {
            case Reading.Loaded loaded -> {
                if (!loaded.warnings().isEmpty()) {
                    err.print(report.render(loaded.warnings()));
                    err.flush();
                }
                yield Optional.of(loaded);
            }
            case Reading.Refused refused -> {
                err.print(report.render(refused.problems(), tail));
                err.flush();
                yield Optional.empty();
            }
        };
    }
}
