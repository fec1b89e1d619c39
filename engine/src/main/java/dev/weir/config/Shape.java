package dev.weir.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How one type of setting stands in a file: how it is read, written, and described to people and to editors. Shapes
/// are made from the types of the configuration records by [Shapes]. Immutable and thread-safe.
interface Shape<T> {
    /// Reads a value; reports what is wrong and returns null if it cannot.
    @Nullable T read(Value value, Place place);

    /// Writes a setting so that [#read] gives an equal one, in either detail.
    Value write(T setting, Detail detail);

    /// What is expected, for the hint under a mistake: "a duration, such as 500ms".
    String expects();

    /// The name of the type in the reference: "duration", "list of sizes".
    String type();

    /// The JSON Schema of what [#read] accepts.
    Map<String, Object> schema(Definitions definitions);

    /// Whether a single text or number can be such a setting.
    default boolean takesText() {
        return false;
    }

    /// Whether a key without a value reads as a setting, with all its defaults.
    default boolean takesNothing() {
        return false;
    }
}
