package dev.weir.testkit;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// One header or trailer line as it stood on the wire: the name in its own spelling, the value without
/// surrounding blanks. Bytes are read as ISO-8859-1. Immutable.
public record HeaderLine(String name, String value) {
    @Override
    public String toString() {
        return name + ": " + value;
    }

    static Stream<String> values(List<HeaderLine> lines, String name) {
        return lines.stream()
                .filter(line -> line.name.equalsIgnoreCase(name))
                .map(HeaderLine::value);
    }

    static Map<String, List<String>> byName(List<HeaderLine> lines) {
        Map<String, List<String>> map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (HeaderLine line : lines) {
            map.merge(
                    line.name,
                    List.of(line.value),
                    (had, more) -> Stream.concat(had.stream(), more.stream()).toList());
        }
        return Collections.unmodifiableMap(map);
    }
}
