package dev.weir;

import dev.weir.config.Origins;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.http.Provenance;
import dev.weir.listen.Listener;
import dev.weir.listen.ListenerConfig;
import dev.weir.listen.Snapshot;
import dev.weir.metrics.LoopTraffic;
import dev.weir.observe.AccessLog;
import dev.weir.route.Route;
import dev.weir.route.RouteTable;
import dev.weir.schema.HostPort;
import dev.weir.service.Service;
import dev.weir.tls.EndpointTls;
import dev.weir.tls.ServerTls;
import dev.weir.trace.Tracing;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A configuration and all that was made from it, so that the next one can go on with what stays the same. Immutable.
///
/// @param origins where its settings stand
/// @param tls by listener
/// @param endpointTls by service
/// @param logExport takes log records to a collector
record Generation(
        WeirConfig config,
        Origins origins,
        Snapshot snapshot,
        Map<String, Listener> listeners,
        Map<String, ServerTls> tls,
        Map<String, EndpointTls> endpointTls,
        Map<Place, Filter> filters,
        Optional<AccessLog> accessLog,
        Optional<AccessLog> logExport,
        Optional<Tracing> tracing) {
    /// Before the first.
    static final Generation NONE =
            new Generation(
                    WeirConfig.DEFAULTS,
                    Origins.NONE,
                    new Snapshot(
                            new RouteTable(List.of()),
                            List.of(),
                            List.of(),
                            new Provenance(
                                    WeirConfig.DEFAULTS.trustedProxies(),
                                    WeirConfig.DEFAULTS.forwardedHeaders()),
                            WeirConfig.DEFAULTS.limits()),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    /// Where a filter stands. One at the same place is the same.
    ///
    /// @param route its name if it has one, or else what it matches
    /// @param occurrence counts filters of the same settings in one route
    record Place(Object route, FilterConfig settings, int occurrence) {}

    /// What is counted under names of its own.
    LoopTraffic.Names names() {
        return new LoopTraffic.Names(
                snapshot.routes().stream().map(Route::name).collect(Collectors.toSet()),
                snapshot.services().stream().map(Service::name).collect(Collectors.toSet()),
                listeners.keySet());
    }

    /// Where each listener listens, in the order of the file.
    Map<String, InetSocketAddress> addresses() {
        Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
        listeners.forEach((name, listener) -> addresses.put(name, listener.address()));
        return addresses;
    }

    /// The service of this name as it was when this began, or null.
    @Nullable Service service(String name) {
        for (Service one : snapshot.services()) {
            if (one.name().equals(name)) {
                return one;
            }
        }
        return null;
    }

    /// The listener whose socket can go on for another configuration, or null: the one at the same address, or if the system chose the
    /// port, the one of the same name.
    @Nullable Listener listener(String name, HostPort at) {
        for (Map.Entry<String, Listener> one : listeners.entrySet()) {
            ListenerConfig was = config.listeners().get(one.getKey());
            boolean same = was != null && was.listen().equals(at);
            if (same && (at.port() != 0 || one.getKey().equals(name))) {
                return one.getValue();
            }
        }
        return null;
    }
}
