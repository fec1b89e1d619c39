package dev.weir.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One of several kinds, each with its own settings: a map with one key, which names the kind (`jwt: …`). Directly in
/// a section, the key is one of the section's own. Thread-safe.
///
/// @param noun what a kind is called: "filter"
/// @param forms short forms of the whole choice
/// @param plain the kind that has no key because a short form makes it; null if there is none
record ChoiceShape<T>(
        String noun, Map<String, Kind<T>> kinds, ShortForms<T> forms, @Nullable Kind<T> plain)
        implements Shape<T> {

    /// A kind. The type tells kinds apart. Thread-safe.
    static final class Kind<T> {
        private final Class<? extends T> type;
        private final Deferred<Shape<T>> shape;

        Kind(Class<? extends T> type, Supplier<Shape<T>> making) {
            this.type = type;
            this.shape = new Deferred<>(making);
        }

        Class<? extends T> type() {
            return type;
        }

        Shape<T> shape() {
            return shape.get();
        }

        /// Whether the key that names the kind is itself one of its settings, and the others stand beside it.
        boolean flat() {
            return shape() instanceof RecordShape<?> section && section.has(Names.key(type));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Kind<?> kind && kind.type == type;
        }

        @Override
        public int hashCode() {
            return type.hashCode();
        }
    }

    @Override
    public @Nullable T read(Value value, Place place) {
        ShortForms.Form<T> form = forms.taking(value);
        if (form != null) {
            return form.read(value, place);
        }
        if (value instanceof Value.Entries entries) {
            List<Kind<T>> flat = flat(entries);
            if (flat.size() == 1) {
                return flat.getFirst().shape().read(value, place);
            }
            if (flat.size() > 1) {
                String keys =
                        String.join(
                                " and ", flat.stream().map(kind -> Names.key(kind.type)).toList());
                place.problem(value, keys + " exclude each other", "keep one");
                return null;
            }
        }
        if (value instanceof Value.Entries entries && entries.list().size() == 1) {
            return one(entries.list().getFirst(), place);
        }
        if (value instanceof Value.Entries entries && entries.list().size() > 1) {
            place.problem(
                    entries.list().get(1).key(),
                    "one " + noun + " per entry, but here are " + entries.list().size(),
                    forms.none()
                            ? "begin each with a dash, and indent its settings below it"
                            : "keep one");
            return null;
        }
        if (value instanceof Value.Scalar scalar && kinds.containsKey(scalar.text())) {
            place.problem(
                    value,
                    scalar.shown() + " lacks its colon",
                    "expected: - " + scalar.text() + ":");
            return null;
        }
        place.unfit(value, Value.unfit(value), expects());
        return null;
    }

    /// The kinds that are named by one of their own settings, the others beside it: `{ hash: …, bounded-load: … }`.
    private List<Kind<T>> flat(Value.Entries entries) {
        List<Kind<T>> found = new ArrayList<>();
        for (Value.Entry entry : entries.list()) {
            Kind<T> kind = kinds.get(entry.key().text());
            if (kind != null && kind.flat()) {
                found.add(kind);
            }
        }
        return found;
    }

    private @Nullable T one(Value.Entry entry, Place place) {
        String key = entry.key().text();
        Kind<T> kind = kinds.get(key);
        if (kind == null) {
            String meant = Nearest.didYouMean(key, kinds.keySet());
            place.problem(
                    entry.key(),
                    "unknown " + noun + " " + entry.key().named() + meant,
                    meant.isEmpty() ? "expected: " + Names.either(kinds.keySet()) : null);
            return null;
        }
        Value value = entry.value();
        if (value instanceof Value.Nothing) {
            value = new Value.Nothing(entry.key().at(), entry.key().length());
        }
        return kind.shape().read(value, place.key(key, value));
    }

    /// Reads the one kind whose key stands in the section itself.
    @Nullable T readInline(Value.Entries section, Place place) {
        List<Value.Entry> found = new ArrayList<>();
        for (Value.Entry entry : section.list()) {
            if (kinds.containsKey(entry.key().text())) {
                found.add(entry);
            }
        }
        if (found.isEmpty()) {
            place.problem(
                    section,
                    Names.either(kinds.keySet()) + " is missing",
                    "say what happens: " + kinds.keySet().iterator().next() + ": …");
            return null;
        }
        if (found.size() > 1) {
            place.problem(
                    found.get(1).key(),
                    found.get(0).key().text()
                            + " and "
                            + found.get(1).key().text()
                            + " exclude each other",
                    "keep one");
            return null;
        }
        return one(found.getFirst(), place);
    }

    @Override
    public Value write(T setting, Detail detail) {
        if (plain != null && plain.type.isInstance(setting)) {
            return plain.shape().write(setting, detail);
        }
        for (Map.Entry<String, Kind<T>> kind : kinds.entrySet()) {
            if (kind.getValue().type.isInstance(setting)) {
                if (kind.getValue().flat()) {
                    return kind.getValue().shape().write(setting, detail);
                }
                return Value.map(
                        List.of(
                                Value.entry(
                                        kind.getKey(),
                                        kind.getValue().shape().write(setting, detail))));
            }
        }
        throw new IllegalArgumentException("no kind of " + noun + ": " + setting);
    }

    @Override
    public String expects() {
        List<String> looks = new ArrayList<>();
        if (!forms.none()) {
            looks.add(forms.looks().replace("`", ""));
            kinds.keySet().forEach(kind -> looks.add("{ " + kind + ": … }"));
            return Names.either(looks);
        }
        return "a "
                + noun
                + " with its settings, such as "
                + kinds.keySet().iterator().next()
                + ": …";
    }

    @Override
    public String type() {
        return forms.none() ? noun : expects();
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
        List<Map<String, Object>> all = new ArrayList<>(forms.schemas(definitions));
        kinds.forEach(
                (key, kind) -> {
                    Map<String, Object> settings = settings(kind, definitions);
                    if (!kind.flat()) {
                        Map<String, Object> one = new LinkedHashMap<>();
                        one.put("type", "object");
                        one.put("properties", Map.of(key, settings));
                        one.put("required", List.of(key));
                        one.put("additionalProperties", false);
                        settings = one;
                    }
                    all.add(settings);
                });
        return Definitions.anyOf(all);
    }

    /// The keys of the kinds with the schemas of their settings.
    Map<String, Object> properties(Definitions definitions) {
        Map<String, Object> properties = new LinkedHashMap<>();
        kinds.forEach((key, kind) -> properties.put(key, settings(kind, definitions)));
        return properties;
    }

    private static Map<String, Object> settings(Kind<?> kind, Definitions definitions) {
        Map<String, Object> settings = kind.shape().schema(definitions);
        settings.putIfAbsent("description", Names.says(kind.type));
        return settings;
    }

    /// That exactly one of the keys is there.
    List<Map<String, Object>> exactlyOne() {
        return kinds.keySet().stream()
                .map(key -> Map.<String, Object>of("required", List.of(key)))
                .toList();
    }

    @Override
    public boolean takesText() {
        return forms.takeText();
    }
}
