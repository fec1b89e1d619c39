package dev.weir.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The normal form of a path once more, the plain and slow way: text, lists and regular expressions. Says only
/// whether a path is refused, not why.
public final class SlowPath {
    private static final Pattern ENCODING = Pattern.compile("%([0-9A-Fa-f]{2})");

    private SlowPath() {}

    public static Optional<String> normalise(String path, boolean mergeSlashes) {
        if (!path.matches("/[!-~]*") || path.matches(".*[\\\\#<>\"?].*")) {
            return Optional.empty();
        }
        List<String> segments = new ArrayList<>();
        String[] parts = path.substring(1).split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            if (broken(parts[i])) {
                return Optional.empty();
            }
            String segment = decode(parts[i]);
            switch (segment) {
                case "" -> {
                    if (last || !mergeSlashes) {
                        segments.add("");
                    }
                }
                case "." -> {
                    if (last) {
                        segments.add("");
                    }
                }
                case ".." -> {
                    if (segments.isEmpty()) {
                        return Optional.empty();
                    }
                    segments.removeLast();
                    if (last) {
                        segments.add("");
                    }
                }
                default -> {
                    if (hidesDots(segment)
                            || !last && (segment.startsWith(";") || segment.startsWith("%3B"))) {
                        return Optional.empty();
                    }
                    segments.add(segment);
                }
            }
        }
        return Optional.of("/" + String.join("/", segments));
    }

    private static boolean broken(String part) {
        if (part.replaceAll(ENCODING.pattern(), "").contains("%") || part.contains("%00")) {
            return true;
        }
        byte[] raw = new byte[part.length()];
        int length = 0;
        for (int i = 0; i < part.length(); i++) {
            if (part.charAt(i) == '%') {
                raw[length++] = (byte) Integer.parseInt(part.substring(i + 1, i + 3), 16);
                i += 2;
            } else {
                raw[length++] = (byte) part.charAt(i);
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw, 0, length));
            return false;
        } catch (CharacterCodingException _) {
            return true;
        }
    }

    private static String decode(String part) {
        return ENCODING.matcher(part)
                .replaceAll(
                        found -> {
                            String text =
                                    String.valueOf((char) Integer.parseInt(found.group(1), 16));
                            return Matcher.quoteReplacement(
                                    text.matches("[A-Za-z0-9._~-]")
                                            ? text
                                            : found.group().toUpperCase(Locale.ROOT));
                        });
    }

    private static boolean hidesDots(String segment) {
        for (String part : segment.split("%2F|%5C", -1)) {
            String name = part.split(";|%3B", -1)[0];
            if (name.equals(".") || name.equals("..")) {
                return true;
            }
        }
        return false;
    }
}
