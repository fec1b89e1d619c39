package dev.weir.config;

import dev.weir.schema.Location;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A value in a configuration file, before anything is known about its meaning: with its place, variables filled
/// in, aliases followed. Immutable.
sealed interface Value {
    Location at();

    /// How many characters from there belong to it on its first line; at least 1.
    int length();

    /// One piece of text.
    ///
    /// @param origin the variable that the text came from, such as `${PORT}`; empty if it stands in the file. A
    ///     text with an origin may be secret and is not shown.
    record Scalar(Location at, int length, String text, String origin) implements Value {
        /// The text as a name or a key in a message.
        String named() {
            return origin.isEmpty() ? text : origin;
        }

        /// How the text is named in a message.
        String shown() {
            return origin.isEmpty() ? "\"" + text + "\"" : "the value of " + origin;
        }
    }

    /// A map, in the order of the file; no key stands twice.
    record Entries(Location at, int length, List<Entry> list) implements Value {
        public Entries {
            list = List.copyOf(list);
        }

        @Nullable Entry entry(String key) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i).key.text.equals(key)) {
                    return list.get(i);
                }
            }
            return null;
        }
    }

    /// A key with its value.
    record Entry(Scalar key, Value value) {}

    /// A list.
    record Items(Location at, int length, List<Value> list) implements Value {
        public Items {
            list = List.copyOf(list);
        }
    }

    /// A key without a value.
    record Nothing(Location at, int length) implements Value {}

    /// A value that cannot be used; why was reported when it was met.
    record Broken(Location at, int length) implements Value {}

    /// A text that stands in no file.
    static Scalar text(String text) {
        return new Scalar(Location.NOWHERE, 1, text, "");
    }

    /// A map that stands in no file.
    static Entries map(List<Entry> entries) {
        return new Entries(Location.NOWHERE, 1, entries);
    }

    /// A list that stands in no file.
    static Items items(List<Value> items) {
        return new Items(Location.NOWHERE, 1, items);
    }

    /// An entry that stands in no file.
    static Entry entry(String key, Value value) {
        return new Entry(text(key), value);
    }

    /// What a message calls a value that has the wrong shape.
    static String describe(Value value) {
        return switch (value) {
            case Scalar scalar -> scalar.shown();
            case Entries _ -> "a map";
            case Items _ -> "a list";
            case Nothing _, Broken _ -> "nothing";
        };
    }

    /// What a message says of a value that has the wrong shape.
    static String unfit(Value value) {
        return value instanceof Nothing ? "has no value" : describe(value) + " does not fit here";
    }

    /// The same as if its texts, those inside of it too, had come from a variable, so that none is shown.
    ///
    /// @param key the texts' own key
    static Value hidden(Value value, String key) {
        return switch (value) {
            case Scalar open ->
                    open.origin.isEmpty() ? new Scalar(open.at, open.length, open.text, key) : open;
            case Entries entries ->
                    new Entries(
                            entries.at,
                            entries.length,
                            entries.list.stream()
                                    .map(one -> new Entry(one.key, hidden(one.value, one.key.text)))
                                    .toList());
            case Items items ->
                    new Items(
                            items.at,
                            items.length,
                            items.list.stream().map(one -> hidden(one, key)).toList());
            case Nothing _, Broken _ -> value;
        };
    }

    /// Takes out of a message every text below a value that came from a variable.
    static String withoutSecrets(String message, Value value) {
        return switch (value) {
            case Scalar scalar -> hide(message, scalar);
            case Entries entries -> {
                String clean = message;
                for (Entry entry : entries.list) {
                    clean = withoutSecrets(hide(clean, entry.key), entry.value);
                }
                yield clean;
            }
            case Items items -> {
                String clean = message;
                for (Value item : items.list) {
                    clean = withoutSecrets(clean, item);
                }
                yield clean;
            }
            case Nothing _, Broken _ -> message;
        };
    }

    private static String hide(String message, Scalar scalar) {
        return scalar.origin.isEmpty() || scalar.text.isEmpty()
                ? message
                : message.replace(scalar.text, scalar.origin);
    }
}
