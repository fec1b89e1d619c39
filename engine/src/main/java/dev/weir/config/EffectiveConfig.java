package dev.weir.config;

import dev.weir.WeirConfig;

/// A whole configuration with all its defaults, as a file that reads back to the same. Thread-safe.
public final class EffectiveConfig {
    private EffectiveConfig() {}

    /// With `(hidden)` instead of secrets and credentials. Filters that only Java can name are left out.
    public static String yaml(WeirConfig config) {
        return yaml(config, false);
    }

    /// @param secrets whether to write secrets too
    public static String yaml(WeirConfig config, boolean secrets) {
        Value value = Shapes.CONFIG.write(ConfigFile.nameable(config));
        return value instanceof Value.Entries entries ? YamlWriter.block(entries, secrets) : "";
    }
}
