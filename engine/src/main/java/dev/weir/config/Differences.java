package dev.weir.config;

import dev.weir.WeirConfig;
import dev.weir.config.Changes.Change;
import dev.weir.config.Changes.Noun;
import dev.weir.config.Changes.What;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterKinds;
import dev.weir.route.Action;
import dev.weir.route.RouteConfig;
import dev.weir.service.EndpointConfig;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Compares two configurations by the shapes of their settings, so that a key which a feature brings along needs nothing here. For one
/// comparison; confined to its thread.
final class Differences {
    /// Longer texts are cut: a sentence is not the place for a whole section.
    private static final int LONGEST = 100;

    private static final String CHANGED_SECRETLY = "changed (hidden)";

    private final List<Change> found = new ArrayList<>();

    /// Where the comparison is.
    ///
    /// @param path of keys, as problems write it
    /// @param words the same as the end of a sentence: keys below what the sentence is about
    private record Spot(Noun noun, String name, String service, String path, String words) {
        Spot key(String key) {
            return deeper(KeyPath.key(path, key), key);
        }

        Spot at(String path) {
            return new Spot(noun, name, service, path, words);
        }

        Spot deeper(String path, String step) {
            String more = words.isEmpty() ? step : words + KeyPath.STEP + step;
            return new Spot(noun, name, service, path, more);
        }

        String subject() {
            return switch (noun) {
                case ENDPOINT -> "service " + service + ": endpoint " + name;
                case SETTING -> name;
                case LISTENER, ROUTE, SERVICE -> noun.word() + " " + name;
            };
        }
    }

    List<Change> between(WeirConfig before, WeirConfig after) {
        for (Part part : Shapes.CONFIG.parts()) {
            Object was = part.of(before);
            Object is = part.of(after);
            switch (part.key()) {
                case "listeners" -> sections(Noun.LISTENER, part, map(was), map(is));
                case "services" -> sections(Noun.SERVICE, part, map(was), map(is));
                case "routes" -> routes(entry(part.shape()), before.routes(), after.routes());
                default ->
                        compare(
                                part.shape(),
                                was,
                                is,
                                new Spot(Noun.SETTING, part.key(), "", part.key(), ""));
            }
        }
        return found;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object setting) {
        return (Map<String, Object>) setting;
    }

    /// Listeners or services.
    private void sections(
            Noun noun, Part part, Map<String, Object> before, Map<String, Object> after) {
        Shape<Object> shape = entry(part.shape());
        after.forEach(
                (name, is) -> {
                    Spot spot = new Spot(noun, name, "", KeyPath.named(part.key(), name), "");
                    Object was = before.get(name);
                    if (was == null) {
                        say(spot, What.ADDED, "added: " + text(shape, is));
                    } else {
                        compare(shape, was, is, spot);
                    }
                });
        before.keySet().stream()
                .filter(name -> !after.containsKey(name))
                .map(name -> new Spot(noun, name, "", KeyPath.named(part.key(), name), ""))
                .forEach(spot -> say(spot, What.REMOVED, "removed"));
    }

    private void routes(Shape<Object> shape, List<RouteConfig> before, List<RouteConfig> after) {
        Map<Identity, Integer> was = Identity.positions(before);
        Map<Identity, Integer> is = Identity.positions(after);
        is.forEach(
                (identity, at) -> {
                    RouteConfig route = after.get(at);
                    Spot spot = route(route, at);
                    Integer earlier = was.get(identity);
                    if (earlier == null) {
                        say(spot, What.ADDED, "added: " + text(shape, nameable(route)));
                    } else {
                        route(shape, before.get(earlier), route, spot);
                    }
                });
        was.forEach(
                (identity, at) -> {
                    if (!is.containsKey(identity)) {
                        say(route(before.get(at), at), What.REMOVED, "removed");
                    }
                });
        if (Identity.moved(was.keySet(), is.keySet())) {
            Spot top = new Spot(Noun.SETTING, "order of routes", "", "routes", "");
            say(top, What.CHANGED, "changed, which counts where two match equally well");
        }
    }

    private void route(Shape<Object> shape, RouteConfig was, RouteConfig is, Spot spot) {
        if (was.equals(is)) {
            return;
        }
        int already = found.size();
        compare(shape, nameable(was), nameable(is), spot);
        if (found.size() == already) {
            say(spot, What.CHANGED, "changed in filters that no file can name");
        }
    }

