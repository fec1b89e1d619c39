package dev.weir.config;

import dev.weir.config.LayoutNode.Alias;
import dev.weir.config.LayoutNode.Comment;
import dev.weir.config.LayoutNode.Entry;
import dev.weir.config.LayoutNode.Group;
import dev.weir.config.LayoutNode.Text;
import dev.weir.schema.Location;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.scanner.ScannerImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.tokens.BlockEntryToken;

/// Reads a YAML text as it is written. Structure comes from the parser's events; comments are what begins with `#` where no value
/// stands, because the parser's own comment events lose the column and some of the places. For one text; confined to a thread.
final class LayoutReader {
    private static final int DEEPEST = 100;

    /// A text of one document.
    ///
    /// @param root null if there is nothing but comments
    /// @param marked whether it begins with `---`
    /// @param anchors whether values are repeated, so that order counts
    record Written(
            @Nullable LayoutNode root,
            boolean marked,
            boolean anchors,
            List<Entry> entries,
            List<Comment> comments) {}

    /// The text cannot be laid out; the problem is reported.
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stop() {
            super(null, null, false, false);
        }
    }

    private final String file;
    private final Findings findings;
    private final int[] text;
    private final int[] dashes;
    private final Iterator<Event> events;

    /// In the order of the text, except those on one line in brackets, which have no comments.
    private final List<Entry> entries = new ArrayList<>();

    private final List<LayoutNode> values = new ArrayList<>();
    private boolean marked;
    private boolean anchors;

    private LayoutReader(String file, String text, Findings findings) {
        this.file = file;
        this.findings = findings;
        this.text = text.codePoints().toArray();
        LoadSettings settings = LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
        this.dashes = dashes(settings, text);
        this.events = new Parse(settings).parseString(text).iterator();
    }

    /// Reads a text, or returns null and has reported why it cannot be laid out.
    static @Nullable Written read(String file, String text, Findings findings) {
        try {
            LayoutReader reader = new LayoutReader(file, text, findings);
            LayoutNode root = reader.document();
            return new Written(
                    root, reader.marked, reader.anchors, reader.entries, reader.comments());
        } catch (YamlEngineException e) {
            YamlMistakes.report(file, text.split("\n", -1), e, findings);
            return null;
        } catch (Stop e) {
            return null;
        }
    }

    private @Nullable LayoutNode document() {
        LayoutNode root = null;
        int documents = 0;
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof DocumentStartEvent start) {
                if (++documents > 1) {
                    throw stop(event, "a second document begins here");
                }
                if (start.getSpecVersion().isPresent() || !start.getTags().isEmpty()) {
                    throw stop(event, "directives before --- are not kept; take them away");
                }
                marked = start.isExplicit();
            }
            if (event instanceof NodeEvent node) {
                root = node(node, 0);
            }
        }
        return root;
    }

    private LayoutNode node(NodeEvent event, int depth) {
        if (depth > DEEPEST) {
            throw stop(event, "values are nested more than " + DEEPEST + " levels deep");
        }
        String anchor = event.getAnchor().map(name -> "&" + name.getValue() + " ").orElse("");
        LayoutNode node =
                switch (event) {
                    case AliasEvent alias -> alias(alias);
                    case ScalarEvent scalar -> text(scalar, anchor);
                    case CollectionStartEvent start -> group(start, anchor, depth);
                    default -> throw new IllegalStateException("no such event: " + event);
                };
        anchors |= !anchor.isEmpty();
        return node;
    }

    private Alias alias(AliasEvent event) {
        Anchor name = event.getAlias();
        Alias alias = new Alias(start(event), end(event), "*" + name.getValue());
        values.add(alias);
        return alias;
    }

    private Text text(ScalarEvent event, String anchor) {
        noTag(event, event.getTag());
        int start = start(event);
        int end = end(event);
        String source =
                new String(text, start, end - start)
                        .substring(anchor.stripTrailing().length())
                        .strip();
        Text value = new Text(start, end, anchor, event.getScalarStyle(), source, event.getValue());
        values.add(value);
        return value;
    }

    private Group group(CollectionStartEvent start, String anchor, int depth) {
        noTag(start, start.getTag());
        boolean map = start instanceof MappingStartEvent;
        Group group = new Group(start(start), anchor, map, start.isFlow());
        int firstEntry = entries.size();
        Event next = events.next();
        while (!(next instanceof CollectionEndEvent)) {
            int place = entries.size();
            Text key = map ? key((NodeEvent) next, depth) : null;
            LayoutNode value = node(map ? (NodeEvent) events.next() : (NodeEvent) next, depth + 1);
            int from = key == null ? dash(group, value) : key.start();
            Entry entry = new Entry(group, from, column(from), key, value);
            entry.apart = apart(from);
            group.entries.add(entry);
            entries.add(place, entry);
            next = events.next();
        }
        int end = end(next);
        boolean oneLine = lineStart(Math.max(group.start, end - 1)) == lineStart(group.start);
        group.close(end, oneLine);
        if (group.inline()) {
            entries.subList(firstEntry, entries.size()).clear();
        }
        return group;
    }

    private Text key(NodeEvent event, int depth) {
        if (!(node(event, depth + 1) instanceof Text key)
                || key.source().indexOf('\n') >= 0
                || text[key.start() == 0 ? 0 : key.start() - 1] == '?'
                || key.start() > 1 && text[key.start() - 2] == '?') {
            throw stop(event, "a key is one word, and stands before its colon");
        }
        return key;
    }

    /// Where a list's entry begins: at its dash, or in brackets at itself.
    private int dash(Group group, LayoutNode value) {
        if (group.flow) {
            return value.start();
        }
        int place = Arrays.binarySearch(dashes, value.start());
        return dashes[(place < 0 ? -place - 1 : place) - 1];
    }

    /// Where the dashes of lists stand, which events do not tell.
    private static int[] dashes(LoadSettings settings, String text) {
        List<Integer> dashes = new ArrayList<>();
        ScannerImpl scanner = new ScannerImpl(settings, new StreamReader(settings, text));
        while (scanner.hasNext()) {
            if (scanner.next() instanceof BlockEntryToken dash) {
                dashes.add(dash.getStartMark().map(Mark::getIndex).orElse(0));
            }
        }
        return dashes.stream().mapToInt(Integer::intValue).toArray();
    }

    /// What begins with `#` behind a blank or at the start of a line, where no value stands.
    private List<Comment> comments() {
        List<Comment> comments = new ArrayList<>();
        int at = 0;
        for (int i = 0; i <= values.size(); i++) {
            boolean last = i == values.size();
            int end = last ? text.length : values.get(i).start();
            while (at < end) {
                boolean begins = text[at] == '#' && (at == 0 || blank(text[at - 1]));
                if (begins) {
                    int lineEnd = lineEnd(at);
                    comments.add(comment(at, lineEnd));
                    at = lineEnd;
                } else {
                    at++;
                }
            }
            at = last ? at : Math.max(at, values.get(i).end());
        }
        return comments;
    }

    private Comment comment(int at, int end) {
        int lineStart = lineStart(at);
        boolean alone = true;
        for (int i = lineStart; i < at; i++) {
            alone &= blank(text[i]);
        }
        String said = new String(text, at, end - at).stripTrailing();
        return new Comment(at, at - lineStart, said, alone, alone && apart(at));
    }

    /// Whether the line before the one of this place is empty.
    private boolean apart(int at) {
        int line = lineStart(at);
        if (line == 0) {
            return false;
        }
        for (int i = lineStart(line - 1); i < line - 1; i++) {
            if (!blank(text[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean blank(int c) {
        return c == ' ' || c == '\t' || c == '\n';
    }

    private int column(int at) {
        return at - lineStart(at);
    }

    private int lineStart(int at) {
        int start = Math.min(at, text.length);
        while (start > 0 && text[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    private int lineEnd(int at) {
        int end = at;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        return end;
    }

    private static int start(Event event) {
        return event.getStartMark().map(Mark::getIndex).orElse(0);
    }

    private static int end(Event event) {
        return event.getEndMark().map(Mark::getIndex).orElse(0);
    }

    private void noTag(Event event, Optional<String> tag) {
        if (tag.isPresent()) {
            throw stop(event, "the tag " + tag.get() + " has no meaning here");
        }
    }

    private Stop stop(Event event, String message) {
        Location at =
                event.getStartMark()
                        .map(mark -> new Location(file, mark.getLine() + 1, mark.getColumn() + 1))
                        .orElse(new Location(file, 0, 0));
        findings.problem(at, 1, "", message, null);
        return new Stop();
    }
}
