package dev.weir.route;

import dev.weir.http.IpRange;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Whether one match takes every request that another takes, host and path aside. Cautious: where it cannot tell, it says no. Thread-safe.
final class Coverage {
    private Coverage() {}

    static boolean covers(MatchConfig wide, MatchConfig narrow) {
        return methods(wide.methods(), narrow.methods())
                && named(wide.listener(), narrow.listener())
                && clients(wide.clientIp(), narrow.clientIp())
                && values(lower(wide.headers()), lower(narrow.headers()))
                && values(wide.query(), narrow.query())
                && values(wide.cookies(), narrow.cookies());
    }

    /// Whether some method is in both.
    static boolean methodInBoth(MatchConfig one, MatchConfig other) {
        return one.methods().isEmpty()
                || other.methods().isEmpty()
                || one.methods().stream().anyMatch(other.methods()::contains);
    }

    private static boolean methods(List<String> wide, List<String> narrow) {
        return wide.isEmpty() || !narrow.isEmpty() && wide.containsAll(narrow);
    }

    private static boolean named(Optional<String> wide, Optional<String> narrow) {
        return wide.isEmpty() || wide.equals(narrow);
    }

    private static boolean clients(List<IpRange> wide, List<IpRange> narrow) {
        return wide.isEmpty() || !narrow.isEmpty() && wide.containsAll(narrow);
    }

    private static Map<String, ValueMatch> lower(Map<String, ValueMatch> fields) {
        Map<String, ValueMatch> lower = new TreeMap<>();
        fields.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        return lower;
    }

    private static boolean values(Map<String, ValueMatch> wide, Map<String, ValueMatch> narrow) {
        return wide.entrySet().stream()
                .allMatch(
                        one -> {
                            ValueMatch there = narrow.get(one.getKey());
                            return there != null && implies(there, one.getValue());
                        });
    }

    /// Whether what holds for the one holds for the other, too.
    private static boolean implies(ValueMatch narrow, ValueMatch wide) {
        boolean there = !(narrow instanceof ValueMatch.Present(boolean wanted) && !wanted);
        return switch (wide) {
            case ValueMatch.Present(boolean wanted) -> wanted == there;
            case ValueMatch.Exactly exactly -> exactly.equals(narrow);
            case ValueMatch.Regex(var pattern) ->
                    switch (narrow) {
                        case ValueMatch.Exactly(String text) -> pattern.matches(text);
                        case ValueMatch.Regex(var other) ->
                                other.pattern().equals(pattern.pattern());
                        case ValueMatch.Present _ -> false;
                    };
        };
    }
}
