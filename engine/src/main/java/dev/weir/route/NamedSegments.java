package dev.weir.route;

import dev.weir.exchange.Exchange;
import dev.weir.http.RequestHead;
import java.util.ArrayList;
import java.util.List;

/// Where the named segments of a pattern stand in a path. Immutable; used on event loops.
final class NamedSegments {
    private static final NamedSegments NO_SEGMENTS = new NamedSegments(new String[0], new int[0]);

    private final String[] names;

    /// The place of each name among the pattern's segments, ascending.
    private final int[] places;

    private NamedSegments(String[] names, int[] places) {
        this.names = names;
        this.places = places;
    }

    static NamedSegments of(MatchConfig match) {
        List<String> names = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        List<PathPattern.Segment> segments =
                match.path().map(PathPattern::segments).orElse(List.of());
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i) instanceof PathPattern.Segment.Any(String name)
                    && !name.isEmpty()) {
                names.add(name);
                places.add(i);
            }
        }
        return names.isEmpty()
                ? NO_SEGMENTS
                : new NamedSegments(
                        names.toArray(String[]::new),
                        places.stream().mapToInt(Integer::intValue).toArray());
    }

    /// Tells the exchange, whose path matches the pattern, where its named segments are.
    void tell(Exchange exchange) {
        if (names.length == 0) {
            return;
        }
        RequestHead head = exchange.request();
        byte[] bytes = head.bytes();
        int[] ranges = exchange.parameterRanges(names.length);
        int position = head.pathStart();
        int place = 0;
        for (int i = 0; i < places.length; i++) {
            position = Segments.skip(bytes, position, head.pathEnd(), places[i] - place);
            place = places[i];
            int end = Segments.next(bytes, position, head.pathEnd());
            ranges[2 * i] = position + 1;
            ranges[2 * i + 1] = Segments.nameEnd(bytes, position, end);
        }
        exchange.pathParameters(names, ranges);
    }
}
