package dev.weir.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Copies of maps that keep their order, which [Map#copyOf] does not, and never change.
public final class Ordered {
    private Ordered() {}

    /// Most maps of most routes are empty; those cost nothing.
    ///
    /// @throws NullPointerException if the map is null
    public static <K, V> Map<K, V> copyOf(Map<K, V> map) {
        return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
