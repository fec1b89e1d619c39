package dev.weir.metrics;

import dev.weir.exchange.Exchange;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Standing;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What one event loop has counted, by route, service and listener. Counting is for that loop; anybody may have it written on a page. What is
/// kept by name outlives a change of the configuration, so that no counter goes back.
public final class LoopTraffic {
    private static final RouteTraffic NONE_YET = new RouteTraffic("");

    private final Map<String, RouteTraffic> routes = new ConcurrentHashMap<>();
    private final Map<String, ServiceTraffic> services = new ConcurrentHashMap<>();
    private final Map<String, TcpTraffic> tcp = new ConcurrentHashMap<>();

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

    /// Writes what all loops have counted.
    public static void write(Collection<LoopTraffic> loops, Page page) {
        for (LoopTraffic loop : loops) {
            loop.routes.values().forEach(route -> route.write(page));
            loop.services.values().forEach(service -> service.write(page));
            loop.tcp.values().forEach(listener -> listener.write(page));
        }
        loops.stream().limit(1).forEach(loop -> loop.writeEndpoints(page));
    }

    void addTo(Tallies all) {
        routes.values().forEach(route -> route.addTo(all));
        services.values().forEach(service -> service.addTo(all));
    }

    /// What is counted of each service, by name. Called by anybody.
    public Map<String, ServiceTraffic> services() {
        return Collections.unmodifiableMap(services);
    }

    /// What every loop knows alike.
    private void writeEndpoints(Page page) {
        for (ServiceTraffic traffic : services.values()) {
            Service service = traffic.service();
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
