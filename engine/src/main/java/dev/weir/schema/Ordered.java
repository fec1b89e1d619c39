package dev.weir.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Copies of maps that keep their order, which [Map#copyOf] does not, and never change.
public final class Ordered {
    private Ordered() {}

    /// Most maps of most routes have no entry or one; those cost little.
    ///
    /// @throws NullPointerException if the map is null
    public static <K, V> Map<K, V> copyOf(Map<K, V> map) {
        return map.size() < 2
                ? Map.copyOf(map)
                : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
