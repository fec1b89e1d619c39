package dev.weir.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Bytes as text and back, and text as a failed test should show it.
final class Text {
    private static final int LONGEST_SHOWN = 600;

    private Text() {}

    static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /// Without the blanks that HTTP allows around a value: space and tab only.
    static String trimmed(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isBlank(value.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /// In quotes, control characters escaped, cut if long.
    static String shown(String text) {
        var shown = new StringBuilder("\"");
        for (int i = 0; i < Math.min(text.length(), LONGEST_SHOWN); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\r' -> shown.append("\\r");
                case '\n' -> shown.append("\\n");
                case '\t' -> shown.append("\\t");
                default -> {
                    if (c < ' ' || c >= 0x7f) {
                        shown.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
                    } else {
                        shown.append(c);
                    }
                }
            }
        }
        shown.append('"');
        if (text.length() > LONGEST_SHOWN) {
            shown.append(" … (").append(text.length()).append(" bytes)");
        }
        return shown.toString();
    }

    static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
