package dev.weir.config;

import dev.weir.config.LayoutNode.Alias;
import dev.weir.config.LayoutNode.Comment;
import dev.weir.config.LayoutNode.Entry;
import dev.weir.config.LayoutNode.Group;
import dev.weir.config.LayoutNode.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/// Writes a text in the one layout: two columns per level, lists indented below their key, `{ a: 1, b: [2, 3] }` on one line where it was on one line,
/// at most one empty line, comments two blanks behind what they are about or where they stood further right. For one text;
/// confined to a thread.
final class LayoutWriter {
    private static final int STEP = 2;

    private final StringBuilder out = new StringBuilder();

    private LayoutWriter() {}

    static String write(LayoutReader.Written written, LayoutComments comments) {
        LayoutWriter writer = new LayoutWriter();
        writer.comments(comments.header(), 0, true);
        LayoutNode root = written.root();
        boolean begun = !comments.header().isEmpty();
        if (begun && root != null) {
            writer.out.append('\n');
        }
        if (written.marked()) {
            writer.out.append("---\n");
        }
        if (root instanceof Group group && !group.inline()) {
            writer.group(group, 0, false);
        } else if (root != null) {
            String line = root instanceof Text text ? text(text) : inline(root);
            writer.out.append(line).append('\n');
        }
        writer.comments(comments.footer(), 0, false);
        return writer.out.toString();
    }

    /// @param begun whether the first line has its indentation and dash
    private void group(Group group, int indent, boolean begun) {
        boolean first = true;
        for (Entry entry : group.entries) {
            hoist(entry);
            boolean here = first && begun;
            if (!here) {
                comments(entry.before, indent, first);
                if (entry.apart && !(first && entry.before.isEmpty())) {
                    out.append('\n');
                }
                out.append(" ".repeat(indent));
            }
            entry(entry, indent);
            first = false;
        }
        comments(group.trailing, indent, first);
    }

    /// Behind a dash there is no room for comments: those of what begins there stand before the dash.
    private static void hoist(Entry entry) {
        if (entry.key == null && startsBehindDash(entry)) {
            Entry first = ((Group) entry.value).entries.getFirst();
            hoist(first);
            Comment beside = entry.beside;
            if (beside != null) {
                entry.before.add(beside);
                entry.beside = null;
            }
            entry.before.addAll(first.before);
            first.before.clear();
            first.apart = false;
        }
    }

    private static boolean startsBehindDash(Entry entry) {
        return entry.value instanceof Group group
                && !group.inline()
                && group.anchor.isEmpty()
                && !group.entries.isEmpty();
    }

    private void entry(Entry entry, int indent) {
        int from = out.length();
        Text key = entry.key;
        out.append(key == null ? "-" : key.anchor() + scalar(key) + ":");
        if (entry.value instanceof Group group && !group.inline()) {
            if (key == null && startsBehindDash(entry)) {
                out.append(' ');
                group(group, indent + STEP, true);
                return;
            }
            out.append((" " + group.anchor).stripTrailing());
            beside(entry, indent + out.length() - from);
            group(group, indent + STEP, false);
            return;
        }
        if (entry.value instanceof Text text && block(text)) {
            List<String> lines = lines(text);
            out.append(' ').append(text.anchor()).append(lines.getFirst());
            beside(entry, indent + out.length() - from);
            for (String line : lines.subList(1, lines.size())) {
                out.append(line.isEmpty() ? "" : " ".repeat(indent + STEP)).append(line);
                out.append('\n');
            }
            return;
        }
        String value = inline(entry.value);
        out.append(value.isEmpty() ? "" : " ").append(value);
        beside(entry, indent + out.length() - from);
        comments(entry.below, indent + STEP, false);
    }

    /// Ends a line, with the comment on it.
    private void beside(Entry entry, int column) {
        Comment comment = entry.beside;
        if (comment != null) {
            int gap = Math.max(STEP, comment.column() - column);
            out.append(" ".repeat(gap)).append(comment.text());
        }
        out.append('\n');
    }

