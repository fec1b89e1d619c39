package dev.weir.config;

/// The JSON Schema.
public final class ConfigSchema {
    private ConfigSchema() {}

    public static String json() {
        return "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\"}\n";
    }
}
