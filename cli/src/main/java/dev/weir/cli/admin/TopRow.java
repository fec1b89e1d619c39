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
/// @param rate empty if it is not known yet
record TopRow(
        String service,
        String endpoint,
        EndpointState state,
        int inFlight,
        int weight,
        Optional<Scrape.Rate> rate) {

    /// What rows can be sorted by, with the key for it and what heads its column. The most of it comes first, names in their order.
    enum Order {
        SERVICE('s', "service", Comparator.comparing(TopRow::service)),
        HEALTH('h', "state", most(row -> row.state.usual() ? 0.0 : 1.0)),
        IN_FLIGHT('i', "in flight", most(row -> (double) row.inFlight)),
        RATE('r', "req/s", most(row -> row.rate.map(Scrape.Rate::perSecond).orElse(0.0))),
        ERRORS('e', "err/s", most(row -> row.rate.map(Scrape.Rate::errorsPerSecond).orElse(0.0))),
        MEAN('m', "mean", most(row -> row.rate.map(Scrape.Rate::mean).orElse(0.0))),
        SLOWEST('l', "99 %", most(row -> row.rate.map(Scrape.Rate::slowest).orElse(0.0)));

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
    ///
    /// @param rates what is known of an endpoint's traffic
    static List<TopRow> of(JsonNode picture, Function<Scrape.Whose, Optional<Scrape.Rate>> rates) {
        List<TopRow> rows = new ArrayList<>();
        for (Map.Entry<String, JsonNode> service : picture.path("services").properties()) {
            for (Map.Entry<String, JsonNode> each :
                    service.getValue().path("endpoints").properties()) {
                JsonNode endpoint = each.getValue();
                rows.add(
                        new TopRow(
                                service.getKey(),
                                each.getKey(),
                                EndpointState.of(endpoint),
                                endpoint.path("in_flight").asInt(),
                                endpoint.path("weight").asInt(1),
                                rates.apply(new Scrape.Whose(service.getKey(), each.getKey()))));
            }
        }
        return rows;
    }

    Table.Cell[] cells() {
        return new Table.Cell[] {
            Table.left(service),
            Table.left(endpoint),
            Table.left(state.word(), state.paint()),
            Table.right(Integer.toString(weight)),
            Table.right(Integer.toString(inFlight)),
            Table.right(rate.map(known -> number(known.perSecond())).orElse("")),
            new Table.Cell(
                    rate.map(known -> number(known.errorsPerSecond())).orElse(""),
                    true,
                    rate.isPresent() && rate.get().errorsPerSecond() > 0 ? Paint.BAD : Paint.PLAIN),
            Table.right(rate.map(known -> time(known.mean(), known.perSecond())).orElse("")),
            Table.right(rate.map(TopRow::slowest).orElse(""))
        };
    }

    private static String slowest(Scrape.Rate rate) {
        if (rate.slowest() == Double.POSITIVE_INFINITY) {
            return "long";
        }
        return rate.perSecond() == 0 ? "" : "≤ " + time(rate.slowest(), 1);
    }

    private static String number(double perSecond) {
        return perSecond == 0
                ? "0"
                : String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%,.0f", perSecond);
    }

    private static String time(double seconds, double perSecond) {
        if (perSecond == 0) {
            return "";
        }
        double millis = seconds * 1000;
        String format = millis < 10 ? "%.1f ms" : "%,.0f ms";
        return String.format(Locale.ROOT, format, millis);
    }
}
