package dev.weir.fuzz;

import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// What every target asks.
final class Same {
    private static final Pattern BARE = Pattern.compile("\r(?!\n)|(?<!\r)\n|\0");

    private Same() {}

    static void check(Object found, Object expected, String what, String input) {
        if (!Objects.equals(found, expected)) {
            throw new AssertionError(
                    what
                            + " differs\n   found: "
                            + shown(String.valueOf(found))
                            + "\nexpected: "
                            + shown(String.valueOf(expected))
                            + "\n      of: "
                            + shown(input));
        }
    }

    static void check(Object found, Object expected, String what, Supplier<String> input) {
        if (!Objects.equals(found, expected)) {
            check(found, expected, what, input.get());
        }
    }

    static void holds(boolean claim, String what, String input) {
        if (!claim) {
            throw new AssertionError(what + ": " + shown(input));
        }
    }

    /// No bare CR or LF and no NUL, which a reader might take for the end of something.
    static void clean(String written, String input) {
        holds(!BARE.matcher(written).find(), "a bare CR, LF or NUL is written", input);
    }

    private static String shown(String text) {
        StringBuilder out = new StringBuilder();
        for (char c : text.toCharArray()) {
            out.append(
                    switch (c) {
                        case '\r' -> "\\r";
                        case '\n' -> "\\n";
                        case '\t' -> "\\t";
                        default -> c < ' ' || c > '~' ? "\\u%04x".formatted((int) c) : "" + c;
                    });
        }
        return out.toString();
    }
}
