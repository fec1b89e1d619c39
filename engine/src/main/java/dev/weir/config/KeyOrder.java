package dev.weir.config;

import dev.weir.config.LayoutNode.Entry;
import dev.weir.config.LayoutNode.Group;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts the keys of a configuration in the order of the reference page. Names that users choose, entries of lists, and keys that are not
/// known stay in their order, the last behind all others. Thread-safe.
final class KeyOrder {
    private KeyOrder() {}

    static void sort(LayoutNode node, Shape<?> shape) {
        switch (shape) {
            case OptionalShape<?> optional -> sort(node, optional.inner());
            case ListShape<?> list when node instanceof Group group && !group.map ->
                    group.entries.forEach(entry -> sort(entry.value, list.entry()));
            case ListShape<?> list -> sort(node, list.entry());
            case MapShape<?> map when node instanceof Group group && group.map ->
                    group.entries.forEach(entry -> sort(entry.value, map.entry()));
            case RecordShape<?> section when node instanceof Group group && group.map ->
                    section(group, section);
            case ChoiceShape<?> choice when node instanceof Group group && group.map ->
                    choice(group, choice);
            case WrapperShape<?> wrapper -> sort(node, wrapper.inner());
            default -> {}
        }
    }

    private static void choice(Group group, ChoiceShape<?> choice) {
        for (Entry entry : List.copyOf(group.entries)) {
            ChoiceShape.Kind<?> kind = choice.kinds().get(name(entry));
            if (kind != null && kind.flat()) {
                sort(group, kind.shape());
                return;
            }
            if (kind != null) {
                sort(entry.value, kind.shape());
            }
        }
    }

    private static void section(Group group, RecordShape<?> section) {
        List<String> keys = new ArrayList<>();
        for (Part part : section.parts()) {
            keys.addAll(part.keys());
        }
        if (section == Shapes.CONFIG) {
            keys.add(1, "include");
        }
        Entry first = group.entries.isEmpty() ? null : group.entries.getFirst();
        group.entries.sort(
                Comparator.comparingInt(
                        entry -> {
                            int place = keys.indexOf(name(entry));
                            return place < 0 ? keys.size() : place;
                        }));
        if (first != null && first != group.entries.getFirst()) {
            // It had no empty line before it only because it was the first.
            first.apart |=
                    first.before.isEmpty() && group.entries.stream().anyMatch(one -> one.apart);
        }
        for (Entry entry : group.entries) {
            Shape<?> inside = shape(section, name(entry));
            if (inside != null) {
                sort(entry.value, inside);
            }
        }
    }

    private static @Nullable Shape<?> shape(RecordShape<?> section, String key) {
        for (Part part : section.parts()) {
            if (part.keys().contains(key)) {
                ChoiceShape.Kind<?> kind =
                        part.inline() && part.shape() instanceof ChoiceShape<?> choice
                                ? choice.kinds().get(key)
                                : null;
                return kind == null ? part.shape() : kind.shape();
            }
        }
        return null;
    }

    private static String name(Entry entry) {
        return entry.key == null ? "" : entry.key.value();
    }
}
