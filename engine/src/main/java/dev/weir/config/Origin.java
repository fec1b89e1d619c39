package dev.weir.config;

import dev.weir.schema.Location;
import org.jspecify.annotations.Nullable;

/// Where one setting stands. Equal to those with the same path of keys, of which it keeps the last step only: the whole paths of ten
/// thousand routes would be most of what is kept of their file. Not changed any more once the file is read.
final class Origin {
    private static final int KEY = -1;
    private static final int NAME = -2;

    private final @Nullable Origin section;
    private final String step;

    /// The place in its list, from 0, of an entry without a name; else [#KEY] or [#NAME].
    private final int number;

    private final int hash;
    private Location at = Location.NOWHERE;
    private int length = 1;
    private String variable = "";
    private boolean said;

    private Origin(@Nullable Origin section, String step, int number) {
        this.section = section;
        this.step = step;
        this.number = number;
        this.hash = hash(section, step, number);
    }

    /// That of the path, found without writing it: a text's hash goes on from that of its beginning.
    private static int hash(@Nullable Origin section, String step, int number) {
        if (section == null) {
            return step.hashCode();
        }
        int around = section.hash;
        return switch (number) {
            case KEY -> section.top() ? step.hashCode() : on(on(around, KeyPath.STEP), step);
            case NAME -> on(on(on(around, KeyPath.NAME), step), KeyPath.NAME_END);
            default -> on(around, KeyPath.numbered("", number));
        };
    }

    private static int on(int hash, String text) {
        int further = hash;
        for (int i = 0; i < text.length(); i++) {
            further = 31 * further + text.charAt(i);
        }
        return further;
    }

    private boolean top() {
        return section == null && step.isEmpty();
    }

    /// Of the setting with this path; that of the whole file is empty.
    static Origin of(String path) {
        return new Origin(null, path, KEY);
    }

    Origin key(String key) {
        return new Origin(this, key, KEY);
    }

    Origin named(String name) {
        return new Origin(this, name, NAME);
    }

    Origin numbered(int index) {
        return new Origin(this, "", index);
    }

    /// The path of keys from the top, as problems show it.
    String path() {
        if (section == null) {
            return step;
        }
        String around = section.path();
        return switch (number) {
            case KEY -> KeyPath.key(around, step);
            case NAME -> KeyPath.named(around, step);
            default -> KeyPath.numbered(around, number);
        };
    }

    /// The file says so here.
    void says(Value value) {
        said = true;
        stands(value);
    }

    /// A short form means this; what the file says itself counts for more.
    void means(Value value) {
        if (!said) {
            stands(value);
        }
    }

    private void stands(Value value) {
        at = value.at();
        length = value.length();
        variable = value instanceof Value.Scalar scalar ? scalar.origin() : "";
    }

    Location at() {
        return at;
    }

    /// Of the value, for the caret.
    int length() {
        return length;
    }

    /// The variable that the value came from; empty if it stands in the file.
    String variable() {
        return variable;
    }

    /// Whether the file says it itself, and it is not what a short form around it stands for: `listen` of `web: 8080`.
    boolean said() {
        return said;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Origin that
                && hash == that.hash
                && (sameStep(that) || path().equals(that.path()));
    }

    /// Most are: those of one reading share their sections.
    private boolean sameStep(Origin that) {
        return section == that.section && number == that.number && step.equals(that.step);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
