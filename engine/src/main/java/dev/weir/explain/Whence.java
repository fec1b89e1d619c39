package dev.weir.explain;

import dev.weir.WeirConfig;
import dev.weir.config.KeyPath;
import dev.weir.config.Origins;
import dev.weir.route.RouteConfig;
import dev.weir.schema.Location;

/// Where settings come from, as people name it: `weir.yaml:12`, or `default`. Immutable.
///
/// @param path of the section
record Whence(Origins origins, String path) {
    static final String DEFAULT = "default";

    /// A place that nobody knows.
    static final String UNKNOWN = "";

    static Whence route(WeirConfig config, Origins origins, int route) {
        return new Whence(origins, KeyPath.route(route, config.routes().get(route)));
    }

    static Whence filter(WeirConfig config, Origins origins, int route, int filter) {
        RouteConfig around = config.routes().get(route);
        return new Whence(
                origins,
                KeyPath.filter(KeyPath.route(route, around), filter, around.filters().get(filter)));
    }

    static Whence service(Origins origins, String service) {
        return new Whence(origins, KeyPath.named("services", service));
    }

    Whence numbered(int index) {
        return new Whence(origins, KeyPath.numbered(path, index));
    }

    Whence below(String key) {
        return new Whence(origins, KeyPath.key(path, key));
    }

    Whence named(String name) {
        return new Whence(origins, KeyPath.named(path, name));
    }

    /// Where the section stands, or the nearest one around it.
    String at() {
        return text(origins.at(path));
    }

    /// Where a setting of the section comes from: its own line, that of a short form that says it, or nowhere but the default.
    ///
    /// @param changed whether it differs from the default
    String of(String key, boolean changed) {
        String setting = KeyPath.key(path, key);
        return origins.says(setting) || changed ? text(origins.at(setting)) : DEFAULT;
    }

    /// Whether the files say a setting of the section.
    boolean says(String key) {
        return origins.says(KeyPath.key(path, key));
    }

    private static String text(Location at) {
        return at.line() == 0 ? UNKNOWN : at.file() + ":" + at.line();
    }
}
