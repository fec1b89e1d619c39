package dev.weir.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// The text of the files that a configuration was read from, by the names that locations use, so that a problem
/// can show its line. A file that could not be read is there without text. Immutable.
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

    /// These, and those of the others that are not among them.
    public Sources and(Sources others) {
        Map<String, String> more = new LinkedHashMap<>(others.texts);
        more.putAll(texts);
        return new Sources(more);
    }

    /// The same files as they are now. Blocks.
    public Sources again() {
        Map<String, String> now = new LinkedHashMap<>();
        for (String file : texts.keySet()) {
            String text = FileText.read(file, Path.of(file), new Findings());
            now.put(file, text == null ? "" : text);
        }
        return new Sources(now);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sources sources && texts.equals(sources.texts);
    }

    @Override
    public int hashCode() {
        return texts.hashCode();
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
