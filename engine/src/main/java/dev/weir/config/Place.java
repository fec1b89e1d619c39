package dev.weir.config;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where in the tree of settings a shape reads, and whom it tells. Immutable itself; confined to the thread that
/// reads.
///
/// @param origin where it reads; its path is shown by problems
/// @param expects what the setting around says is expected, which is more precise than what its type says: bounds, an
///     example; empty for nothing more precise. Asked for only when something is wrong: the texts are long
record Place(Origin origin, Supplier<String> expects, Findings findings) {
    private static final Supplier<String> NOTHING = () -> "";

    static Place top(Findings findings) {
        return new Place(Origin.of(""), NOTHING, findings);
    }

    /// A key in a section.
    Place key(String key, Value value) {
        return to(origin.key(key), value);
    }

    /// An entry that has a name.
    Place named(String name, Value value) {
        return to(origin.named(name), value);
    }

    /// An entry that has none.
    Place numbered(int index, Value value) {
        return to(origin.numbered(index), value);
    }

    private Place to(Origin further, Value value) {
        return new Place(findings.says(further, value), NOTHING, findings);
    }

    String path() {
        return origin.path();
    }

    Place expecting(Supplier<String> what) {
        return new Place(origin, what, findings);
    }

    void problem(Value value, String message, @Nullable String hint) {
        findings.problem(value, path(), message, hint);
    }

    /// Something else stands here than the shape can read. Says nothing of what was reported when it was met.
    void unfit(Value value, String message, String otherwiseExpects) {
        if (!(value instanceof Value.Broken)) {
            String precisely = expects.get();
            String expected = precisely.isEmpty() ? otherwiseExpects : precisely;
            findings.problem(value, path(), message, "expected: " + expected);
        }
    }

    /// What a record or a short form says to a value it refuses.
    void refused(Value value, IllegalArgumentException refusal) {
        String said = refusal.getMessage() == null ? "cannot be used" : refusal.getMessage();
        String message = Value.withoutSecrets(said, value);
        String found = value instanceof Value.Scalar scalar ? scalar.shown() : "";
        if (message.startsWith("expected: ")) {
            findings.problem(value, path(), found + " does not fit", message);
        } else {
            findings.problem(
                    value, path(), found.isEmpty() ? message : found + ": " + message, null);
        }
    }
}
