package dev.weir.filter;

import java.util.List;

/// What a filter would do to a request that is only thought of. Immutable.
///
/// @param verdict what it would say; never [Verdict.Wait]
/// @param known whether this is what a request would meet; if not, the filter cannot tell without doing it, and the verdict is a guess
/// @param says what led there, in sentences' parts: the level of a limit, what was wrong with a token
/// @param unshown fields that it writes and whose values are nobody's business
public record Foresight(Verdict verdict, boolean known, List<String> says, List<String> unshown) {
    /// Of a filter that cannot tell.
    public static final Foresight UNKNOWN =
            new Foresight(Verdict.PASS, false, List.of(), List.of());

    public Foresight {
        says = List.copyOf(says);
        unshown = List.copyOf(unshown);
    }

    public static Foresight of(Verdict verdict, String... says) {
        return new Foresight(verdict, true, List.of(says), List.of());
    }
}
