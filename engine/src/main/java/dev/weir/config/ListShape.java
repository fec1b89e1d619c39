package dev.weir.config;

import dev.weir.schema.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Several settings in order. Where an entry can be one text, a single one needs no brackets. Thread-safe.
record ListShape<T>(Shape<T> entry) implements Shape<List<T>> {
    @Override
    public @Nullable List<T> read(Value value, Place place) {
        return switch (value) {
            case Value.Items items -> entries(items, place);
            case Value.Nothing _ -> List.of();
            case Value.Scalar scalar when entry.takesText() -> {
                T one = entry.read(scalar, place);
                yield one == null ? null : List.of(one);
            }
            default -> {
                place.unfit(value, Value.unfit(value), expects());
                yield null;
            }
        };
    }

    private List<T> entries(Value.Items items, Place place) {
        List<T> read = new ArrayList<>(items.list().size());
        Map<String, Location> names = new HashMap<>();
        for (int i = 0; i < items.list().size(); i++) {
            Value item = items.list().get(i);
            Value.Scalar name = name(item);
            Location first = name == null ? null : names.putIfAbsent(name.text(), name.at());
            if (name != null && first != null) {
                place.problem(
                        name,
                        "the name " + name.named() + " stands twice",
                        Names.first(first, "rename one"));
            }
            T one =
                    entry.read(
                            item,
                            name == null
                                    ? place.numbered(i, item)
                                    : place.named(name.text(), item));
            if (one != null) {
                read.add(one);
            }
        }
        return read;
    }

    private Value.@Nullable Scalar name(Value item) {
        boolean named = entry instanceof RecordShape<?> section && section.has("name");
        Value.Entry found =
                named && item instanceof Value.Entries entries ? entries.entry("name") : null;
        return found != null && found.value() instanceof Value.Scalar name ? name : null;
    }

    @Override
    public Value write(List<T> setting, Detail detail) {
        return Value.items(setting.stream().map(one -> entry.write(one, detail)).toList());
    }

    @Override
    public String expects() {
        return entry.takesText()
                ? "a list, each " + entry.expects()
                : "a list; each entry begins with a dash";
    }

    @Override
    public String type() {
        return "list of " + entry.type();
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
        Map<String, Object> one = entry.schema(definitions);
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("type", "array");
        list.put("items", one);
        return entry.takesText() ? Definitions.anyOf(List.of(list, one)) : list;
    }

    @Override
    public boolean takesText() {
        return entry.takesText();
    }

    @Override
    public boolean takesNothing() {
        return true;
    }
}
