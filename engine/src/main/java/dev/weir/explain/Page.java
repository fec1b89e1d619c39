package dev.weir.explain;

import java.util.ArrayList;
import java.util.List;

/// A page of text for a terminal: 80 columns, headings, lines with a place at their right end. For one page; confined to its thread.
final class Page {
    static final int WIDTH = 80;

    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String RESET = "\u001b[0m";

    /// The colours that say something.
    enum Paint {
        PLAIN(""),
        GOOD("\u001b[32m"),
        BAD("\u001b[31m"),
        BOLD("\u001b[1m");

        private final String code;

        Paint(String code) {
            this.code = code;
        }
    }

    private final StringBuilder out = new StringBuilder();
    private final boolean colour;

    Page(boolean colour) {
        this.colour = colour;
    }

    void heading(String text) {
        out.append('\n').append(paint(BOLD, text)).append('\n');
    }

    void line(int indent, String text) {
        line(indent, text, "", Paint.PLAIN);
    }

    void line(int indent, String text, String at) {
        line(indent, text, at, Paint.PLAIN);
    }

    /// A line, broken between words where it is too long; further lines stand two columns to the right.
    ///
    /// @param at where that stands in a file, at the right end of the first line
    void line(int indent, String text, String at, Paint paint) {
        List<String> lines = broken(visible(text), indent, at.isEmpty() ? 0 : at.length() + 2);
        for (int i = 0; i < lines.size(); i++) {
            int margin = indent + (i == 0 ? 0 : 2);
            String line = lines.get(i);
            out.append(" ".repeat(margin)).append(paint(paint.code, line));
            if (i == 0 && !at.isEmpty()) {
                int gap = WIDTH - margin - length(line) - at.length();
                out.append(" ".repeat(Math.max(2, gap))).append(paint(DIM, at));
            }
            out.append('\n');
        }
    }

    private static List<String> broken(String text, int indent, int beside) {
        List<String> lines = new ArrayList<>();
        int start = text.length() - text.stripLeading().length();
        StringBuilder line = new StringBuilder(text.substring(0, start));
        int room = WIDTH - indent - beside;
        boolean first = true;
        for (String word : text.substring(start).split(" ", -1)) {
            if (!first && length(line) + 1 + length(word) > room) {
                lines.add(line.toString().stripTrailing());
                line.setLength(0);
                room = WIDTH - indent - 2;
            } else if (!first) {
                line.append(' ');
            }
            line.append(word);
            first = false;
        }
        lines.add(line.toString());
        return lines;
    }

    private static int length(CharSequence text) {
        return (int) text.codePoints().count();
    }

    private String paint(String code, String text) {
        return colour && !code.isEmpty() ? code + text + RESET : text;
    }

    /// Nothing that clients or files say may move the cursor.
    private static String visible(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c ->
                                out.appendCodePoint(
                                        Character.isISOControl(c)
                                                        || Character.getType(c) == Character.FORMAT
                                                ? '\ufffd'
                                                : c));
        return out.toString();
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
