package dev.weir.config;

import dev.weir.config.LayoutNode.Alias;
import dev.weir.config.LayoutNode.Entry;
import dev.weir.config.LayoutNode.Group;
import dev.weir.config.LayoutNode.Text;
import dev.weir.schema.Location;
import dev.weir.schema.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/// Lays a configuration file out in the one way: keys in the order of the reference, indentation, quotes, blanks. Comments and empty lines
/// stay with what they are about, short forms stay short, and the file means the same, which is checked before it is handed out. A file that is
/// laid out comes out as it is. Needs YAML, not a configuration without mistakes. Thread-safe.
public final class Layout {
    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");

    private Layout() {}

    /// What came of it. Immutable.
    public sealed interface Result {
        /// The file as it should be.
        ///
        /// @param before as it was
        record Laid(String before, String text) implements Result {
            public boolean same() {
                return before.equals(text);
            }
        }

        /// It is no YAML, or not to be read.
        record Refused(List<Problem> problems, Sources sources) implements Result {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    /// Lays out a file, and does not write it. Blocks.
    public static Result of(Path file) {
        Findings findings = new Findings();
        String name = file.toString();
        String text = FileText.read(name, file, findings);
        return text == null
                ? new Result.Refused(findings.problems(), Sources.NONE)
                : of(name, text);
    }

    /// Lays out a text.
    ///
    /// @param name what problems call it
    public static Result of(String name, String text) {
        Findings findings = new Findings();
        LayoutReader.Written written = LayoutReader.read(name, text, findings);
        if (written != null) {
            LayoutComments comments = LayoutComments.attach(written);
            LayoutNode root = written.root();
            if (root != null && !written.anchors()) {
                KeyOrder.sort(root, Shapes.CONFIG);
            }
            String laid = LayoutWriter.write(written, comments);
            if (same(name, text, laid)) {
                return new Result.Laid(text, laid);
            }
            findings.problem(
                    new Location(name, 0, 0),
                    1,
                    "",
                    "cannot be laid out without changing what it means",
                    "nothing was changed; this is a mistake of Weir's own, please report it");
        }
        return new Result.Refused(findings.problems(), Sources.NONE.with(name, text));
    }

    /// Whether two texts mean the same, with as many comments.
    private static boolean same(String name, String one, String other) {
        Findings none = new Findings();
        LayoutReader.Written before = LayoutReader.read(name, one, none);
        LayoutReader.Written after = LayoutReader.read(name, other, none);
        return before != null
                && after != null
                && before.comments().size() == after.comments().size()
                && meaning(before.root()).equals(meaning(after.root()));
    }

    private static String meaning(@Nullable LayoutNode node) {
        return switch (node) {
            case null -> "";
            case Alias alias -> alias.source();
            case Text text ->
                    text.style() == ScalarStyle.PLAIN && NOTHING.contains(text.value())
                            ? text.anchor() + "nothing"
                            : text.anchor() + quoted(text.value());
            case Group group when group.map ->
                    group.entries.stream()
                            .map(Layout::entry)
                            .sorted()
                            .collect(Collectors.joining(",", group.anchor + "{", "}"));
            case Group group ->
                    group.entries.stream()
                            .map(entry -> meaning(entry.value))
                            .collect(Collectors.joining(",", group.anchor + "[", "]"));
        };
    }

    private static String entry(Entry entry) {
        return meaning(entry.key) + ":" + meaning(entry.value);
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
