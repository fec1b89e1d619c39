package dev.weir.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A gateway's endpoints as a table, for one moment. Immutable.
///
/// @param order what rows are sorted by
/// @param keys whether single keys do something
record TopScreen(JsonNode picture, TopRow.Order order, boolean keys) {
    private static final String[] HEADS = {
        "service",
        "endpoint",
        "state",
        "weight",
        "in flight",
        "req/s",
        "errors",
        "50 %",
        "99 %",
        "score"
    };

    /// Columns from this on hold figures, and stand at the right.
    private static final int FIRST_FIGURE = 3;

    /// What stands around the rows at most: three lines above, the heads, and two below.
    private static final int AROUND = 6;

    /// @param height most lines; 0 for any
    /// @param width most characters of a line; 0 for any
    List<String> lines(int height, int width, boolean colour) {
        List<String> lines = new ArrayList<>();
        lines.add(cut(first(), width));
        worst(width, colour, lines);
        lines.add("");
        int room = height == 0 ? Integer.MAX_VALUE : Math.max(1, height - AROUND);
        List<TopRow> sorted = TopRow.of(picture).stream().sorted(order.comparator()).toList();
        Table table = new Table();
        table.add(0, heads());
        sorted.stream().limit(room).forEach(row -> table.add(0, row.cells()));
        lines.addAll(table.lines(width, colour));
        if (sorted.size() > room) {
            lines.add("… and " + (sorted.size() - room) + " more");
        }
        if (keys) {
            lines.add(Paint.FAINT.on(cut(help(), width), colour));
        }
        return lines;
    }

    private String first() {
        JsonNode overview = picture.path("overview");
        JsonNode totals = overview.path("totals");
        JsonNode traffic = picture.path("traffic").path("total");
        return String.format(
                Locale.ROOT,
                "Weir %s  %s for %s  config %d   %,.0f req/s, %.1f %% errors   %,d under way   %,d connections",
                overview.path("version").asText(),
                overview.path("phase").asText(),
                Age.of(Duration.ofMillis(overview.path("uptime_ms").asLong())),
                overview.path("configuration").path("version").asLong(),
                traffic.path("rate").asDouble(),
                traffic.path("errors").asDouble() * 100,
                totals.path("in_flight").asLong(),
                totals.path("connections").asLong());
    }

    private void worst(int width, boolean colour, List<String> lines) {
        JsonNode attention = picture.path("overview").path("needs_attention");
        if (attention.isEmpty()) {
            lines.add(Paint.GOOD.on("all is well", colour));
            return;
        }
        JsonNode worst = attention.get(0);
        String more = attention.size() == 1 ? "" : "  (and " + (attention.size() - 1) + " more)";
        String text =
                "%s  %s  %s%s"
                        .formatted(
                                worst.path("severity").asText(),
                                worst.path("about").asText(),
                                worst.path("text").asText(),
                                more);
        boolean note = worst.path("severity").asText().equals("note");
        Paint paint = note ? Paint.FAINT : Paint.BAD;
        lines.add(paint.on(cut(Visible.of(text), width), colour));
    }

    private Table.Cell[] heads() {
        Table.Cell[] cells = new Table.Cell[HEADS.length];
        for (int i = 0; i < HEADS.length; i++) {
            boolean sorted = HEADS[i].equals(order.head());
            cells[i] =
                    new Table.Cell(
                            sorted ? HEADS[i] + "*" : HEADS[i],
                            i >= FIRST_FIGURE,
                            sorted ? Paint.REVERSE : Paint.BOLD);
        }
        return cells;
    }

    private static String help() {
        StringBuilder help = new StringBuilder("sort by");
        for (TopRow.Order each : TopRow.Order.values()) {
            help.append("  ").append(each.key()).append(' ').append(each.head());
        }
        return help.append("     q quit").toString();
    }

    private static String cut(String text, int width) {
        return width == 0 || text.length() <= width ? text : text.substring(0, width - 1) + "…";
    }
}
