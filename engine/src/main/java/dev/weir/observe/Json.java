package dev.weir.observe;

import org.jspecify.annotations.Nullable;

/// Texts as JSON strings, safe in any JSON reader and on any terminal: quotes, backslashes and control
/// characters are escaped. Thread-safe.
///
/// Source: RFC 8259 §7.
public final class Json {
    /// The C1 controls, which some terminals obey, end here.
    private static final int ESCAPED = 0xa0;

    private static final @Nullable String[] ESCAPES = escapes();

    private Json() {}

    private static @Nullable String[] escapes() {
        @Nullable String[] table = new @Nullable String[ESCAPED];
        for (int c = 0; c < ESCAPED; c++) {
            if (c < 0x20 || c >= 0x7f) {
                String hex = "0123456789abcdef";
                table[c] = "\\u00" + hex.charAt(c >> 4) + hex.charAt(c & 15);
            }
        }
        table['"'] = "\\\"";
        table['\\'] = "\\\\";
        table['\n'] = "\\n";
        table['\r'] = "\\r";
        table['\t'] = "\\t";
        return table;
    }

    /// What stands for a character in a JSON string, or null if it may stand for itself.
    static @Nullable String escape(char c) {
        return c < ESCAPED ? ESCAPES[c] : null;
    }

    /// Appends a text in quotes.
    public static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            String escape = escape(c);
            if (escape != null) {
                out.append(escape);
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /// A text in quotes.
    public static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2);
        quote(text, out);
        return out.toString();
    }
}
