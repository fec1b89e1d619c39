package dev.weir.config;

import dev.weir.schema.Location;
import dev.weir.schema.Problem;
import java.util.List;

/// Writes problems for people: place, path of keys, what is wrong; below it the line with a caret under the mistake
/// and what to write instead. Thread-safe.
public final class ProblemReport {
    /// Longer lines are cut around the mistake.
    private static final int WIDEST = 110;

    private static final String RED = "\u001b[31m";
    private static final String BOLD = "\u001b[1m";
    private static final String RESET = "\u001b[0m";

    private final Sources sources;
    private final boolean colour;

    /// @param colour whether to use ANSI colours
    public ProblemReport(Sources sources, boolean colour) {
        this.sources = sources;
        this.colour = colour;
    }

    /// All problems and a last line that counts them.
    ///
    /// @param tail what that means, such as `nothing was started.`
    public String render(List<Problem> problems, String tail) {
        int count = problems.size();
        return render(problems) + count + (count == 1 ? " problem; " : " problems; ") + tail + "\n";
    }

    /// All problems, each on lines of its own.
    public String render(List<Problem> problems) {
        int widest = 0;
        for (Problem problem : problems) {
            widest = Math.max(widest, problem.at().toString().length());
        }
        StringBuilder out = new StringBuilder();
        for (Problem problem : problems) {
            head(out, problem, widest);
            if (problem.at().line() > 0) {
                line(out, problem);
            } else if (problem.hint() != null) {
                hint(out, "  ", problem.hint());
            }
        }
        return out.toString();
    }

    private void head(StringBuilder out, Problem problem, int widest) {
        String at = problem.at().toString();
        out.append(paint(BOLD, at)).append(" ".repeat(widest - at.length() + 2));
        if (!problem.path().isEmpty()) {
            out.append(visible(problem.path())).append(": ");
        }
        out.append(visible(problem.message())).append('\n');
    }

    private void line(StringBuilder out, Problem problem) {
        Location at = problem.at();
        int[] line = sources.line(at.file(), at.line()).codePoints().toArray();
        int column = Math.min(at.column() - 1, line.length);
        int length = Math.max(1, Math.min(problem.length(), line.length - column));
        int from = column + length > WIDEST ? Math.max(0, column - WIDEST / 2) : 0;
        int to = Math.min(line.length, from + WIDEST);
        String before = visible(new String(line, from, column - from));
        String rest = visible(new String(line, column, Math.max(0, to - column)));
        if (!before.isEmpty() || !rest.isEmpty()) {
            String cut = from > 0 ? "…" : "";
            String digits = String.valueOf(at.line());
            String number = " ".repeat(Math.max(0, 5 - digits.length())) + digits + " ";
            out.append(number)
                    .append("| ")
                    .append(cut)
                    .append(before)
                    .append(rest)
                    .append(to < line.length ? "…" : "")
                    .append('\n');
            String margin = " ".repeat(number.length()) + "| ";
            String indent = margin + (cut + before).replaceAll("[^\t]", " ");
            out.append(indent).append(paint(RED, "^".repeat(Math.min(length, to - column + 1))));
            String hint = problem.hint();
            if (hint == null) {
                out.append('\n');
            } else if (hint.contains("\n")) {
                out.append('\n');
                hint(out, margin, hint);
            } else {
                out.append(' ').append(visible(hint)).append('\n');
            }
        } else if (problem.hint() != null) {
            hint(out, "      ", problem.hint());
        }
    }

    private static void hint(StringBuilder out, String indent, String hint) {
        hint.lines().forEach(line -> out.append(indent).append(visible(line)).append('\n'));
    }

    private String paint(String style, String text) {
        return colour ? style + text + RESET : text;
    }

    /// Nothing in a file may move the cursor of the terminal that shows it.
    private static String visible(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            boolean shows =
                                    c == '\t'
                                            || (!Character.isISOControl(c)
                                                    && Character.getType(c) != Character.FORMAT);
                            out.appendCodePoint(shows ? c : '\ufffd');
                        });
        return out.toString();
    }
}
