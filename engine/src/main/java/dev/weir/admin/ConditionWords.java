package dev.weir.admin;

import dev.weir.route.MatchConfig;
import dev.weir.route.ValueMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What must hold for a route, one condition a line, in words. Pure functions; thread-safe.
final class ConditionWords {
    private ConditionWords() {}

    static List<String> of(MatchConfig match) {
        List<String> words = new ArrayList<>();
        either(words, "host is ", match.host());
        match.path().ifPresent(path -> words.add("path is " + path));
        match.pathRegex().ifPresent(regex -> words.add("path matches " + regex.pattern()));
        either(words, "method is ", match.methods());
        values(words, "header", match.headers());
        values(words, "query parameter", match.query());
        values(words, "cookie", match.cookies());
        either(words, "client is in ", match.clientIp());
        match.listener().ifPresent(listener -> words.add("listener is " + listener));
        return words;
    }

    private static void either(List<String> words, String what, List<?> values) {
        if (!values.isEmpty()) {
            words.add(
                    what
                            + values.stream()
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(" or ")));
        }
    }

    private static void values(List<String> words, String what, Map<String, ValueMatch> values) {
        values.forEach((name, value) -> words.add(what + " " + name + " " + said(value)));
    }

    private static String said(ValueMatch value) {
        return switch (value) {
            case ValueMatch.Exactly exactly -> "is " + exactly.value();
            case ValueMatch.Regex regex -> "matches " + regex.pattern().pattern();
            case ValueMatch.Present present -> present.wanted() ? "is there" : "is not there";
        };
    }
}
