package dev.weir.config;

import dev.weir.filter.FilterConfig;
import dev.weir.route.RouteConfig;
import dev.weir.schema.Key;
import java.util.Objects;

/// How the path of keys to a setting is written: `routes "orders" › filters[0] › jwt › leeway`. Entries that have
/// a name are called by it, others by their number from 0.
public final class KeyPath {
    static final String STEP = " › ";
    static final String NAME = " \"";
    static final String NAME_END = "\"";

    private KeyPath() {}

    /// A key in a section; the path of the whole file is empty.
    public static String key(String section, String key) {
        return section.isEmpty() ? key : section + STEP + key;
    }

    /// An entry that has a name.
    public static String named(String list, String name) {
        return list + NAME + name + NAME_END;
    }

    /// An entry that has none.
    public static String numbered(String list, int index) {
        return list + "[" + index + "]";
    }

    /// A route.
    public static String route(int index, RouteConfig route) {
        return route.name()
                .map(name -> named("routes", name))
                .orElseGet(() -> numbered("routes", index));
    }

    /// A step of a route's chain.
    public static String filter(String route, int index, FilterConfig filter) {
        String at = numbered(key(route, "filters"), index);
        Key kind = filter.getClass().getAnnotation(Key.class);
        return kind == null ? at : key(at, Objects.requireNonNull(kind).value());
    }
}
