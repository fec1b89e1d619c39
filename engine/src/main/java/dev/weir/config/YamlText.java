package dev.weir.config;

import dev.weir.schema.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Builds located values from the events of SnakeYAML Engine. It does so itself, and not with the engine's composer,
/// because the composer recurses as deep as the text is nested, loses where aliases stand, and knows no bound for what
/// aliases multiply. For one text; confined to the thread that reads.
final class YamlText {
    /// What aliases may add in all; a hand-written file repeats a section a few dozen times.
    private static final int MOST_REPEATED = 100_000;

    private static final int DEEPEST = 100;
    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");

    private final String file;
    private final Variables variables;
    private final Findings findings;
    private final String[] lines;
    private final Iterator<Event> events;
    private final Map<String, Anchored> anchors = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private final String[] met = new String[256];
    private int repeated;

    /// @param size how many values it is made of
    private record Anchored(Value value, int size) {}

    /// The rest of the text cannot be understood; the problem is reported.
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stop() {
            super(null, null, false, false);
        }
    }

    private YamlText(String file, String text, Variables variables, Findings findings) {
        this.file = file;
        this.variables = variables;
        this.findings = findings;
        this.lines = text.split("\n", -1);
        LoadSettings settings =
                LoadSettings.builder()
                        .setUseMarks(true)
                        .setParseComments(false)
                        .setCodePointLimit(Integer.MAX_VALUE)
                        .build();
        this.events = new Parse(settings).parseString(text).iterator();
    }

    /// Reads a text of one document, or returns null: it is empty, or what is wrong was reported.
    static @Nullable Value read(String file, String text, Variables variables, Findings findings) {
        YamlText yaml = new YamlText(file, text, variables, findings);
        try {
            return yaml.document();
        } catch (YamlEngineException e) {
            YamlMistakes.report(file, yaml.lines, e, findings);
            return null;
        } catch (Stop e) {
            return null;
        }
    }

    private @Nullable Value document() {
        Value root = null;
        int documents = 0;
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof DocumentStartEvent && ++documents > 1) {
                Location at = location(event.getStartMark());
                findings.problem(
                        at,
                        3,
                        "",
                        "a second document begins here",
                        "one file holds one configuration; take --- away, or use include");
                throw new Stop();
            }
            if (event instanceof NodeEvent node) {
                root = value(node, 0);
            }
        }
        return root;
    }

    private Value value(NodeEvent event, int depth) {
        if (depth > DEEPEST) {
            stop(event, 1, "values are nested more than " + DEEPEST + " levels deep", null);
        }
        if (!(event instanceof AliasEvent)) {
            event.getAnchor().ifPresent(anchor -> open.add(anchor.getValue()));
        }
        Value value =
                switch (event) {
                    case AliasEvent alias -> follow(alias);
                    case ScalarEvent scalar -> scalar(scalar);
                    case MappingStartEvent start -> entries(start, depth);
                    default -> items((CollectionStartEvent) event, depth);
                };
        if (!(event instanceof AliasEvent)) {
            event.getAnchor()
                    .ifPresent(
                            anchor ->
                                    anchors.put(
                                            anchor.getValue(), new Anchored(value, size(value))));
        }
        return value;
    }

    private Value follow(AliasEvent event) {
        String name = event.getAlias().getValue();
        Anchored anchored = anchors.get(name);
        if (anchored == null) {
            boolean inside = open.contains(name);
            stop(
                    event,
                    name.length() + 1,
                    inside
                            ? "*" + name + " repeats the value that it stands in, without end"
                            : "*" + name + " is an alias, but no &" + name + " stands before it",
                    inside
                            ? "an alias stands behind the value that it repeats, never inside it"
                            : "put a text that begins with * in quotes: \"*" + name + "\"");
            throw new Stop();
        }
        repeated += anchored.size;
        if (repeated > MOST_REPEATED) {
            stop(
                    event,
                    name.length() + 1,
                    "aliases make this file more than " + MOST_REPEATED + " values long",
                    "write out what is meant, without aliases of aliases");
        }
        return anchored.value;
    }

    /// Bounded, as what is inside a value was counted when its aliases were followed.
    private static int size(Value value) {
        int size = 1;
        switch (value) {
            case Value.Entries entries -> {
                for (Value.Entry entry : entries.list()) {
                    size += 1 + size(entry.value());
                }
            }
            case Value.Items items -> {
                for (Value item : items.list()) {
                    size += size(item);
                }
            }
            case Value.Scalar _, Value.Nothing _, Value.Broken _ -> {}
        }
        return size;
    }

    private Value entries(MappingStartEvent start, int depth) {
        noTag(start, start.getTag());
        Map<String, Value.Entry> entries = new LinkedHashMap<>();
        NodeEvent next = node();
        while (next != null) {
            Value key = value(next, depth + 1);
            NodeEvent valueEvent = node();
            if (valueEvent == null) {
                throw new IllegalStateException("a key without a value event");
            }
            Value value = value(valueEvent, depth + 1);
            if (key instanceof Value.Scalar name) {
                Value.Entry first = entries.putIfAbsent(name.text(), new Value.Entry(name, value));
                if (first != null) {
                    findings.problem(
                            name,
                            "",
                            "the key " + name.named() + " stands twice in this map",
                            Names.first(first.key().at(), "keep one"));
                }
            } else if (!(key instanceof Value.Broken)) {
                findings.problem(
                        key,
                        "",
                        "a key is one word, not " + Value.describe(key),
                        "put values with { } or [ ] in quotes");
            }
            next = node();
        }
        List<Value.Entry> list = new ArrayList<>(entries.values());
        Location at = location(start.getStartMark());
        boolean block = !list.isEmpty() && at.samePlace(list.getFirst().key().at());
        return new Value.Entries(at, block ? list.getFirst().key().length() : 1, list);
    }

    private Value items(CollectionStartEvent start, int depth) {
        noTag(start, start.getTag());
        List<Value> items = new ArrayList<>();
        for (NodeEvent next = node(); next != null; next = node()) {
            items.add(value(next, depth + 1));
        }
        return new Value.Items(location(start.getStartMark()), 1, items);
    }

    /// The next value's event, or null at the end of a map or list.
    private @Nullable NodeEvent node() {
        return events.next() instanceof NodeEvent node ? node : null;
    }

    private Value scalar(ScalarEvent event) {
        noTag(event, event.getTag());
        Location at = location(event.getStartMark());
        int length = length(event);
        String text = event.getValue();
        if (event.getScalarStyle() == ScalarStyle.PLAIN && NOTHING.contains(text)) {
            return new Value.Nothing(at, length);
        }
        try {
            Variables.Filled filled = variables.fill(text);
            if (!filled.origin().isEmpty()) {
                findings.variable(filled.text(), filled.origin());
            }
            return new Value.Scalar(at, length, once(filled.text()), filled.origin());
        } catch (Variables.Unresolved e) {
            int column =
                    Math.max(at.column() - 1, line(at).indexOf(e.reference(), at.column() - 1));
            findings.problem(
                    new Location(file, at.line(), column + 1),
                    e.reference().length(),
                    "",
                    e.getMessage() == null ? "cannot be filled in" : e.getMessage(),
                    null);
            return new Value.Broken(at, length);
        }
    }

    /// The same object for the same text, mostly: ten thousand routes have the same few keys.
    private String once(String text) {
        int place = text.hashCode() & met.length - 1;
        if (!text.equals(met[place])) {
            met[place] = text;
        }
        return met[place];
    }

    private int length(ScalarEvent event) {
        Mark start = event.getStartMark().orElseThrow();
        Mark end = event.getEndMark().orElseThrow();
        return Math.max(
                1,
                start.getLine() == end.getLine()
                        ? end.getColumn() - start.getColumn()
                        : line(location(event.getStartMark())).length() - start.getColumn());
    }

    private void noTag(NodeEvent event, Optional<String> tag) {
        if (tag.isPresent()) {
            findings.problem(
                    location(event.getStartMark()),
                    1,
                    "",
                    "the tag " + tag.get() + " has no meaning here",
                    "take it away, or put a text that begins with ! in quotes");
        }
    }

    private void stop(Event event, int length, String message, @Nullable String hint) {
        findings.problem(location(event.getStartMark()), length, "", message, hint);
        throw new Stop();
    }

    private String line(Location at) {
        return at.line() <= lines.length ? lines[at.line() - 1] : "";
    }

    private Location location(Optional<Mark> mark) {
        return mark.map(m -> new Location(file, m.getLine() + 1, m.getColumn() + 1))
                .orElse(Location.NOWHERE);
    }
}
