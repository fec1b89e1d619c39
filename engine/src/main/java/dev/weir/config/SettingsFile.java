package dev.weir.config;

import dev.weir.schema.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Reads a file that holds the settings of one record, by the rules and with the messages of the configuration file:
/// for what belongs to Weir and is no configuration, such as the situations of the simulator. Reads files, so it is not for
/// event loops. Thread-safe.
public final class SettingsFile {
    private SettingsFile() {}

    /// What came of reading a file. Immutable.
    public sealed interface Result<T> {
        /// Settings that can be used.
        record Loaded<T>(T settings) implements Result<T> {}

        /// Mistakes; there are no settings.
        record Refused<T>(List<Problem> problems, Sources sources) implements Result<T> {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    /// Reads a file and those it includes.
    ///
    /// @param type a record whose components say what they are
    /// @param environment the value of a variable, or null if it is not set: `System::getenv`
    public static <T> Result<T> read(
            Class<T> type, Path file, UnaryOperator<@Nullable String> environment) {
        Findings findings = new Findings();
        Documents documents = new Documents(environment, findings);
        return result(type, documents.file(file.toString(), file), findings, documents);
    }

    /// Reads a text that includes nothing.
    ///
    /// @param name what problems call it
    public static <T> Result<T> read(Class<T> type, String name, String text) {
        Findings findings = new Findings();
        Documents documents = new Documents(_ -> null, findings);
        Path here = Path.of("").toAbsolutePath();
        return result(type, documents.text(name, text, here, List.of(here)), findings, documents);
    }

    private static <T> Result<T> result(
            Class<T> type, Value.@Nullable Entries root, Findings findings, Documents documents) {
        T settings = root == null ? null : RecordShape.of(type).read(root, Place.top(findings));
        return settings == null || !findings.none()
                ? new Result.Refused<>(findings.problems(), documents.sources())
                : new Result.Loaded<>(settings);
    }
}
