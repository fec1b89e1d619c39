package dev.weir.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes the figures of the page about balancing: pictures beside it, and tables between the marks `<!-- sim:NAME -->` and
/// `<!-- /sim -->` in it. The same bytes each time, until the code or a scenario changes. Blocks; takes a minute.
public final class Report {
    /// One part of the page.
    interface Part {
        Written write(Comparison.Progress progress);
    }

    /// What a part is made of: tables by the names of their marks, and pictures by the names of their files.
    record Written(Map<String, String> tables, Map<String, String> pictures) {
        static Written of(String name, String table, String picture) {
            return new Written(Map.of(name, table), Map.of("balancing-" + name + ".svg", picture));
        }
    }

    private static final String PAGE = "balancing.md";

    private static final Map<String, Part> PARTS = parts();

    private Report() {}

    private static Map<String, Part> parts() {
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put("theory", TheoryPart::write);
        parts.put("prequal", PrequalPart::write);
        parts.put("gateways", GatewaysPart::write);
        parts.put("policies", PoliciesPart::write);
        parts.put("hedging", HedgingPart::write);
        parts.put("metastable", MetastablePart::write);
        parts.put("overload", OverloadPart::write);
        parts.put("priorities", PrioritiesPart::write);
        return parts;
    }

    /// @param folder where the page is
    /// @param only one part; empty for all
    /// @throws IllegalArgumentException if there is no such part, or the page lacks a mark
    public static void write(Path folder, String only, Comparison.Progress progress)
            throws IOException {
        if (!only.isEmpty() && !PARTS.containsKey(only)) {
            throw new IllegalArgumentException(
                    "there is no part "
                            + only
                            + " (parts: "
                            + String.join(", ", PARTS.keySet())
                            + ")");
        }
        Path page = folder.resolve(PAGE);
        String text = Files.readString(page);
        for (Map.Entry<String, Part> part : PARTS.entrySet()) {
            if (only.isEmpty() || only.equals(part.getKey())) {
                Written written = part.getValue().write(progress);
                for (Map.Entry<String, String> table : written.tables.entrySet()) {
                    text = replaced(text, table.getKey(), table.getValue());
                }
                for (Map.Entry<String, String> picture : written.pictures.entrySet()) {
                    Files.write(
                            folder.resolve(picture.getKey()),
                            picture.getValue().getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        Files.writeString(page, text);
    }

    private static String replaced(String text, String name, String table) {
        String mark = "<!-- sim:" + name + " -->\n";
        int from = text.indexOf(mark);
        int to = from < 0 ? -1 : text.indexOf("<!-- /sim -->", from);
        if (to < 0) {
            throw new IllegalArgumentException(
                    PAGE + " lacks the marks " + mark.strip() + " and <!-- /sim -->");
        }
        return text.substring(0, from + mark.length()) + table + text.substring(to);
    }
}
