package dev.weir.metrics;

import dev.weir.exchange.Exchange;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Standing;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What one event loop has counted, by route, service and listener. Counting is for that loop; anybody may have it written on a page.
///
/// What is kept by name outlives a change of the configuration, so that no counter goes back. Names that the configuration in force does not have
/// are on no page: nobody is to be woken by an endpoint of a service that was taken away. They are kept until the next change, so
/// that one that is taken back counts on; after that they are forgotten, so that a thousand changes hold no more than two.
public final class LoopTraffic {
    private static final RouteTraffic NONE_YET = new RouteTraffic("");

    private final Map<String, RouteTraffic> routes = new ConcurrentHashMap<>();
    private final Map<String, ServiceTraffic> services = new ConcurrentHashMap<>();
    private final Map<String, TcpTraffic> tcp = new ConcurrentHashMap<>();

    /// What is on the page; null as long as nobody has said so, and then it is everything.
    private volatile @Nullable Names shown;

    /// The names of a configuration. Immutable.
    ///
    /// @param routes with those that have none in the file
    public record Names(Set<String> routes, Set<String> services, Set<String> listeners) {
        public Names {
            routes = Set.copyOf(routes);
            services = Set.copyOf(services);
            listeners = Set.copyOf(listeners);
        }
    }

    /// The route of the last request: most come to the same few.
    private RouteTraffic last = NONE_YET;

    /// A request is over, or a connection that was passed on as it is.
    public void ended(Exchange exchange) {
        if (exchange.scheme().equals(Exchange.TCP)) {
            tcp.computeIfAbsent(exchange.listener(), TcpTraffic::new).ended(exchange.record);
            return;
        }
        String route = exchange.record.route;
        RouteTraffic counted = last;
        if (!counted.route().equals(route) || counted == NONE_YET) {
            counted = routes.computeIfAbsent(route, RouteTraffic::new);
            last = counted;
        }
        counted.ended(exchange);
    }

    /// What is counted of a service from now on.
    public ServiceTraffic service(Service service) {
        ServiceTraffic found =
                services.computeIfAbsent(service.name(), _ -> new ServiceTraffic(service));
        found.adopt(service);
        return found;
    }

    /// Another configuration is in force. Called by the loop only, as all that counts.
    public void adopt(Names next) {
        Names before = shown;
        shown = next;
        last = NONE_YET;
        keep(routes, next.routes, before == null ? next.routes : before.routes);
        keep(services, next.services, before == null ? next.services : before.services);
        keep(tcp, next.listeners, before == null ? next.listeners : before.listeners);
    }

    private static void keep(Map<String, ?> counted, Set<String> now, Set<String> before) {
        counted.keySet()
                .removeIf(name -> !name.isEmpty() && !now.contains(name) && !before.contains(name));
    }

    /// Writes what all loops have counted.
    public static void write(Collection<LoopTraffic> loops, Page page) {
        for (LoopTraffic loop : loops) {
            Names names = loop.shown;
            loop.routes.forEach(
                    (name, route) -> {
                        // Requests that came to no route have none.
                        if (name.isEmpty() || names == null || names.routes.contains(name)) {
                            route.write(page);
                        }
                    });
            loop.services.forEach(
                    (name, service) -> {
                        if (names == null || names.services.contains(name)) {
                            service.write(page);
                        }
                    });
            loop.tcp.forEach(
                    (name, listener) -> {
                        if (names == null || names.listeners.contains(name)) {
                            listener.write(page);
                        }
                    });
        }
        loops.stream().limit(1).forEach(loop -> loop.writeEndpoints(page));
    }

    void addTo(Tallies all) {
        routes.values().forEach(route -> route.addTo(all));
        services.values().forEach(service -> service.addTo(all));
        tcp.values().forEach(listener -> listener.addTo(all));
    }

    /// What is counted of each service, by name. Called by anybody.
    public Map<String, ServiceTraffic> services() {
        return Collections.unmodifiableMap(services);
    }

    /// What every loop knows alike.
    private void writeEndpoints(Page page) {
        Names names = shown;
        for (ServiceTraffic traffic : services.values()) {
            Service service = traffic.service();
            if (names != null && !names.services.contains(service.name())) {
                continue;
            }
            for (Endpoint endpoint : service.endpoints()) {
                Standing standing = endpoint.state().standing();
                page.set(
                        Metric.ENDPOINT_UP,
                        standing.usable() ? 1 : 0,
                        service.name(),
                        endpoint.name());
                page.add(
                        Metric.ENDPOINT_IN_FLIGHT,
                        endpoint.state().inFlight(),
                        service.name(),
                        endpoint.name());
            }
        }
    }
}
