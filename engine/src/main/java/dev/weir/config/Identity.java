package dev.weir.config;

import dev.weir.filter.FilterConfig;
import dev.weir.route.RouteConfig;
import dev.weir.service.EndpointConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What makes an entry of a list the same in another configuration: a route's name, or what it matches; an endpoint's address; a
/// filter's kind; of anything else all of it. Immutable.
///
/// @param occurrence counts entries of a list that are the same
record Identity(Object of, int occurrence) {
    /// Where each stands, in the order of the list.
    static Map<Identity, Integer> positions(List<?> items) {
        Map<Identity, Integer> positions = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i++) {
            Object of = of(Objects.requireNonNull(items.get(i)));
            int occurrence = 0;
            while (positions.putIfAbsent(new Identity(of, occurrence), i) != null) {
                occurrence++;
            }
        }
        return positions;
    }

    private static Object of(Object item) {
        return switch (item) {
            case RouteConfig route when route.name().isPresent() -> route.name().get();
            case RouteConfig route -> route.match();
            case EndpointConfig endpoint -> endpoint.address();
            case FilterConfig filter -> filter.getClass();
            default -> item;
        };
    }

    /// Whether what is in both has another order in one than in the other.
    static boolean moved(Set<Identity> before, Set<Identity> after) {
        return !before.stream()
                .filter(after::contains)
                .toList()
                .equals(after.stream().filter(before::contains).toList());
    }
}
