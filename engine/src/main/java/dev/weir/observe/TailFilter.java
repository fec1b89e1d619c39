package dev.weir.observe;

import dev.weir.exchange.Exchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which exchanges somebody wants to see; all that is said must hold. Immutable.
///
/// @param statuses one of these; empty for any
/// @param route its name
/// @param service its name
/// @param endpoint its name
/// @param slow took at least this long, from the first byte of the request to the last of the answer
public record TailFilter(
        List<Statuses> statuses,
        Optional<String> route,
        Optional<String> service,
        Optional<String> endpoint,
        Duration slow) {
    public static final TailFilter ALL =
            new TailFilter(
                    List.of(), Optional.empty(), Optional.empty(), Optional.empty(), Duration.ZERO);

    public TailFilter {
        statuses = List.copyOf(statuses);
    }

    /// A status, or a class of these.
    public record Statuses(int first, int last) {}

    /// Reads `503`, `5xx` or several with commas between.
    ///
    /// @throws IllegalArgumentException if it is none of these, ready to stand behind the text
    public static List<Statuses> statuses(String text) {
        List<Statuses> all = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            String one = each.strip();
            if (one.matches("[1-5][xX]{2}")) {
                int first = (one.charAt(0) - '0') * 100;
                all.add(new Statuses(first, first + 99));
            } else if (one.matches("[1-5][0-9]{2}")) {
                all.add(new Statuses(Integer.parseInt(one), Integer.parseInt(one)));
            } else {
                throw new IllegalArgumentException("is no status, such as 503, 5xx or 4xx,5xx");
            }
        }
        return all;
    }

    /// Whether an exchange that is over is wanted. Called on its loop.
    boolean wants(Exchange.Record record) {
        return record.endedNanos - record.beganNanos >= slow.toNanos()
                && wantsStatus(record.status)
                && (route.isEmpty() || route.get().equals(record.route))
                && (service.isEmpty() || service.get().equals(record.service))
                && (endpoint.isEmpty() || endpoint.get().equals(record.endpoint));
    }

    private boolean wantsStatus(int status) {
        for (int i = 0; i < statuses.size(); i++) {
            if (status >= statuses.get(i).first && status <= statuses.get(i).last) {
                return true;
            }
        }
        return statuses.isEmpty();
    }
}
