package dev.weir.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The JSON Schema of a configuration file, for editors that complete and check while one types. It is derived from
/// the same records as the reader; what only the reader can tell (names that must exist) is not in it. Thread-safe.
///
/// Source: JSON Schema draft 2020-12.
public final class ConfigSchema {
    private ConfigSchema() {}

    /// The schema as text, with a line break at its end.
    public static String json() {
        Definitions definitions = new Definitions();
        Map<String, Object> file = Shapes.CONFIG.schema(definitions);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Weir configuration, version 1");
        schema.putAll(file);
        include(definitions);
        schema.put("$defs", definitions.all());
        return Json.print(schema);
    }

    /// The one key that is gone before settings are read.
    @SuppressWarnings("unchecked")
    private static void include(Definitions definitions) {
        Map<String, Object> root =
                (Map<String, Object>)
                        definitions
                                .all()
                                .getOrDefault(Names.key(Shapes.CONFIG.recordType()), Map.of());
        Map<String, Object> properties =
                (Map<String, Object>) root.getOrDefault("properties", Map.of());
        Map<String, Object> file = Map.of("type", "string");
        Map<String, Object> include =
                Definitions.anyOf(List.of(file, Map.of("type", "array", "items", file)));
        include.put("description", ConfigReference.INCLUDE);
        properties.put("include", include);
    }
}