    private static Spot route(RouteConfig route, int at) {
        return new Spot(Noun.ROUTE, TestChecks.name(route, at), "", KeyPath.route(at, route), "");
    }

    /// Without filters that only Java can name, which no shape can write.
    private static RouteConfig nameable(RouteConfig route) {
        return route.withFilters(
                route.filters().stream()
                        .filter(filter -> FilterKinds.ALL.contains(filter.getClass()))
                        .toArray(FilterConfig[]::new));
    }

    private void compare(Shape<Object> shape, Object was, Object is, Spot spot) {
        if (was.equals(is)) {
            return;
        }
        Shape<?> plain = shape;
        switch (plain) {
            case RecordShape<?> section ->
                    section.parts().forEach(part -> part(part, part.of(was), part.of(is), spot));
            case OptionalShape<?> optional -> optional(optional, was, is, spot);
            case MapShape<?> _ -> entries(entry(shape), map(was), map(is), spot);
            case ListShape<?> _ -> items(shape, (List<?>) was, (List<?>) is, spot);
            case ChoiceShape<?> choice -> choice(choice, shape, was, is, spot);
            default -> replaced(shape, was, is, spot);
        }
    }

    private void part(Part part, Object was, Object is, Spot spot) {
        if (was.equals(is)) {
            return;
        }
        Spot inside = part.inline() ? spot : spot.key(part.key());
        if (part.secret()) {
            say(inside, What.CHANGED, CHANGED_SECRETLY);
        } else {
            compare(part.shape(), was, is, inside);
        }
    }

    private void optional(OptionalShape<?> shape, Object was, Object is, Spot spot) {
        Shape<Object> inner = cast(shape.inner());
        Object before = ((Optional<?>) was).orElse(null);
        Object after = ((Optional<?>) is).orElse(null);
        if (before != null && after != null) {
            compare(inner, before, after, spot);
        } else {
            appeared(inner, before, after, spot);
        }
    }

    /// Something stands on one side only. For what the sentence is about it is a change.
    private void appeared(
            Shape<Object> shape, @Nullable Object before, @Nullable Object after, Spot spot) {
        if (after != null) {
            say(spot, What.CHANGED, "added: " + text(shape, after));
        } else if (before != null) {
            say(spot, What.CHANGED, "removed, was " + text(shape, before));
        }
    }

    private void entries(
            Shape<Object> shape, Map<String, Object> was, Map<String, Object> is, Spot spot) {
        Shape<?> plain = shape;
        // Single values have no order of their own, and maps of them have another one in each
        // process.
        Set<String> names =
                plain instanceof RecordShape<?> ? new LinkedHashSet<>() : new TreeSet<>();
        names.addAll(is.keySet());
        names.addAll(was.keySet());
        for (String name : names) {
            Object before = was.get(name);
            Object after = is.get(name);
            if (before == null || after == null) {
                oneSided(shape, before, after, spot.key(name), name);
            } else if (MapShape.credential(name) && !before.equals(after)) {
                say(spot.key(name), What.CHANGED, CHANGED_SECRETLY);
            } else {
                compare(shape, before, after, spot.key(name));
            }
        }
    }

    private void oneSided(
            Shape<Object> shape,
            @Nullable Object before,
            @Nullable Object after,
            Spot spot,
            String name) {
        if (MapShape.credential(name)) {
            say(spot, What.CHANGED, after == null ? "removed" : "added (hidden)");
        } else {
            appeared(shape, before, after, spot);
        }
    }

    private void choice(
            ChoiceShape<?> choice, Shape<Object> shape, Object was, Object is, Spot spot) {
        ChoiceShape.Kind<?> kind = kind(choice, is);
        if (kind == null || !kind.type().isInstance(was)) {
            replaced(shape, was, is, spot);
            return;
        }
        String key = Names.key(kind.type());
        if (is instanceof FilterConfig) {
            // The words name the kind already.
            compare(cast(kind.shape()), was, is, spot.at(KeyPath.key(spot.path(), key)));
        } else {
            compare(cast(kind.shape()), was, is, kind.flat() ? spot : spot.key(key));
        }
    }

