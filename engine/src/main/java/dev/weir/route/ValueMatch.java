package dev.weir.route;

import com.google.re2j.Pattern;
import dev.weir.schema.Key;
import dev.weir.schema.Says;
import dev.weir.schema.Short;

/// How a value is compared. Immutable.
@Says("A value, `{ regex: … }` for the whole value, or `{ present: true }`.")
public sealed interface ValueMatch {
    boolean matches(String value);

    @Short("a value")
    static ValueMatch of(String value) {
        return new Exactly(value);
    }

    /// The value itself.
    record Exactly(String value) implements ValueMatch {
        @Override
        public boolean matches(String candidate) {
            return value.equals(candidate);
        }
    }

    /// A regular expression (RE2) that the whole value matches.
    @Key("regex")
    @Says("Regular expression for the whole value (RE2 syntax).")
    record Regex(Pattern pattern) implements ValueMatch {
        @Override
        public boolean matches(String candidate) {
            return pattern.matches(candidate);
        }
    }

    /// Whether there is a value at all.
    @Key("present")
    @Says("Whether there must be a value, or must be none.")
    record Present(boolean wanted) implements ValueMatch {
        @Override
        public boolean matches(String candidate) {
            return wanted;
        }
    }
}
