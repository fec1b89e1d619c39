package dev.weir.config;

import dev.weir.config.Changes.Change;
import dev.weir.config.Changes.What;
import dev.weir.schema.Location;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes what differs in two configurations that were read from files, for people and for programs, with the place of each change. Immutable.
public record ChangeReport(Changes changes, Origins before, Origins after) {
    /// What is not the same in the second.
    public static ChangeReport of(Reading.Loaded before, Reading.Loaded after) {
        return new ChangeReport(
                Changes.between(before.config(), after.config()),
                before.origins(),
                after.origins());
    }

    /// One line for each change, with its place before it, and all of it on the last line: `nothing changed`.
    public String text() {
        int widest = 0;
        for (Change change : changes.list()) {
            widest = Math.max(widest, at(change).toString().length());
        }
        StringBuilder out = new StringBuilder();
        for (Change change : changes.list()) {
            String at = at(change).toString();
            out.append(at).append(" ".repeat(widest - at.length() + 2));
            out.append(change.sentence()).append('\n');
        }
        return out.append(changes.summary()).append('\n').toString();
    }

    /// One document, with a line break at its end.
    public String json() {
        List<Object> all = new ArrayList<>();
        changes.list().forEach(change -> all.add(json(change)));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("summary", changes.summary());
        document.put("changes", all);
        return Json.print(document);
    }

    private Map<String, Object> json(Change change) {
        Location at = at(change);
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("what", Names.key(change.what()));
        one.put("noun", change.noun().word());
        one.put("name", change.name());
        if (!change.service().isEmpty()) {
            one.put("service", change.service());
        }
        one.put("path", change.path());
        if (at.line() > 0) {
            one.put("file", at.file());
            one.put("line", at.line());
            one.put("column", at.column());
        }
        one.put("sentence", change.sentence());
        return one;
    }

    /// Where a change stands: in the file after it; what is gone from there, where it was.
    private Location at(Change change) {
        Location now = change.what() == What.REMOVED ? Location.NOWHERE : after.at(change.path());
        return now.line() > 0 ? now : before.at(change.path());
    }
}
