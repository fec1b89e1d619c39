package dev.weir.config;

import dev.weir.schema.Within;
import java.util.Map;
import java.util.Optional;

/// The least and the most that a setting may be. Thread-safe.
record Bounds(String min, String max, Comparable<Object> least, Comparable<Object> most) {
    /// @throws IllegalArgumentException if the bounds are not written as the setting is
    static Bounds of(Within within, Shape<?> shape) {
        return new Bounds(
                within.min(), within.max(), parse(shape, within.min()), parse(shape, within.max()));
    }

    @SuppressWarnings("unchecked")
    private static Comparable<Object> parse(Shape<?> shape, String text) {
        return switch (shape) {
            case OptionalShape<?> optional -> parse(optional.inner(), text);
            case ScalarShape<?> scalar -> (Comparable<Object>) scalar.parse().apply(text);
            default -> throw new IllegalArgumentException("only one value has bounds");
        };
    }

    /// What is wrong with a value as the rest of a sentence; empty if nothing is.
    String wrong(Object setting) {
        if (setting instanceof Optional<?> optional) {
            return optional.map(this::wrong).orElse("");
        }
        return least.compareTo(setting) > 0
                ? "is less than " + min
                : most.compareTo(setting) < 0 ? "is more than " + max : "";
    }

    /// Adds the bounds to the schema of a number.
    void describe(Map<String, Object> schema) {
        if (least instanceof Number) {
            schema.put("minimum", least);
            schema.put("maximum", most);
        }
    }

    @Override
    public String toString() {
        return min + " to " + max;
    }
}
