package dev.weir.config;

import java.util.List;
import java.util.Map;

/// Prints maps, lists, texts, numbers and booleans as JSON. Thread-safe.
final class Json {
    private Json() {}

    static String print(Map<String, Object> document) {
        StringBuilder out = new StringBuilder();
        value(out, document, 0);
        return out.append('\n').toString();
    }

    private static void value(StringBuilder out, Object value, int indent) {
        switch (value) {
            case Map<?, ?> map -> map(out, map, indent);
            case List<?> list -> list(out, list, indent);
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth);
            default -> text(out, value.toString());
        }
    }

    private static void map(StringBuilder out, Map<?, ?> map, int indent) {
        String between = "{\n";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(between).append("  ".repeat(indent + 1));
            text(out, String.valueOf(entry.getKey()));
            out.append(": ");
            value(out, entry.getValue(), indent + 1);
            between = ",\n";
        }
        out.append(map.isEmpty() ? "{}" : "\n" + "  ".repeat(indent) + "}");
    }

    private static void list(StringBuilder out, List<?> list, int indent) {
        boolean small = list.stream().noneMatch(one -> one instanceof Map || one instanceof List);
        String between = small ? "[" : "[\n" + "  ".repeat(indent + 1);
        for (Object one : list) {
            out.append(between);
            value(out, one, indent + 1);
            between = small ? ", " : ",\n" + "  ".repeat(indent + 1);
        }
        out.append(list.isEmpty() ? "[]" : small ? "]" : "\n" + "  ".repeat(indent) + "]");
    }

    private static void text(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
