package dev.weir;

import dev.weir.service.Endpoint;
import dev.weir.service.Orders;
import dev.weir.service.Service;
import java.util.List;

/// What the operator has said of endpoints, on its way to the process that takes the place of this one: a line for each endpoint of which
/// anything was said, with blanks between mode, weight (0: none), time in milliseconds, address and service.
///
/// ```
/// DRAINING 0 1763892645000 10.0.0.11:8080 orders
/// ```
final class Heirloom {
    private static final int PARTS = 5;

    private Heirloom() {}

    /// As a text.
    static String write(List<Service> services) {
        StringBuilder text = new StringBuilder();
        for (Service service : services) {
            for (Endpoint endpoint : service.endpoints()) {
                Orders orders = endpoint.state().orders().withoutEnded(endpoint.weight());
                if (orders.mode() != Orders.Mode.READY || orders.weight() > 0) {
                    text.append(orders.mode())
                            .append(' ')
                            .append(orders.weight())
                            .append(' ')
                            .append(orders.sinceMillis())
                            .append(' ')
                            .append(endpoint.name())
                            .append(' ')
                            .append(service.name())
                            .append('\n');
                }
            }
        }
        return text.toString();
    }

    /// What is said there of one endpoint.
    ///
    /// @param weight 0 if nothing is said of it
    record Said(Orders.Mode mode, int weight, long sinceMillis, String endpoint, String service) {}

    /// What a text says.
    static List<Said> read(String text) {
        return text.lines()
                .map(line -> line.split(" ", PARTS))
                .map(
                        parts ->
                                new Said(
                                        Orders.Mode.valueOf(parts[0]),
                                        Integer.parseInt(parts[1]),
                                        Long.parseLong(parts[2]),
                                        parts[3],
                                        parts[4]))
                .toList();
    }
}
