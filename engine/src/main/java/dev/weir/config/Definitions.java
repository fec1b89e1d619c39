package dev.weir.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The named parts of a JSON Schema, each written once and referred to. Confined to the thread that writes.
final class Definitions {
    private final Map<String, Object> parts = new LinkedHashMap<>();

    /// A reference to a part, which is made when it is first referred to.
    Map<String, Object> refer(String name, Supplier<Map<String, Object>> part) {
        if (!parts.containsKey(name)) {
            parts.put(name, Map.of());
            parts.put(name, part.get());
        }
        Map<String, Object> reference = new LinkedHashMap<>();
        reference.put("$ref", "#/$defs/" + name);
        return reference;
    }

    /// A text with a variable, whose value is not known to an editor.
    Map<String, Object> variable() {
        return refer(
                "variable",
                () -> {
                    Map<String, Object> schema = new LinkedHashMap<>();
                    schema.put("description", "A text with a variable in it.");
                    schema.put("type", "string");
                    schema.put("pattern", "\\$\\{[^}]+\\}");
                    return schema;
                });
    }

    /// One of several forms; a single one stands for itself.
    static Map<String, Object> anyOf(List<Map<String, Object>> forms) {
        Map<String, Object> schema = new LinkedHashMap<>();
        if (forms.size() == 1) {
            schema.putAll(forms.getFirst());
        } else {
            schema.put("anyOf", forms);
        }
        return schema;
    }

    Map<String, Object> all() {
        return parts;
    }
}
