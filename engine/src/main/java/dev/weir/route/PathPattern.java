package dev.weir.route;

import dev.weir.http.Ascii;
import dev.weir.http.PathNormaliser;
import dev.weir.http.RequestHead;
import dev.weir.schema.Short;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A path to match, by whole segments: `/a/b` is exact, `/a/b/**` is `/a/b` and all below it, `*` stands for one
/// segment, `{id}` for one with a name. Immutable.
///
/// @param segments the segments in order, without a final `**`; `/` has none. A trailing slash of an exact
///     path is an empty last segment.
/// @param prefix whether the pattern ends in `/**`
public record PathPattern(List<Segment> segments, boolean prefix) {
    private static final Pattern NAMED = Pattern.compile("\\{[A-Za-z][A-Za-z0-9_-]*\\}");

    public PathPattern {
        segments = List.copyOf(segments);
    }

    /// One segment of a pattern.
    public sealed interface Segment {
        /// This text, in any spelling that is the same when normalised. Equal to others of the same text.
        final class Literal implements Segment {
            private final String text;
            private final String normalised;

            public Literal(String text) {
                this.text = text;
                String normal = PathNormaliser.normalise("/" + text, false).substring(1);
                this.normalised = normal.equals(text) ? text : normal;
                if (normalised.indexOf('/') >= 0 || normalised.isEmpty() != text.isEmpty()) {
                    throw new IllegalArgumentException(
                            "a path is matched in normal form, where no segment is . or ..");
                }
                if (normalised.indexOf(';') >= 0) {
                    throw new IllegalArgumentException(
                            "what follows a ; in a segment is not matched; leave it out");
                }
            }

            /// As it was written.
            public String text() {
                return text;
            }

            /// The text as it stands in a normalised path.
            public String normalised() {
                return normalised;
            }

            @Override
            public boolean equals(@Nullable Object other) {
                return other instanceof Literal literal && literal.text.equals(text);
            }

            @Override
            public int hashCode() {
                return text.hashCode();
            }

            @Override
            public String toString() {
                return text;
            }
        }

        /// Any one segment that is not empty; the name is empty for `*`.
        record Any(String name) implements Segment {}
    }

    @Short("a path")
    public static PathPattern parse(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("a path begins with a slash: /" + text);
        }
        boolean prefix = text.endsWith("/**");
        String rest = prefix ? text.substring(0, text.length() - 3) : text;
        List<Segment> segments = new ArrayList<>();
        if (!rest.isEmpty() && !rest.equals("/")) {
            for (String part : rest.substring(1).split("/", -1)) {
                segments.add(segment(part));
            }
        }
        return new PathPattern(segments, prefix);
    }

    private static Segment segment(String part) {
        if (part.equals("*")) {
            return new Segment.Any("");
        }
        if (NAMED.matcher(part).matches()) {
            return new Segment.Any(part.substring(1, part.length() - 1));
        }
        if (part.contains("**")) {
            throw new IllegalArgumentException(
                    "** stands only at the end, as a whole segment: /a/**");
        }
        if (part.contains("*") || part.contains("{") || part.contains("}")) {
            throw new IllegalArgumentException(
                    "* and {name} stand for a whole segment; use path-regex for parts of one");
        }
        return new Segment.Literal(part);
    }

    /// Whether the request's path matches. For explanations; requests are matched by a trie of all patterns.
    boolean matches(RequestHead head) {
        if (head.bytes()[head.pathStart()] != '/') {
            return false;
        }
        int position = Segments.first(head.pathStart(), head.pathEnd());
        for (Segment segment : segments) {
            if (position == head.pathEnd()) {
                return false;
            }
            int end = Segments.next(head.bytes(), position, head.pathEnd());
            int nameEnd = Segments.nameEnd(head.bytes(), position, end);
            boolean same =
                    switch (segment) {
                        case Segment.Any _ -> nameEnd > position + 1;
                        case Segment.Literal literal ->
                                Ascii.equals(
                                        head.bytes(), position + 1, nameEnd, literal.normalised());
                    };
            if (!same) {
                return false;
            }
            position = end;
        }
        return prefix || position == head.pathEnd();
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (Segment segment : segments) {
            out.append('/')
                    .append(
                            switch (segment) {
                                case Segment.Literal literal -> literal.text();
                                case Segment.Any any ->
                                        any.name().isEmpty() ? "*" : "{" + any.name() + "}";
                            });
        }
        return prefix ? out.append("/**").toString() : out.isEmpty() ? "/" : out.toString();
    }
}
