package dev.weir.simulator;

import dev.weir.config.SettingsFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The scenarios that come with Weir, by name, and those of users, in files. Thread-safe; reads files.
public final class Scenarios {
    /// In the order in which they are listed.
    public static final List<String> NAMES =
            List.of(
                    "steady",
                    "rush",
                    "uneven",
                    "one-slow",
                    "gray-failure",
                    "one-down",
                    "one-hangs",
                    "restarts",
                    "neighbours",
                    "gateways",
                    "many",
                    "hot-key",
                    "outage",
                    "overload",
                    "priorities");

    private Scenarios() {}

    /// The text of one that comes with Weir.
    public static String text(String name) {
        try (InputStream in = Scenarios.class.getResourceAsStream("scenarios/" + name + ".yaml")) {
            if (in == null) {
                throw new IllegalArgumentException("there is no scenario " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One that comes with Weir.
    public static ScenarioConfig of(String name) {
        return switch (SettingsFile.read(ScenarioConfig.class, name + ".yaml", text(name))) {
            case SettingsFile.Result.Loaded<ScenarioConfig> loaded -> loaded.settings();
            case SettingsFile.Result.Refused<ScenarioConfig> refused ->
                    throw new IllegalStateException(refused.problems().toString());
        };
    }

    /// A name, or a file.
    public static SettingsFile.Result<ScenarioConfig> read(
            String nameOrFile, UnaryOperator<@Nullable String> environment) {
        return NAMES.contains(nameOrFile)
                ? SettingsFile.read(ScenarioConfig.class, nameOrFile + ".yaml", text(nameOrFile))
                : SettingsFile.read(ScenarioConfig.class, Path.of(nameOrFile), environment);
    }
}
