package dev.weir.config;

import dev.weir.WeirConfig;

/// A configuration as a file that reads back to the same: with all its defaults, or without them. Thread-safe.
public final class EffectiveConfig {
    private EffectiveConfig() {}

    /// With `(hidden)` instead of secrets and credentials. Filters that only Java can name are left out.
    public static String yaml(WeirConfig config) {
        return yaml(config, false);
    }

    /// With every default, and behind each value a comment that says where it comes from: its place in a file, a variable there,
    /// or `default`. Secrets and credentials are hidden.
    public static String sourced(Reading.Loaded loaded) {
        return sourced(loaded.config(), loaded.origins());
    }

    /// As [#sourced], of a configuration that is in force.
    public static String sourced(WeirConfig inForce, Origins origins) {
        WeirConfig config = ConfigFile.nameable(inForce);
        Value changed = Shapes.CONFIG.write(config, Detail.CHANGED);
        return Shapes.CONFIG.write(config, Detail.EVERY) instanceof Value.Entries entries
                ? YamlWriter.block(entries, false, SourceNotes.of(origins, changed))
                : "";
    }

    /// @param secrets whether to write secrets too
    public static String yaml(WeirConfig config, boolean secrets) {
        return yaml(config, Detail.EVERY, secrets);
    }

    /// Only what differs from the defaults, with `(hidden)` instead of secrets and credentials. Reads back to the same as
    /// well, but for these.
    public static String changed(WeirConfig config) {
        return yaml(config, Detail.CHANGED, false);
    }

    /// A setting on one line as it may stand in a file, only what differs from its defaults, with `(hidden)` instead of secrets.
    ///
    /// @param type as which it is declared
    public static <T> String inline(Class<T> type, T setting) {
        return YamlWriter.inline(Shapes.of(type).write(setting, Detail.CHANGED));
    }

    private static String yaml(WeirConfig config, Detail detail, boolean secrets) {
        Value value = Shapes.CONFIG.write(ConfigFile.nameable(config), detail);
        return value instanceof Value.Entries entries ? YamlWriter.block(entries, secrets) : "";
    }
}
