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
        if (file.isEmpty() && !Files.exists(USUAL)) {
            err.println("weir: there is no weir.yaml here. Name a file with -c, do without one:");
            err.println("        weir run --listen :3000 --to 127.0.0.1:8081 --to 127.0.0.1:8082");
            err.println("      or see what Weir does first: weir demo");
            return Optional.empty();
        }
        Reading reading = ConfigFile.read(file.orElse(USUAL), System::getenv);
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
