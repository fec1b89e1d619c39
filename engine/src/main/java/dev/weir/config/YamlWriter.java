package dev.weir.config;

import java.util.List;
import java.util.Set;

/// Writes values as YAML that reads back the same. For one text; confined to the thread that writes.
final class YamlWriter {
    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");

    /// Notes stand in one column where lines are not longer.
    private static final int NOTES_AT = 48;

    private final StringBuilder out = new StringBuilder();
    private final boolean secrets;
    private final SourceNotes notes;

    private YamlWriter(boolean secrets, SourceNotes notes) {
        this.secrets = secrets;
        this.notes = notes;
    }

    /// On several lines, indented.
    ///
    /// @param secrets whether values that are marked as secret are written
    static String block(Value.Entries entries, boolean secrets) {
        return block(entries, secrets, SourceNotes.NONE);
    }

    /// On several lines, with a note behind each value that tells where it comes from.
    static String block(Value.Entries entries, boolean secrets, SourceNotes notes) {
        YamlWriter writer = new YamlWriter(secrets, notes);
        writer.entries("", entries.list(), 0, false);
        return writer.out.toString();
    }

    /// On one line, secrets hidden.
    static String inline(Value value) {
        YamlWriter writer = new YamlWriter(false, SourceNotes.NONE);
        writer.flow(value);
        return writer.out.toString();
    }

    private void entries(String path, List<Value.Entry> entries, int indent, boolean started) {
        boolean first = started;
        for (Value.Entry entry : entries) {
            out.append(first ? "" : " ".repeat(indent));
            first = false;
            String key = entry.key().text();
            out.append(quoted(key)).append(':');
            value(notes.key(path, key), entry.value(), indent);
        }
    }

    private void value(String path, Value value, int indent) {
        switch (value) {
            case Value.Entries entries when !entries.list().isEmpty() -> {
                out.append('\n');
                entries(path, entries.list(), indent + 2, false);
            }
            case Value.Items items when !items.list().stream().allMatch(this::small) -> {
                out.append('\n');
                for (int i = 0; i < items.list().size(); i++) {
                    Value item = items.list().get(i);
                    item(notes.item(path, i, item), item, indent + 2);
                }
            }
            default -> {
                out.append(' ');
                line(path, value);
            }
        }
    }

    private void item(String path, Value item, int indent) {
        out.append(" ".repeat(indent)).append("- ");
        if (item instanceof Value.Entries entries && !entries.list().isEmpty()) {
            entries(path, entries.list(), indent + 2, true);
        } else {
            line(path, item);
        }
    }

    private void line(String path, Value value) {
        flow(value);
        String note = notes.note(path);
        if (!note.isEmpty()) {
            int length = out.length() - (out.lastIndexOf("\n") + 1);
            out.append(" ".repeat(Math.max(2, NOTES_AT - length))).append("# ").append(note);
        }
        out.append('\n');
    }

    private boolean small(Value value) {
        return value instanceof Value.Scalar;
    }

    private void flow(Value value) {
        switch (value) {
            case Value.Scalar scalar ->
                    out.append(
                            scalar.origin().isEmpty() || secrets
                                    ? quoted(scalar.text())
                                    : "(hidden)");
            case Value.Entries entries -> {
                String between = "";
                out.append(entries.list().isEmpty() ? "{" : "{ ");
                for (Value.Entry entry : entries.list()) {
                    out.append(between).append(quoted(entry.key().text())).append(": ");
                    flow(entry.value());
                    between = ", ";
                }
                out.append(entries.list().isEmpty() ? "}" : " }");
            }
            case Value.Items items -> {
                String between = "";
                out.append('[');
                for (Value item : items.list()) {
                    out.append(between);
                    flow(item);
                    between = ", ";
                }
                out.append(']');
            }
            case Value.Nothing _, Value.Broken _ -> out.append("null");
        }
    }

    private static String quoted(String text) {
        if (text.matches("[A-Za-z0-9_./][A-Za-z0-9_./:+%-]*")
                && !text.endsWith(":")
                && !NOTHING.contains(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder("\"");
        text.replace("${", "$${")
                .codePoints()
                .forEach(
                        c -> {
                            if (c == '"' || c == '\\') {
                                out.append('\\').appendCodePoint(c);
                            } else if ((c >= 0x20 && c < 0x7f) || (c >= 0xa0 && c < 0xd800)) {
                                boolean breaks = c == 0x2028 || c == 0x2029;
                                out.append(
                                        breaks
                                                ? String.format("\\u%04x", c)
                                                : Character.toString(c));
                            } else if (c == '\n') {
                                out.append("\\n");
                            } else if (c == '\t') {
                                out.append("\\t");
                            } else {
                                out.append(String.format("\\U%08x", c));
                            }
                        });
        return out.append('"').toString();
    }
}
