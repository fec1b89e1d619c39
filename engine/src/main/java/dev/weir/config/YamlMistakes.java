package dev.weir.config;

import dev.weir.schema.Location;
import java.util.Arrays;
import java.util.List;
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
            Plain plain = plain(marked, problem, List.of(lines));
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

    /// What the parser says, and of which lines.
    ///
    /// @param start of what it was reading
    private record Trouble(
            String problem,
            String context,
            @Nullable Mark at,
            @Nullable Mark start,
            List<String> lines) {
        boolean says(String part) {
            return problem.contains(part);
        }

        boolean reads(String part) {
            return context.contains(part);
        }
    }

    private static Plain plain(
            MarkedYamlEngineException mistake, @Nullable Mark at, List<String> lines) {
        Trouble trouble =
                new Trouble(
                        mistake.getProblem() == null ? "" : mistake.getProblem(),
                        mistake.getContext() == null ? "" : mistake.getContext(),
                        at,
                        mistake.getContextMark().orElse(at),
                        lines);
        if (trouble.reads("flow sequence") || trouble.reads("flow mapping")) {
            return bracket(trouble);
        }
        if (trouble.reads("alias") || trouble.reads("quoted scalar") || trouble.says("any token")) {
            return beginning(trouble);
        }
        return line(trouble);
    }

    /// In `[…]` or `{…}`.
    private static Plain bracket(Trouble trouble) {
        if (trouble.says("but got {") || trouble.says("but got [")) {
            return new Plain(
                    trouble.at,
                    "a bracket inside a value begins a map or a list",
                    "put the value in quotes: \"/users/{id}\", \"${PORT}\"");
        }
        boolean list = trouble.reads("sequence");
        boolean end = trouble.says("stream end");
        int line = trouble.at == null ? 0 : trouble.at.getLine();
        boolean sameLine = trouble.start != null && line == trouble.start.getLine();
        return new Plain(
                sameLine && !end ? trouble.at : trouble.start,
                (list ? "[" : "{") + " is not closed",
                "expected: a comma or "
                        + (list ? "]" : "}")
                        + (sameLine || end ? "" : " before line " + (line + 1)));
    }

    /// Where a value begins, or in quotes.
    private static Plain beginning(Trouble trouble) {
        if (trouble.reads("alias")) {
            String word = word(trouble.start, trouble.lines);
            return new Plain(
                    trouble.start,
                    "an unquoted * begins an alias in YAML",
                    "put "
                            + (word.equals("*") ? "it" : "the host")
                            + " in quotes: \""
                            + word
                            + "\"");
        }
        if (trouble.says("escape")) {
            return new Plain(
                    trouble.at,
                    "a backslash in \"…\" begins an escape, and this one does not exist",
                    "write \\\\, or use '…' for texts with backslashes");
        }
        if (trouble.reads("quoted scalar")) {
            return new Plain(trouble.start, "the quote that opens here is not closed", null);
        }
        if (trouble.says("TAB")) {
            return new Plain(
                    trouble.at, "a tab cannot indent", "use spaces; two per level are usual");
        }
        String word = word(trouble.at, trouble.lines);
        return new Plain(
                trouble.at,
                "a value cannot begin with " + word.charAt(0),
                "put it in quotes: \"" + word + "\"");
    }

    /// How lines stand to each other.
    private static Plain line(Trouble trouble) {
        Mark at = trouble.at;
        if (trouble.says("mapping values are not allowed")) {
            return new Plain(
                    at,
                    "a colon with a blank after it begins a value, but there already is one",
                    "is the line indented as far as its neighbours? A text with \": \" needs quotes");
        }
        if (trouble.says("sequence entries are not allowed")) {
            return new Plain(
                    at,
                    "a list cannot begin behind a key",
                    "begin each entry on a line of its own, or write [one, two]");
        }
        if (trouble.says("could not find expected ':'")) {
            return new Plain(
                    trouble.start, "a key needs a colon and a blank behind it", "key: value");
        }
        if (trouble.says("stream end")) {
            return new Plain(trouble.start, "the file ends in the middle of a map or a list", null);
        }
        if (trouble.says("'}'") || trouble.says("']'")) {
            return new Plain(at, "a bracket too many", "take it away");
        }
        return trouble.says("expected <block end>") ? neighbours(trouble) : other(trouble);
    }

    private static Plain neighbours(Trouble trouble) {
        return trouble.says("'<scalar>'")
                ? new Plain(
                        trouble.at,
                        "text stands behind a value that is already complete",
                        "put the whole value in quotes; a ' in '…' is written ''")
                : new Plain(
                        trouble.at,
                        "this line does not fit the lines above",
                        "is it indented exactly as far as its neighbours?");
    }

    private static Plain other(Trouble trouble) {
        if (word(trouble.at, trouble.lines).startsWith(":")) {
            return new Plain(
                    trouble.at,
                    "brackets without quotes begin a list",
                    "put an IPv6 address in quotes: \"[::1]:8080\"");
        }
        if (trouble.says("expected the node content") || trouble.says("document start")) {
            return new Plain(
                    trouble.at, "nothing can stand here", "is there a comma or a text too many?");
        }
        return new Plain(
                trouble.at,
                "is not YAML: "
                        + trouble.problem
                        + (trouble.context.isEmpty() ? "" : ", " + trouble.context),
                null);
    }

    /// The text from a mark to the next blank or bracket.
    private static String word(@Nullable Mark at, List<String> lines) {
        if (at == null || at.getLine() >= lines.size()) {
            return "*";
        }
        int[] line = lines.get(at.getLine()).codePoints().toArray();
        int[] rest = Arrays.copyOfRange(line, Math.min(at.getColumn(), line.length), line.length);
        String word = new String(rest, 0, rest.length).split("[\\s,\\]}]", 2)[0];
        return word.isEmpty() ? "*" : word;
    }
}
