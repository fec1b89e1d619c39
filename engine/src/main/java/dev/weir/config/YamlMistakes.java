package dev.weir.config;

import dev.weir.schema.Location;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Says in plain words what is wrong with a text that is no YAML. The parser's own words are recognised by parts that
/// have not changed in years; what is not recognised is shown as it is. Thread-safe.
final class YamlMistakes {
    private YamlMistakes() {}

    /// What to say, and where.
    private record Plain(@Nullable Mark at, String message, @Nullable String hint) {}

    static void report(
            String file, String[] lines, YamlEngineException mistake, Findings findings) {
        if (mistake instanceof MarkedYamlEngineException marked) {
            Mark problem = marked.getProblemMark().orElse(null);
            Plain plain = plain(marked, problem, lines);
            Mark at = plain.at == null ? problem : plain.at;
            Location location =
                    at == null
                            ? new Location(file, 1, 1)
                            : new Location(file, at.getLine() + 1, at.getColumn() + 1);
            findings.problem(location, 1, "", plain.message, plain.hint);
        } else if (mistake instanceof ReaderException reader) {
            findings.problem(
                    place(file, lines, reader.getPosition()),
                    1,
                    "",
                    String.format(
                            "the character U+%04X cannot stand in a configuration",
                            reader.getCodePoint()),
                    "is this a text file?");
        } else {
            findings.problem(
                    new Location(file, 1, 1),
                    1,
                    "",
                    "a YAML version that is not known",
                    "take the %YAML line away; YAML 1.2 is meant");
        }
    }

    private static Location place(String file, String[] lines, int position) {
        int left = position;
        for (int line = 0; line < lines.length; line++) {
            int length = lines[line].codePointCount(0, lines[line].length()) + 1;
            if (left < length) {
                return new Location(file, line + 1, left + 1);
            }
            left -= length;
        }
        return new Location(file, lines.length, 1);
    }

    private static Plain plain(
            MarkedYamlEngineException mistake, @Nullable Mark at, String[] lines) {
        String problem = mistake.getProblem() == null ? "" : mistake.getProblem();
        String context = mistake.getContext() == null ? "" : mistake.getContext();
        Mark start = mistake.getContextMark().orElse(at);
        if (context.contains("scanning an alias")) {
            return new Plain(
                    start,
                    "an unquoted * begins an alias in YAML",
                    "put "
                            + (word(start, lines).equals("*") ? "it" : "the host")
                            + " in quotes: \""
                            + word(start, lines)
                            + "\"");
        }
        if (problem.contains("TAB")) {
            return new Plain(at, "a tab cannot indent", "use spaces; two per level are usual");
        }
        if (problem.contains("cannot start any token")) {
            return new Plain(
                    at,
                    "a value cannot begin with " + word(at, lines).charAt(0),
                    "put it in quotes: \"" + word(at, lines) + "\"");
        }
        if (problem.contains("mapping values are not allowed")) {
            return new Plain(
                    at,
                    "a colon with a blank after it begins a value, but there already is one",
                    "is the line indented as far as its neighbours? A text with \": \" needs quotes");
        }
        if (problem.contains("sequence entries are not allowed")) {
            return new Plain(
                    at,
                    "a list cannot begin behind a key",
                    "begin each entry on a line of its own, or write [one, two]");
        }
        if (problem.contains("could not find expected ':'")) {
            return new Plain(start, "a key needs a colon and a blank behind it", "key: value");
        }
        return brackets(problem, context, at, start, lines);
    }

    private static Plain brackets(
            String problem,
            String context,
            @Nullable Mark at,
            @Nullable Mark start,
            String[] lines) {
        if (context.contains("flow sequence") || context.contains("flow mapping")) {
            String open = context.contains("sequence") ? "[" : "{";
            String close = context.contains("sequence") ? "]" : "}";
            if (problem.contains("but got {") || problem.contains("but got [")) {
                return new Plain(
                        at,
                        "a bracket inside a value begins a map or a list",
                        "put the value in quotes: \"/users/{id}\", \"${PORT}\"");
            }
            boolean end = problem.contains("stream end");
            int line = at == null ? 0 : at.getLine();
            boolean sameLine = start != null && line == start.getLine();
            return new Plain(
                    sameLine && !end ? at : start,
                    open + " is not closed",
                    "expected: a comma or "
                            + close
                            + (sameLine || end ? "" : " before line " + (line + 1)));
        }
        if (context.contains("quoted scalar")) {
            return problem.contains("escape")
                    ? new Plain(
                            at,
                            "a backslash in \"…\" begins an escape, and this one does not exist",
                            "write \\\\, or use '…' for texts with backslashes")
                    : new Plain(start, "the quote that opens here is not closed", null);
        }
        if (problem.contains("expected <block end>")) {
            if (problem.contains("'}'") || problem.contains("']'")) {
                return new Plain(at, "a bracket too many", "take it away");
            }
            return new Plain(
                    at,
                    problem.contains("'<scalar>'")
                            ? "text stands behind a value that is already complete"
                            : "this line does not fit the lines above",
                    problem.contains("'<scalar>'")
                            ? "put the whole value in quotes; a ' in '…' is written ''"
                            : "is it indented exactly as far as its neighbours?");
        }
        if (problem.contains("stream end")) {
            return new Plain(start, "the file ends in the middle of a map or a list", null);
        }
        if (word(at, lines).startsWith(":")) {
            return new Plain(
                    at,
                    "brackets without quotes begin a list",
                    "put an IPv6 address in quotes: \"[::1]:8080\"");
        }
        if (problem.contains("expected the node content") || problem.contains("document start")) {
            return new Plain(
                    at, "nothing can stand here", "is there a bracket or a comma too many?");
        }
        return new Plain(
                at, "is not YAML: " + problem + (context.isEmpty() ? "" : ", " + context), null);
    }

    /// The text from a mark to the next blank or bracket.
    private static String word(@Nullable Mark at, String[] lines) {
        if (at == null || at.getLine() >= lines.length) {
            return "*";
        }
        int[] line = lines[at.getLine()].codePoints().toArray();
        int[] rest = Arrays.copyOfRange(line, Math.min(at.getColumn(), line.length), line.length);
        String word = new String(rest, 0, rest.length).split("[\\s,\\]}]", 2)[0];
        return word.isEmpty() ? "*" : word;
    }
}
