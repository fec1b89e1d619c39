package dev.weir.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// An endpoint in the table of `weir top`. Immutable.
///
/// @param perSecond requests sent to it in a second
/// @param errors the part of them that failed
/// @param half half of them took no longer, in milliseconds; 0 if there were none
/// @param most 99 of 100 took no longer, as well
/// @param score what balancing goes by, the less the better; empty where it compares nothing
record TopRow(
        String service,
        String endpoint,
        EndpointState state,
        int inFlight,
        int weight,
        double perSecond,
        double errors,
        double half,
        double most,
        String score) {

    /// What rows can be sorted by, with the key for it and what heads its column. The most of it comes first, names in their order.
    enum Order {
        SERVICE('s', "service", Comparator.comparing(TopRow::service)),
        HEALTH('h', "state", most(row -> row.state.usual() ? 0.0 : 1.0)),
        IN_FLIGHT('i', "in flight", most(row -> (double) row.inFlight)),
        RATE('r', "req/s", most(row -> row.perSecond)),
        ERRORS('e', "errors", most(row -> row.errors)),
        HALF('m', "50 %", most(row -> row.half)),
        SLOWEST('l', "99 %", most(row -> row.most));

        private final char key;
        private final String head;
        private final Comparator<TopRow> comparator;

        Order(char key, String head, Comparator<TopRow> comparator) {
            this.key = key;
            this.head = head;
            this.comparator = comparator;
        }

        private static Comparator<TopRow> most(Function<TopRow, Double> of) {
            return Comparator.comparing(of).reversed();
        }

        char key() {
            return key;
        }

        String head() {
            return head;
        }

        /// Rows that are alike stay in the order of their names.
        Comparator<TopRow> comparator() {
            return comparator.thenComparing(TopRow::service).thenComparing(TopRow::endpoint);
        }

        static Optional<Order> of(int key) {
            for (Order order : values()) {
                if (order.key == key) {
                    return Optional.of(order);
                }
            }
            return Optional.empty();
        }
    }

    /// All endpoints of a picture.
    static List<TopRow> of(JsonNode picture) {
        List<TopRow> rows = new ArrayList<>();
        JsonNode traffic = picture.path("traffic").path("services");
        for (Map.Entry<String, JsonNode> service : picture.path("services").properties()) {
            JsonNode figures = traffic.path(service.getKey()).path("endpoints");
            for (Map.Entry<String, JsonNode> each :
                    service.getValue().path("endpoints").properties()) {
                rows.add(
                        of(
                                service.getKey(),
                                each.getKey(),
                                each.getValue(),
                                figures.path(each.getKey())));
            }
        }
        return rows;
    }

    private static TopRow of(String service, String name, JsonNode endpoint, JsonNode figures) {
        return new TopRow(
                service,
                name,
                EndpointState.of(endpoint),
                endpoint.path("in_flight").asInt(),
                endpoint.path("weight").asInt(1),
                figures.path("rate").asDouble(),
                figures.path("errors").asDouble(),
                figures.path("p50").asDouble(),
                figures.path("p99").asDouble(),
                endpoint.path("score").path("text").asText());
    }

    Table.Cell[] cells() {
        boolean idle = perSecond == 0;
        return new Table.Cell[] {
            Table.left(service),
            Table.left(endpoint),
            Table.left(state.word(), state.paint()),
            Table.right(Integer.toString(weight)),
            Table.right(Integer.toString(inFlight)),
            Table.right(rate(perSecond)),
            new Table.Cell(
                    idle ? "" : String.format(Locale.ROOT, "%.1f %%", errors * 100),
                    true,
                    errors > 0 ? Paint.BAD : Paint.PLAIN),
            Table.right(idle ? "" : time(half)),
            Table.right(idle ? "" : time(most)),
            Table.right(score)
        };
    }

    private static String rate(double perSecond) {
        return perSecond == 0
                ? "0"
                : String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%,.0f", perSecond);
    }

    private static String time(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%,.0f ms", millis);
    }
}
