package dev.weir.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A setting that is one text or number. Thread-safe.
///
/// @param parse throws [IllegalArgumentException] with what is wrong as the rest of a sentence: "has no unit"
/// @param schema of what [#parse] accepts
/// @param anyText whether that is every text, so that one with a variable needs no exception in the schema
record ScalarShape<T>(
        String type,
        String expects,
        Function<String, T> parse,
        Function<T, String> print,
        Map<String, Object> schema,
        boolean anyText)
        implements Shape<T> {

    ScalarShape {
        schema = Map.copyOf(schema);
    }

    @Override
    public @Nullable T read(Value value, Place place) {
        if (!(value instanceof Value.Scalar scalar)) {
            String found = value instanceof Value.Nothing ? "has no value" : Value.describe(value);
            place.unfit(
                    value,
                    value instanceof Value.Nothing ? found : found + " does not fit here",
                    expects);
            return null;
        }
        try {
            return parse.apply(scalar.text());
        } catch (IllegalArgumentException e) {
            String why = e.getMessage() == null ? "does not fit" : e.getMessage();
            place.unfit(value, scalar.shown() + " " + Value.withoutSecrets(why, value), expects);
            return null;
        }
    }

    @Override
    public Value write(T setting, Detail detail) {
        return Value.text(print.apply(setting));
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
        Map<String, Object> copy = new LinkedHashMap<>(schema);
        return anyText ? copy : Definitions.anyOf(List.of(copy, definitions.variable()));
    }

    @Override
    public boolean takesText() {
        return true;
    }

    /// There is one of each type.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
