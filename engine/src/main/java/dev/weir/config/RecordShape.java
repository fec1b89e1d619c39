package dev.weir.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A section: a map whose keys are the components of a record. It may have short forms. Thread-safe.
final class RecordShape<T> implements Shape<T> {
    private final Class<T> type;
    private final List<Part> parts;
    private final List<String> keys;
    private final ShortForms<T> forms;
    private final Construction<T> construction;

    private RecordShape(Class<T> type, List<Part> parts, ShortForms<T> forms) {
        this.type = type;
        this.parts = parts;
        this.keys = parts.stream().flatMap(part -> part.keys().stream()).toList();
        this.forms = forms;
        this.construction = Construction.of(type);
    }

    static <T> RecordShape<T> of(Class<T> type) {
        Object defaults = defaults(type);
        List<Part> parts = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            parts.add(Part.of(component, defaults));
        }
        return new RecordShape<>(type, List.copyOf(parts), ShortForms.of(type));
    }

    private static @Nullable Object defaults(Class<?> type) {
        try {
            return type.getField("DEFAULTS").get(null);
        } catch (NoSuchFieldException e) {
            return null;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("DEFAULTS is public", e);
        }
    }

    Class<T> recordType() {
        return type;
    }

    List<Part> parts() {
        return parts;
    }

    ShortForms<T> forms() {
        return forms;
    }

    boolean has(String key) {
        return keys.contains(key);
    }

    boolean hasKeys() {
        return !keys.isEmpty();
    }

    @Override
    public @Nullable T read(Value value, Place place) {
        return switch (value) {
            case Value.Entries entries -> entries(entries, place);
            case Value.Nothing nothing ->
                    entries(new Value.Entries(nothing.at(), nothing.length(), List.of()), place);
            case Value.Broken _ -> null;
            case Value.Scalar _, Value.Items _ -> {
                ShortForms.Form<T> form = forms.taking(value);
                if (form != null) {
                    yield shortly(form, value, place);
                }
                place.unfit(value, Value.unfit(value), expects());
                yield null;
            }
        };
    }

    /// Reads a short form; what is said of the one component that it stands for holds for it too.
    private @Nullable T shortly(ShortForms.Form<T> form, Value value, Place place) {
        for (Part part : parts) {
            if (part.shape().equals(form.parameter())) {
                place.findings().means(place.origin().key(part.key()), value);
                T read = form.read(value, place.expecting(part::expects));
                return read == null || part.filled(value, place) ? read : null;
            }
        }
        return form.read(value, place);
    }

    private @Nullable T entries(Value.Entries entries, Place place) {
        unknownKeys(entries, place);
        int before = place.findings().count();
        Object[] components = new Object[parts.size()];
        boolean whole = true;
        for (int i = 0; i < components.length; i++) {
            Part part = parts.get(i);
            Object read = part.read(entries, place);
            Object component = read == null ? part.standard() : read;
            if (component == null) {
                whole = false;
            } else {
                components[i] = component;
            }
        }
        if (!whole) {
            return null;
        }
        try {
            return construction.make(components);
        } catch (IllegalArgumentException e) {
            if (before == place.findings().count()) {
                refused(e, components, entries, place);
            }
            return null;
        }
    }

    private void unknownKeys(Value.Entries entries, Place place) {
        for (Value.Entry entry : entries.list()) {
            String key = entry.key().text();
            if (!keys.contains(key)) {
                String meant = Nearest.didYouMean(key, keys);
                place.findings()
                        .problem(
                                entry.key(),
                                KeyPath.key(place.path(), key),
                                "unknown key" + meant,
                                key.equals("<<")
                                        ? "YAML 1.2 has no merge keys; write out what is meant"
                                        : meant.isEmpty()
                                                ? "expected: " + Names.either(keys)
                                                : null);
            }
        }
    }

    /// Blames the one setting without which the record would be made; the section, if there is none.
    private void refused(
            IllegalArgumentException refusal,
            Object[] components,
            Value.Entries entries,
            Place place) {
        for (int i = 0; i < components.length; i++) {
            Part part = parts.get(i);
            Value.Entry entry = entries.entry(part.key());
            if (entry != null && part.standard() != null && makesWith(components, i, part)) {
                place.key(part.key(), entry.value()).refused(entry.value(), refusal);
                return;
            }
        }
        place.refused(entries, refusal);
    }

    private boolean makesWith(Object[] components, int index, Part part) {
        Object[] others = components.clone();
        others[index] = part.standard();
        try {
            construction.make(others);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public Value write(T setting, Detail detail) {
        List<Value.Entry> entries = new ArrayList<>();
        for (Part part : parts) {
            Object component = part.of(setting);
            boolean absent = component instanceof Optional<?> optional && optional.isEmpty();
            boolean usual = !part.required() && component.equals(part.standard());
            if (absent || usual && detail == Detail.CHANGED) {
                continue;
            }
            Value value = part.shape().write(component, detail);
            if (part.inline() && value instanceof Value.Entries kind) {
                entries.addAll(kind.list());
            } else if (part.secret()) {
                entries.add(Value.entry(part.key(), Value.hidden(value, part.key())));
            } else {
                entries.add(Value.entry(part.key(), value));
            }
        }
        return Value.map(entries);
    }

    @Override
    public String expects() {
        String map = "a map with " + Names.either(keys);
        for (Part part : parts) {
            if (forms.none() && !part.example().isEmpty()) {
                return map + ", for example { " + part.key() + ": " + part.example() + " }";
            }
        }
        return forms.none() ? map : forms.looks().replace("`", "") + ", or " + map;
    }

    @Override
    public String type() {
        return "section";
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
        Map<String, Object> section =
                definitions.refer(Names.key(type), () -> properties(definitions));
        if (forms.none()) {
            return section;
        }
        List<Map<String, Object>> all = new ArrayList<>(forms.schemas(definitions));
        all.add(section);
        return Definitions.anyOf(all);
    }

    private Map<String, Object> properties(Definitions definitions) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("description", Names.says(type));
        schema.put("type", takesNothing() ? List.of("object", "null") : "object");
        for (Part part : parts) {
            if (part.inline() && part.shape() instanceof ChoiceShape<?> choice) {
                properties.putAll(choice.properties(definitions));
                schema.put("oneOf", choice.exactlyOne());
            } else {
                properties.put(part.key(), property(part, definitions));
                if (part.required()) {
                    required.add(part.key());
                }
            }
        }
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }

    private static Map<String, Object> property(Part part, Definitions definitions) {
        Map<String, Object> property = part.shape().schema(definitions);
        Bounds bounds = part.bounds();
        if (bounds != null) {
            numbers(property).forEach(bounds::describe);
        }
        String standard = part.standardText();
        String says = part.says();
        if (bounds != null) {
            says += " " + bounds + ".";
        }
        property.put("description", standard.isEmpty() ? says : says + " Default: " + standard);
        return property;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> numbers(Map<String, Object> schema) {
        List<Map<String, Object>> forms =
                (List<Map<String, Object>>) schema.getOrDefault("anyOf", List.of(schema));
        return forms.stream().filter(form -> "integer".equals(form.get("type"))).toList();
    }

    @Override
    public boolean takesText() {
        return forms.takeText();
    }

    @Override
    public boolean takesNothing() {
        return parts.stream().noneMatch(Part::required);
    }
}
