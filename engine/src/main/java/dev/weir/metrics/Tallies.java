package dev.weir.metrics;

import dev.weir.service.Service;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/// What all loops have counted up to a moment, for people to look at. Confined to whoever had it made.
///
/// @param routes by name; requests
/// @param services by name, then by endpoint; attempts, of endpoints that are listed
/// @param retriesRefused by service, repetitions that its budget did not allow
/// @param flows requests and connections by the way that they took
public record Tallies(
        Map<String, Tally> routes,
        Map<String, Map<String, Tally>> services,
        Map<String, Long> retriesRefused,
        Map<Flow, FlowCount> flows) {
    /// The way of requests, or of connections that were passed on as they are. Immutable.
    ///
    /// @param route empty for requests that came to none, and for connections
    /// @param service empty where none was asked
    public record Flow(String listener, String route, String service) {}

    /// How many took it. Immutable.
    public record FlowCount(long count, long failed) {
        FlowCount plus(FlowCount other) {
            return new FlowCount(count + other.count, failed + other.failed);
        }
    }

    /// Reads what loops have counted so far. Called on any thread.
    public static Tallies read(Collection<LoopTraffic> loops) {
        Tallies all =
                new Tallies(
                        new LinkedHashMap<>(),
                        new LinkedHashMap<>(),
                        new LinkedHashMap<>(),
                        new LinkedHashMap<>());
        loops.forEach(loop -> loop.addTo(all));
        return all;
    }

    Tally route(String name) {
        return routes.computeIfAbsent(name, _ -> new Tally());
    }

    Tally endpoint(Service service, String endpoint) {
        return services.computeIfAbsent(service.name(), _ -> new LinkedHashMap<>())
                .computeIfAbsent(endpoint, _ -> new Tally());
    }

    void retriesRefused(String service, long count) {
        retriesRefused.merge(service, count, Long::sum);
    }

    void flow(Flow flow, FlowCount count) {
        flows.merge(flow, count, FlowCount::plus);
    }
}
