package dev.weir.config;

import java.util.HashSet;
import java.util.Set;

/// Tells of each value of a written configuration where it comes from: a place in a file, a variable there, or that it is the default.
/// Immutable.
///
/// @param changed paths of values that differ from their defaults
record SourceNotes(Origins origins, Set<String> changed) {
    /// No note on anything.
    static final SourceNotes NONE = new SourceNotes(Origins.NONE, Set.of());

    /// @param changed the configuration without values that are no more than their defaults
    static SourceNotes of(Origins origins, Value changed) {
        SourceNotes notes = new SourceNotes(origins, new HashSet<>());
        notes.collect("", changed);
        return notes;
    }

    private void collect(String path, Value value) {
        changed.add(path);
        switch (value) {
            case Value.Entries entries ->
                    entries.list()
                            .forEach(one -> collect(key(path, one.key().text()), one.value()));
            case Value.Items items -> {
                for (int i = 0; i < items.list().size(); i++) {
                    collect(item(path, i, items.list().get(i)), items.list().get(i));
                }
            }
            case Value.Scalar _, Value.Nothing _, Value.Broken _ -> {}
        }
    }

    /// The path of a value under a key, which may be a name that the user chose.
    String key(String path, String key) {
        String named = KeyPath.named(path, key);
        return origins.says(named) ? named : KeyPath.key(path, key);
    }

    /// The path of an entry of a list.
    String item(String path, int index, Value item) {
        if (item instanceof Value.Entries entries
                && entries.entry("name") instanceof Value.Entry entry
                && entry.value() instanceof Value.Scalar name
                && origins.says(KeyPath.named(path, name.text()))) {
            return KeyPath.named(path, name.text());
        }
        return KeyPath.numbered(path, index);
    }

    /// Where the value at a path comes from; empty if nothing is known of any.
    String note(String path) {
        if (origins == Origins.NONE) {
            return "";
        }
        if (!origins.says(path) && !changed.contains(path)) {
            return "default";
        }
        Origin source = origins.source(path);
        // A secret that stands in the file has no variable, but is marked as if it had one.
        boolean variable = source.variable().startsWith("$");
        return variable ? source.variable() + " at " + source.at() : source.at().toString();
    }
}
