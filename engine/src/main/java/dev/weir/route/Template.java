package dev.weir.route;

import java.util.ArrayList;
import java.util.List;

/// A text with `{name}` in it, taken apart. Immutable.
record Template(List<Part> parts) {

    /// A piece of a template.
    sealed interface Part {
        /// Stands for itself.
        record Text(String text) implements Part {}

        /// `{name}`.
        record Named(String name) implements Part {}
    }

    Template {
        parts = List.copyOf(parts);
    }

    /// @throws IllegalArgumentException if a brace is left open or stands alone
    static Template parse(String text) {
        List<Part> parts = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int open = text.indexOf('{', from);
            String literal = text.substring(from, open < 0 ? text.length() : open);
            if (literal.indexOf('}') >= 0) {
                throw new IllegalArgumentException("a } without { before it: " + text);
            }
            if (!literal.isEmpty()) {
                parts.add(new Part.Text(literal));
            }
            if (open < 0) {
                break;
            }
            int close = text.indexOf('}', open);
            if (close < 0) {
                throw new IllegalArgumentException("a { without } behind it: " + text);
            }
            parts.add(new Part.Named(text.substring(open + 1, close)));
            from = close + 1;
        }
        return new Template(parts);
    }

    /// @throws IllegalArgumentException if it names a segment that the pattern does not, nor is it one of `others`
    void check(MatchConfig match, List<String> others) {
        List<String> known = new ArrayList<>(others);
        for (PathPattern.Segment segment :
                match.path().map(PathPattern::segments).orElse(List.of())) {
            if (segment instanceof PathPattern.Segment.Any(String name) && !name.isEmpty()) {
                known.add(name);
            }
        }
        for (Part part : parts) {
            if (part instanceof Part.Named(String name) && !known.contains(name)) {
                throw new IllegalArgumentException(
                        "{"
                                + name
                                + "} is not a named segment of match.path"
                                + (known.isEmpty()
                                        ? ""
                                        : "; known here: " + String.join(", ", known)));
            }
        }
    }
}
