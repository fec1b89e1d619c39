package dev.weir.config;

import dev.weir.schema.Location;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where in the files each setting stands, by its path of keys as problems write it: `routes "orders" › match ›
/// path`. Immutable.
public final class Origins {
    /// Of a configuration built in Java: nothing stands anywhere.
    public static final Origins NONE = new Origins(Map.of());

    /// @param length of the value, for the caret
    record Span(Location at, int length) {}

    private final Map<String, Span> spans;

    Origins(Map<String, Span> spans) {
        this.spans = new LinkedHashMap<>(spans);
    }

    /// Where a setting stands: itself, else the nearest section around it that does; [Location#NOWHERE] if none.
    public Location at(String path) {
        return span(path).at;
    }

    /// Whether the file says this setting itself.
    public boolean says(String path) {
        return spans.containsKey(path);
    }

    Span span(String path) {
        String nearest = path;
        while (!nearest.isEmpty()) {
            Span span = spans.get(nearest);
            if (span != null) {
                return span;
            }
            nearest = nearest.substring(0, Math.max(0, nearest.lastIndexOf(KeyPath.STEP)));
        }
        return new Span(Location.NOWHERE, 1);
    }
}
