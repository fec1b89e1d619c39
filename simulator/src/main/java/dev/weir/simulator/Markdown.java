package dev.weir.simulator;

import java.util.ArrayList;
import java.util.List;

/// A table of a page, row by row. Confined to one thread.
final class Markdown {
    private final List<String> lines = new ArrayList<>();

    Markdown(String... heads) {
        row(heads);
        lines.add("|" + "---|".repeat(heads.length));
    }

    Markdown row(String... cells) {
        lines.add("| " + String.join(" | ", cells) + " |");
        return this;
    }

    @Override
    public String toString() {
        return String.join("\n", lines) + "\n";
    }
}
