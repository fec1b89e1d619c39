package dev.weir.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The text of the files that a configuration was read from, by the names that locations use, so that a problem
/// can show its line. Immutable.
public final class Sources {
    public static final Sources NONE = new Sources(Map.of());

    private final Map<String, String> texts;

    private Sources(Map<String, String> texts) {
        this.texts = texts;
    }

    Sources with(String file, String text) {
        Map<String, String> more = new LinkedHashMap<>(texts);
        more.put(file, text);
        return new Sources(more);
    }

    /// The whole text of a file; empty if it was not read.
    public String text(String file) {
        return texts.getOrDefault(file, "");
    }

    /// The names of all files.
    public Set<String> files() {
        return texts.keySet();
    }

    /// A line without its end, counted from 1; empty if there is no such line.
    public String line(String file, int number) {
        String text = texts.getOrDefault(file, "");
        int start = 0;
        for (int line = 1; line < number; line++) {
            start = text.indexOf('\n', start) + 1;
            if (start == 0) {
                return "";
            }
        }
        int end = text.indexOf('\n', start);
        String line = text.substring(start, end < 0 ? text.length() : end);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }
}