    private void comments(List<Comment> comments, int indent, boolean first) {
        boolean begins = first;
        for (Comment comment : comments) {
            if (comment.apart() && !begins) {
                out.append('\n');
            }
            out.append(" ".repeat(indent)).append(comment.text()).append('\n');
            begins = false;
        }
    }

    private static String inline(LayoutNode node) {
        return switch (node) {
            case Alias alias -> alias.source();
            case Text text -> (text.anchor() + scalar(text)).stripTrailing();
            case Group group -> group.anchor + flow(group);
        };
    }

    private static String flow(Group group) {
        if (group.entries.isEmpty()) {
            return group.map ? "{}" : "[]";
        }
        String entries =
                group.entries.stream()
                        .map(
                                entry -> {
                                    Text key = entry.key;
                                    String value = inline(entry.value);
                                    String named =
                                            key == null ? "" : key.anchor() + scalar(key) + ": ";
                                    return named + value;
                                })
                        .collect(Collectors.joining(", "));
        return group.map ? "{ " + entries.stripTrailing() + " }" : "[" + entries + "]";
    }

    private static String text(Text text) {
        return block(text) ? quoted(text.value()) : inline(text);
    }

    /// Whether it is written as lines below its key: such a text, whose lines tell everything about it.
    private static boolean block(Text text) {
        String source = text.source();
        int end = source.indexOf('\n');
        String head = end < 0 ? source : source.substring(0, end);
        return (text.style() == ScalarStyle.LITERAL || text.style() == ScalarStyle.FOLDED)
                && head.matches("[|>]-?\\s*(#.*)?")
                && !text.value().endsWith("\n\n")
                && !text.value().isBlank();
    }

    /// The head of a text below its key, and its lines without their indentation.
    private static List<String> lines(Text text) {
        List<String> lines = new ArrayList<>(List.of(text.source().split("\n", -1)));
        String head = lines.removeFirst().strip();
        int indent = Integer.MAX_VALUE;
        for (String line : lines) {
            if (!line.isBlank()) {
                indent = Math.min(indent, line.length() - line.stripLeading().length());
            }
        }
        List<String> out = new ArrayList<>(List.of(head));
        for (String line : lines) {
            out.add(line.isBlank() ? "" : line.substring(indent));
        }
        while (out.getLast().isEmpty()) {
            out.removeLast();
        }
        return out;
    }

    /// A text on one line, in the quotes that it has or, if these are single ones, in double ones where they would do as well.
    private static String scalar(Text text) {
        boolean oneLine = text.source().indexOf('\n') < 0;
        return switch (text.style()) {
            case PLAIN ->
                    oneLine || text.value().indexOf('\n') >= 0
                            ? oneLine ? text.source() : quoted(text.value())
                            : text.value();
            case SINGLE_QUOTED ->
                    oneLine && !text.value().matches("[^\"\\\\\\p{Cntrl}]*")
                            ? text.source()
                            : quoted(text.value());
            case DOUBLE_QUOTED -> oneLine ? text.source() : quoted(text.value());
            default -> quoted(text.value());
        };
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints()
                .forEach(
                        c -> {
                            switch (c) {
                                case '"', '\\' -> out.append('\\').appendCodePoint(c);
                                case '\n' -> out.append("\\n");
                                case '\t' -> out.append("\\t");
                                default -> {
                                    if (c < 0x20 || c >= 0x7f && c < 0xa0 || c > 0xffff) {
                                        out.append(String.format("\\U%08x", c));
                                    } else if (c == 0x2028 || c == 0x2029 || c == 0xfeff) {
                                        out.append(String.format("\\u%04x", c));
                                    } else {
                                        out.appendCodePoint(c);
                                    }
                                }
                            }
                        });
        return out.append('"').toString();
    }
}
