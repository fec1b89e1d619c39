package dev.weir.config;

import dev.weir.schema.Location;
import java.util.Collections;
import java.util.Map;

/// Where in the files each setting stands, by its path of keys as problems write it: `routes "orders" › match ›
/// path`. Immutable.
public final class Origins {
    /// Of a configuration built in Java: nothing stands anywhere.
    public static final Origins NONE = new Origins(Map.of(), Map.of());

    /// @param length of the value, for the caret
    /// @param variable that the value came from; empty if it stands in the file
    record Span(Location at, int length, String variable) {
        private static final Span NOWHERE = new Span(Location.NOWHERE, 1, "");

        static Span of(Value value) {
            return new Span(
                    value.at(),
                    value.length(),
                    value instanceof Value.Scalar scalar ? scalar.origin() : "");
        }
    }

    private final Map<String, Span> spans;
    private final Map<String, Span> meant;

    /// Neither is to be changed any more.
    ///
    /// @param spans of what the files say
    /// @param meant what short forms stand for: the `listen` of `web: 8080`
    Origins(Map<String, Span> spans, Map<String, Span> meant) {
        this.spans = Collections.unmodifiableMap(spans);
        this.meant = Collections.unmodifiableMap(meant);
    }

    /// Where a setting stands: itself, else the nearest section around it that does; [Location#NOWHERE] if none.
    public Location at(String path) {
        return span(path).at;
    }

    /// Whether the file says this setting itself.
    public boolean says(String path) {
        return spans.containsKey(path);
    }

    /// Where the value of a setting that differs from its default comes from.
    Span source(String path) {
        Span shortly = says(path) ? null : meant.get(path);
        return shortly == null ? span(path) : shortly;
    }

    Span span(String path) {
        String nearest = path;
        while (!nearest.isEmpty()) {
            Span span = spans.get(nearest);
            if (span != null) {
                return span;
            }
            int step = nearest.lastIndexOf(KeyPath.STEP);
            int number = nearest.endsWith("]") ? nearest.lastIndexOf('[') : -1;
            nearest = nearest.substring(0, Math.max(0, Math.max(step, number)));
        }
        return Span.NOWHERE;
    }
}
