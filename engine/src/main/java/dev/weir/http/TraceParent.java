package dev.weir.http;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What the field `traceparent` says: `version-trace-parent-flags` in lower-case hex (W3C Trace Context §3.2). Immutable.
///
/// @param trace 32 digits, not all 0
/// @param parent the span of whoever sends the field, 16 digits, not all 0
/// @param sampled whether that one is recorded
public record TraceParent(String trace, String parent, boolean sampled) {
    private static final int LENGTH = 55;
    private static final int TRACE = 3;
    private static final int TRACE_END = 35;
    private static final int PARENT = 36;
    private static final int PARENT_END = 52;
    private static final int FLAGS = 53;

    /// One that begins a trace.
    public static TraceParent fresh(RandomGenerator random, boolean sampled) {
        return new TraceParent(span(random) + span(random), span(random), sampled);
    }

    /// A new identifier of 16 digits.
    public static String span(RandomGenerator random) {
        long bits = random.nextLong();
        return HexFormat.of().toHexDigits(bits == 0 ? 1 : bits);
    }

    /// Reads a field; one of a later version may have more behind what is known.
    ///
    /// @return null if it is not well-formed, and so to be taken for absent
    public static @Nullable TraceParent read(@Nullable String text) {
        if (text == null || text.length() < LENGTH || text.startsWith("ff")) {
            return null;
        }
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            boolean dash = i == TRACE - 1 || i == TRACE_END || i == PARENT_END;
            if (dash ? c != '-' : (c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return null;
            }
        }
        boolean longer = text.length() > LENGTH;
        if (longer && (text.startsWith("00") || text.charAt(LENGTH) != '-')) {
            return null;
        }
        String trace = text.substring(TRACE, TRACE_END);
        String parent = text.substring(PARENT, PARENT_END);
        boolean sampled = (Character.digit(text.charAt(FLAGS + 1), 16) & 1) == 1;
        return zero(trace) || zero(parent) ? null : new TraceParent(trace, parent, sampled);
    }

    private static boolean zero(String digits) {
        return digits.chars().allMatch(c -> c == '0');
    }

    /// The field.
    @Override
    public String toString() {
        return "00-" + trace + "-" + parent + (sampled ? "-01" : "-00");
    }
}
