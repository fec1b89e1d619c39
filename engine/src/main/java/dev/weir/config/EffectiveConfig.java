package dev.weir.config;

import dev.weir.WeirConfig;

/// The configuration with all defaults.
public final class EffectiveConfig {
    private EffectiveConfig() {}

    public static String yaml(WeirConfig config) {
        return "weir: " + config.version() + "\nlisteners: " + config.listeners().keySet() + "\n";
    }
}
