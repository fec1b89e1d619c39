package dev.weir.admin;

import dev.weir.schema.Says;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What goes on, over the last seconds. Immutable.
public record Traffic(
        @Says("Counts steps of the history; one more, and the history has one more value.")
                long step,
        @Says("All requests.") Figures total,
        @Says("By route; those that had none have an empty name.") Map<String, Figures> routes,
        @Says("By service.") Map<String, ServiceFigures> services,
        @Says("The ways that most requests take, the busiest first.") List<FlowFigures> flows) {
    public Traffic {
        flows = List.copyOf(flows);
    }

    /// Attempts at a service and at each of its endpoints.
    public record ServiceFigures(
            Figures all,
            Map<String, Figures> endpoints,
            @Says("Repetitions a second that the retry budget did not allow.")
                    double retriesRefused) {}

    /// A way that requests take, or connections that a `tcp` listener passes on.
    public record FlowFigures(
            String listener,
            @Says("Empty for requests that came to none, and for connections.") String route,
            @Says("Empty if no service was asked.") String service,
            @Says("Requests a second, or connections that ended.") double rate,
            @Says("The part of them that failed.") double errors) {}

    /// The last 15 minutes.
    public record History(
            @Says("Time between two values.") long stepMs,
            @Says(
                            "By what they are of: empty for all requests, `route/NAME`, `service/NAME`, `endpoint/SERVICE/NAME`.")
                    Map<String, Series> series) {}

    /// Values of the past, the newest last; null where there was nothing to measure.
    public record Series(
            List<Double> rate,
            List<Double> errors,
            List<@Nullable Double> p50,
            List<@Nullable Double> p99) {}
}
