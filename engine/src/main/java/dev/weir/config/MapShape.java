package dev.weir.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Settings under names that the user chooses. Whole sections keep the order of the file; single values have no order
/// that matters and are written sorted. Thread-safe.
record MapShape<T>(Shape<T> entry) implements Shape<Map<String, T>> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

    /// Fields that carry credentials; header edits may set them.
    private static final Set<String> CREDENTIALS =
            Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key");

    @Override
    public @Nullable Map<String, T> read(Value value, Place place) {
        if (value instanceof Value.Nothing) {
            return Map.of();
        }
        if (!(value instanceof Value.Entries entries)) {
            boolean stuck =
                    value instanceof Value.Scalar text && text.text().matches("[^:\\s]+:[^:\\s]+");
            place.unfit(
                    value,
                    Value.describe(value)
                            + (stuck ? " has no blank behind its colon" : " does not fit here"),
                    expects());
            return null;
        }
        Map<String, T> read = new LinkedHashMap<>();
        for (Value.Entry one : entries.list()) {
            String name = one.key().text();
            Place inside = sections() ? place.named(name, one.key()) : place.key(name, one.key());
            if (sections() && !NAME.matcher(name).matches()) {
                inside.problem(
                        one.key(),
                        one.key().shown() + " cannot be a name",
                        "expected: letters, digits, - _ . such as orders-v2");
            }
            T setting = entry.read(one.value(), inside);
            if (setting != null) {
                read.put(name, setting);
            }
        }
        return read;
    }

    private boolean sections() {
        return entry instanceof RecordShape<?> section && section.hasKeys();
    }

    @Override
    public Value write(Map<String, T> setting, Detail detail) {
        Map<String, T> ordered = sections() ? setting : new TreeMap<>(setting);
        return Value.map(
                ordered.entrySet().stream()
                        .map(one -> Value.entry(one.getKey(), written(one, detail)))
                        .toList());
    }

    private Value written(Map.Entry<String, T> one, Detail detail) {
        Value value = entry.write(one.getValue(), detail);
        return credential(one.getKey()) && value instanceof Value.Scalar open
                ? new Value.Scalar(open.at(), open.length(), open.text(), one.getKey())
                : value;
    }

    /// Whether a value of this name carries credentials.
    static boolean credential(String name) {
        return CREDENTIALS.contains(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public String expects() {
        return sections()
                ? "a map of names, each with its settings"
                : "a map, each value " + entry.expects();
    }

    @Override
    public String type() {
        return "map of " + entry.type();
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", List.of("object", "null"));
        schema.put("additionalProperties", entry.schema(definitions));
        return schema;
    }

    @Override
    public boolean takesNothing() {
        return true;
    }
}
