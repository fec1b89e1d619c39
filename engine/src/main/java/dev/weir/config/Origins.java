package dev.weir.config;

import dev.weir.schema.Location;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where in the files each setting stands, by its path of keys as problems write it: `routes "orders" › match ›
/// path`. Not changed any more once the files are read; thread-safe then.
public final class Origins {
    /// Of a configuration built in Java: nothing stands anywhere.
    public static final Origins NONE = new Origins();

    private static final Origin NOWHERE = Origin.of("");

    private final Map<Origin, Origin> known = new HashMap<>();

    /// The one that is known by the same path, or else this one from now on.
    Origin known(Origin path) {
        Origin first = known.putIfAbsent(path, path);
        return first == null ? path : first;
    }

    /// Where a setting stands: itself, else the nearest section around it that does; [Location#NOWHERE] if none.
    public Location at(String path) {
        return nearest(path).at();
    }

    /// Whether the file says this setting itself.
    public boolean says(String path) {
        return said(path) != null;
    }

    /// Where the value of a setting comes from: the setting itself, the short form that means it, else the nearest section around it.
    Origin source(String path) {
        Origin found = known.get(Origin.of(path));
        return found == null ? nearest(path) : found;
    }

    /// The setting itself, else the nearest section around it that the file says.
    Origin nearest(String path) {
        String nearest = path;
        while (!nearest.isEmpty()) {
            Origin found = said(nearest);
            if (found != null) {
                return found;
            }
            int step = nearest.lastIndexOf(KeyPath.STEP);
            int number = nearest.endsWith("]") ? nearest.lastIndexOf('[') : -1;
            nearest = nearest.substring(0, Math.max(0, Math.max(step, number)));
        }
        return NOWHERE;
    }

    private @Nullable Origin said(String path) {
        Origin found = known.get(Origin.of(path));
        return found != null && found.said() ? found : null;
    }
}
