package dev.weir.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One of a few words. Thread-safe.
///
/// @param words in the order of the type
record EnumShape<E extends Enum<E>>(Map<String, E> words) implements Shape<E> {

    static <E extends Enum<E>> EnumShape<E> of(Class<E> type) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E constant : Objects.requireNonNull(type.getEnumConstants())) {
            words.put(Names.key(constant), constant);
        }
        return new EnumShape<>(words);
    }

    @Override
    public @Nullable E read(Value value, Place place) {
        if (!(value instanceof Value.Scalar scalar)) {
            place.unfit(value, Value.unfit(value), expects());
            return null;
        }
        E found = words.get(scalar.text());
        if (found == null) {
            String meant =
                    scalar.origin().isEmpty()
                            ? Nearest.didYouMean(scalar.text(), words.keySet())
                            : "";
            place.unfit(value, scalar.shown() + " is not known here" + meant, expects());
        }
        return found;
    }

    @Override
    public Value write(E setting, Detail detail) {
        return Value.text(Names.key(setting));
    }

    @Override
    public String expects() {
        return Names.either(words.keySet());
    }

    @Override
    public String type() {
        return "`" + String.join("`, `", words.keySet()) + "`";
    }

    /// The words that a sentence explains, as a list in Markdown; empty if none is.
    String explained() {
        StringBuilder out = new StringBuilder();
        for (Map.Entry<String, E> word : words.entrySet()) {
            String says = Names.says(word.getValue());
            if (!says.isEmpty()) {
                out.append("* `").append(word.getKey()).append("`: ").append(says).append("\n");
            }
        }
        return out.toString();
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
        Map<String, Object> schema = new LinkedHashMap<>();
        List<Object> values = new ArrayList<>(words.keySet());
        for (String word : words.keySet()) {
            if (word.matches("[0-9]+\\.[0-9]+")) {
                // Without quotes YAML takes it for a number.
                values.add(Double.valueOf(word));
            }
        }
        schema.put("enum", values);
        return Definitions.anyOf(List.of(schema, definitions.variable()));
    }

    @Override
    public boolean takesText() {
        return true;
    }
}