    private static ChoiceShape.@Nullable Kind<?> kind(ChoiceShape<?> choice, Object setting) {
        for (ChoiceShape.Kind<?> kind : choice.kinds().values()) {
            if (kind.type().isInstance(setting)) {
                return kind;
            }
        }
        return null;
    }

    private void items(Shape<Object> shape, List<?> was, List<?> is, Spot spot) {
        Shape<Object> entry = entry(shape);
        Shape<?> plain = entry;
        if (!(plain instanceof RecordShape<?> || plain instanceof ChoiceShape<?>)) {
            replaced(shape, was, is, spot);
            return;
        }
        Map<Identity, Integer> before = Identity.positions(was);
        Map<Identity, Integer> after = Identity.positions(is);
        after.forEach(
                (identity, at) -> {
                    Object item = Objects.requireNonNull(is.get(at));
                    Spot inside = item(spot, item, at);
                    Integer earlier = before.get(identity);
                    if (earlier == null) {
                        say(inside, added(inside), "added" + setting(entry, item));
                    } else {
                        compare(entry, Objects.requireNonNull(was.get(earlier)), item, inside);
                    }
                });
        before.forEach(
                (identity, at) -> {
                    if (!after.containsKey(identity)) {
                        Object item = Objects.requireNonNull(was.get(at));
                        Spot inside = item(spot, item, at);
                        if (inside.noun() == Noun.ENDPOINT) {
                            say(inside, What.REMOVED, "removed");
                        } else {
                            say(inside.at(spot.path()), What.CHANGED, "removed");
                        }
                    }
                });
        if (Identity.moved(before.keySet(), after.keySet())) {
            say(spot, What.CHANGED, "in another order");
        }
    }

    private static What added(Spot item) {
        return item.noun() == Noun.ENDPOINT ? What.ADDED : What.CHANGED;
    }

    private static Spot item(Spot list, Object item, int at) {
        String path = KeyPath.numbered(list.path(), at);
        return switch (item) {
            case EndpointConfig endpoint ->
                    new Spot(Noun.ENDPOINT, endpoint.address().toString(), list.name(), path, "");
            case FilterConfig filter ->
                    new Spot(
                            list.noun(),
                            list.name(),
                            list.service(),
                            path,
                            "filter " + Names.key(filter.getClass()));
            default -> list.deeper(path, "entry " + (at + 1));
        };
    }

    /// What an entry that was added says beyond what names it.
    private static String setting(Shape<Object> shape, Object item) {
        if (item instanceof EndpointConfig one && one.equals(EndpointConfig.at(one.address()))) {
            return "";
        }
        Shape<?> plain = shape;
        ChoiceShape.Kind<?> kind =
                item instanceof FilterConfig && plain instanceof ChoiceShape<?> choice
                        ? kind(choice, item)
                        : null;
        return ": " + text(kind == null ? shape : cast(kind.shape()), item);
    }

    private void replaced(Shape<Object> shape, Object was, Object is, Spot spot) {
        String before = text(shape, was);
        String after = text(shape, is);
        String rest = "is " + after + ", was " + before;
        say(spot, What.CHANGED, before.equals(after) ? "changed" : rest);
    }

    private void say(Spot spot, What what, String rest) {
        String sentence =
                spot.words().isEmpty()
                        ? spot.subject() + " " + rest
                        : spot.subject() + ": " + spot.words() + " " + rest;
        found.add(
                new Change(spot.noun(), what, spot.name(), spot.service(), spot.path(), sentence));
    }

    private static String text(Shape<Object> shape, Object setting) {
        if (setting instanceof Action.To to && to.shares().size() == 1) {
            return to.shares().keySet().iterator().next();
        }
        String text = YamlWriter.inline(shape.write(setting, Detail.CHANGED));
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }

    private static Shape<Object> entry(Shape<?> shape) {
        return switch (shape) {
            case MapShape<?> map -> cast(map.entry());
            case ListShape<?> list -> cast(list.entry());
            default -> throw new IllegalArgumentException("has no entries: " + shape.type());
        };
    }

    @SuppressWarnings("unchecked")
    private static Shape<Object> cast(Shape<?> shape) {
        return (Shape<Object>) shape;
    }
}
