package dev.weir.config;

import dev.weir.WeirConfig;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is not the same in two configurations, in words: for a look before a reload, for the line after one, for the difference between
/// two versions. Immutable; secrets are never in it.
///
/// @param list in the order of the reference, and within it in the order of the files
public record Changes(List<Change> list) {
    /// What a change is about.
    public enum Noun {
        LISTENER,
        ROUTE,
        SERVICE,
        ENDPOINT,
        /// Everything else in a file.
        SETTING;

        String word() {
            return Names.key(this);
        }
    }

    /// What becomes of it.
    public enum What {
        ADDED,
        CHANGED,
        REMOVED
    }

    /// One change.
    ///
    /// @param name of what it is about: of the listener, the route, the service; the endpoint's address; the key of a setting at the
    ///     top of the file
    /// @param service that an endpoint belongs to; empty for everything else
    /// @param path of keys to it, as [Origins] knows it: in the new configuration, or in the old one if it is removed
    /// @param sentence for people, without a full stop: `service orders: health › every is 2s, was 5s`
    public record Change(
            Noun noun, What what, String name, String service, String path, String sentence) {}

    public Changes {
        list = List.copyOf(list);
    }

    /// What is not the same in `after`.
    public static Changes between(WeirConfig before, WeirConfig after) {
        return new Changes(new Differences().between(before, after));
    }

    /// Whether both say the same.
    public boolean none() {
        return list.isEmpty();
    }

    /// All of it on one line: `2 routes changed, service pages added, 1 endpoint left orders`. Something that is alone of its kind is
    /// named, others are counted.
    public String summary() {
        List<String> parts = new ArrayList<>();
        for (Noun noun : List.of(Noun.LISTENER, Noun.ROUTE, Noun.SERVICE)) {
            names(noun).forEach((what, names) -> parts.add(counted(noun, names) + " " + did(what)));
        }
        endpoints(parts);
        Set<String> settings = new LinkedHashSet<>();
        names(Noun.SETTING).values().forEach(settings::addAll);
        if (!settings.isEmpty()) {
            parts.add(String.join(" and ", settings) + " changed");
        }
        return parts.isEmpty() ? "nothing changed" : String.join(", ", parts);
    }

    private Map<What, Set<String>> names(Noun noun) {
        Map<What, Set<String>> names = new EnumMap<>(What.class);
        for (Change change : list) {
            if (change.noun == noun) {
                names.computeIfAbsent(change.what, _ -> new LinkedHashSet<>()).add(change.name);
            }
        }
        return names;
    }

    private static String counted(Noun noun, Set<String> names) {
        return names.size() == 1
                ? noun.word() + " " + names.iterator().next()
                : names.size() + " " + noun.word() + "s";
    }

    private static String did(What what) {
        return switch (what) {
            case ADDED -> "added";
            case CHANGED -> "changed";
            case REMOVED -> "removed";
        };
    }

    private void endpoints(List<String> parts) {
        Map<What, Map<String, Set<String>>> found = new EnumMap<>(What.class);
        for (Change change : list) {
            if (change.noun == Noun.ENDPOINT) {
                found.computeIfAbsent(change.what, _ -> new LinkedHashMap<>())
                        .computeIfAbsent(change.service, _ -> new LinkedHashSet<>())
                        .add(change.name);
            }
        }
        found.forEach((what, services) -> parts.add(endpoints(what, services)));
    }

    private static String endpoints(What what, Map<String, Set<String>> services) {
        int count = services.values().stream().mapToInt(Set::size).sum();
        String where =
                services.size() == 1
                        ? services.keySet().iterator().next()
                        : services.size() + " services";
        return count
                + (count == 1 ? " endpoint " : " endpoints ")
                + switch (what) {
                    case ADDED -> "joined " + where;
                    case CHANGED -> "of " + where + " changed";
                    case REMOVED -> "left " + where;
                };
    }
}
