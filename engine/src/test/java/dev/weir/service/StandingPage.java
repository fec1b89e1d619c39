package dev.weir.service;

import dev.weir.service.Standing.Event;
import java.util.Locale;

/// The part of the page about health that shows the state machine, made from its table: as a diagram (Mermaid), and as a
/// table for those who read the text.
final class StandingPage {
    private static final String BEGIN = "<!-- states -->\n";
    private static final String END = "<!-- /states -->\n";

    private StandingPage() {}

    /// The page with its states as they are now.
    static String refreshed(String page) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the page has no place for the states");
        }
        return page.substring(0, begin + BEGIN.length())
                + diagram()
                + "\n"
                + table()
                + page.substring(end);
    }

    private static String diagram() {
        StringBuilder out = new StringBuilder("```mermaid\nstateDiagram-v2\n");
        out.append("    [*] --> ").append(name(Standing.UNKNOWN)).append('\n');
        for (Standing from : Standing.values()) {
            for (Event event : Event.values()) {
                Standing to = from.after(event);
                if (to != from) {
                    out.append("    %s --> %s: %s%n".formatted(name(from), name(to), text(event)));
                }
            }
        }
        return out.append("```\n").toString();
    }

    private static String table() {
        StringBuilder out = new StringBuilder("| state | gets requests |");
        for (Event event : Event.values()) {
            out.append(' ').append(text(event)).append(" |");
        }
        out.append("\n|---|---|").append("---|".repeat(Event.values().length)).append('\n');
        for (Standing from : Standing.values()) {
            out.append("| **%s** | %s |".formatted(name(from), from.usable() ? "yes" : "no"));
            for (Event event : Event.values()) {
                Standing to = from.after(event);
                out.append(to == from ? " – |" : " " + name(to) + " |");
            }
            out.append('\n');
        }
        return out.toString();
    }

    private static String name(Standing standing) {
        return standing.name().toLowerCase(Locale.ROOT);
    }

    private static String text(Event event) {
        return switch (event) {
            case CHECKED_UP -> "checks good";
            case CHECKED_DOWN -> "checks bad";
            case MISBEHAVED -> "fails in traffic";
            case TIME_OVER -> "time is over";
            case PROVED -> "tries went well";
        };
    }
}
