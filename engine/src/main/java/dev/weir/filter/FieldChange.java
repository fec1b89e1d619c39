package dev.weir.filter;

import dev.weir.http.Headers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// A field that is not what it was. Immutable. Values of a field that stands there several times are one text with commas.
///
/// @param before empty if it was not there
/// @param after empty if it is gone
public record FieldChange(String name, String before, String after) {
    /// Stands for a value that is not shown.
    public static final String HIDDEN = "(hidden)";

    private static final Set<String> CREDENTIALS =
            Set.of(
                    "authorization",
                    "proxy-authorization",
                    "cookie",
                    "set-cookie",
                    "x-api-key",
                    "x-auth-token");

    /// The fields of a head as they stand now, by lower-case name.
    public static Map<String, FieldChange> standing(Headers headers) {
        Map<String, FieldChange> fields = new LinkedHashMap<>();
        headers.forEach(
                (name, value) ->
                        fields.merge(
                                name.toLowerCase(Locale.ROOT),
                                new FieldChange(name, value, value),
                                (one, other) ->
                                        new FieldChange(
                                                one.name,
                                                one.before + ", " + other.before,
                                                one.before + ", " + other.before)));
        return fields;
    }

    /// What differs between two such looks.
    ///
    /// @param unshown names whose values are not shown, beside those that carry credentials
    public static List<FieldChange> between(
            Map<String, FieldChange> before, Map<String, FieldChange> after, List<String> unshown) {
        List<FieldChange> changes = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            FieldChange was = before.get(name);
            FieldChange is = after.get(name);
            String from = was == null ? "" : was.before;
            String to = is == null ? "" : is.after;
            if (!from.equals(to)) {
                boolean hidden =
                        CREDENTIALS.contains(name)
                                || unshown.stream().anyMatch(name::equalsIgnoreCase);
                changes.add(
                        new FieldChange(
                                is != null ? is.name : was != null ? was.name : name,
                                shown(from, hidden),
                                shown(to, hidden)));
            }
        }
        return changes;
    }

    private static String shown(String value, boolean hidden) {
        return hidden && !value.isEmpty() ? HIDDEN : value;
    }
}
