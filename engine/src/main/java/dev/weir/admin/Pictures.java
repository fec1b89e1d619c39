package dev.weir.admin;

import dev.weir.balance.Outlook;
import dev.weir.config.KeyPath;
import dev.weir.config.SettingText;
import dev.weir.health.EndpointHealth;
import dev.weir.listen.ListenerConfig;
import dev.weir.route.Action;
import dev.weir.route.RouteConfig;
import dev.weir.route.RouteTable;
import dev.weir.schema.HostPort;
import dev.weir.schema.Location;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Listing;
import dev.weir.service.Orders;
import dev.weir.service.Service;
import dev.weir.service.Standing;
import dev.weir.tls.ServerTls;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the resources that show listeners, routes and services from the running process. Thread-safe; called on virtual threads.
final class Pictures {
    /// Endpoints that an event loop tells the scores of: so many take it half a millisecond.
    private static final int MOST_RATED = 500;

    private final Gateway gateway;

    Pictures(Gateway gateway) {
        this.gateway = gateway;
    }

    // ---- listeners ----

    List<Resource.Listener> listeners() {
        Gateway.Setup setup = gateway.setup();
        List<Resource.Listener> all = new ArrayList<>();
        for (dev.weir.listen.Listener listener : gateway.listeners()) {
            all.add(
                    listener(
                            listener,
                            setup.config()
                                    .listeners()
                                    .getOrDefault(listener.name(), ListenerConfig.DEFAULTS),
                            setup));
        }
        return all;
    }

    private static Resource.Listener listener(
            dev.weir.listen.Listener listener, ListenerConfig config, Gateway.Setup setup) {
        return new Resource.Listener(
                listener.name(),
                text(listener.address()),
                protocols(config),
                config.tls().isPresent(),
                config.proxyProtocol().map(Json::word),
                config.redirect().isPresent(),
                config.tcp()
                        .map(tcp -> tcp.services().stream().distinct().toList())
                        .orElse(List.of()),
                listener.open(),
                listener.most(),
                listener.certificates().stream().map(Pictures::certificate).toList(),
                at(setup, KeyPath.named("listeners", listener.name())));
    }

    static Resource.Certificate certificate(ServerTls.Held held) {
        return new Resource.Certificate(held.names(), held.file(), held.notAfter());
    }

    private static List<String> protocols(ListenerConfig config) {
        return config.tcp().isPresent()
                ? List.of("tcp")
                : Arrays.stream(ListenerConfig.Protocol.values())
                        .filter(config::speaks)
                        .map(Json::word)
                        .toList();
    }

    static String text(InetSocketAddress address) {
        return new HostPort(address.getHostString(), address.getPort()).toString();
    }

    private static Optional<String> at(Gateway.Setup setup, String path) {
        Location at = setup.origins().at(path);
        return at.line() == 0 ? Optional.empty() : Optional.of(at.toString());
    }

    // ---- routes ----

    /// In the order in which they are preferred.
    List<Resource.Route> routes() {
        Gateway.Setup setup = gateway.setup();
        List<RouteConfig> routes = setup.config().routes();
        List<Resource.Route> all = new ArrayList<>();
        for (int number : RouteTable.order(routes)) {
            RouteConfig route = routes.get(number);
            all.add(
                    new Resource.Route(
                            route.name().orElse("route-" + (number + 1)),
                            all.size() + 1,
                            ConditionWords.of(route.match()),
                            route.filters().stream().map(SettingText::filter).toList(),
                            target(route.action()),
                            route.timeout().firstByte().toMillis(),
                            route.retry().attempts(),
                            at(setup, KeyPath.route(number, route))));
        }
        return all;
    }

    private static Resource.Target target(Action action) {
        return switch (action) {
            case Action.To to ->
                    new Resource.Target("forward", to.shares(), Optional.empty(), Optional.empty());
            case Action.Redirect redirect ->
                    new Resource.Target(
                            "redirect",
                            Map.of(),
                            Optional.of(redirect.status()),
                            Optional.of(redirect.to()));
            case Action.Respond respond ->
                    new Resource.Target(
                            "respond", Map.of(), Optional.of(respond.status()), Optional.empty());
        };
    }

    // ---- services ----

    List<Resource.Service> services() {
        Gateway.Setup setup = gateway.setup();
        List<Service> services = gateway.services();
        Map<String, Outlook> outlooks = outlooks(services);
        return services.stream()
                .map(service -> service(service, outlooks.get(service.name()), setup))
                .toList();
    }

    Resource.Service service(Service service) {
        Map<String, Outlook> outlooks = outlooks(List.of(service));
        return service(service, outlooks.get(service.name()), gateway.setup());
    }

    /// Of the first services, and of none with more endpoints than a loop can look at between two requests.
    private Map<String, Outlook> outlooks(List<Service> services) {
        List<Service> asked = new ArrayList<>();
        int endpoints = 0;
        for (Service service : services) {
            int more = service.endpoints().size();
            if (endpoints + more <= MOST_RATED) {
                endpoints += more;
                asked.add(service);
            }
        }
        return gateway.outlooks(asked);
    }

    private Resource.Service service(
            Service service, @Nullable Outlook outlook, Gateway.Setup setup) {
        Service.Members members = service.members();
        Set<EndpointState> usable = usable(members);
        Map<String, Resource.Score> scores = scores(outlook);
        List<Resource.Endpoint> endpoints =
                service.endpoints().stream()
                        .map(one -> endpoint(one, usable, scores.get(one.name())))
                        .toList();
        return new Resource.Service(
                service.name(),
                SettingText.balance(service.config().balance()),
                Optional.ofNullable(outlook).map(Outlook::rule),
                Json.word(service.config().protocol()),
                service.tls().isPresent(),
                service.config().health().map(SettingText::health),
                service.config().discover().map(how -> "dns " + how.dns()),
                members.panic(),
                members.usable().length,
                endpoints.stream().mapToInt(Resource.Endpoint::inFlight).sum(),
                gateway.waiting(service),
                endpoints,
                at(setup, KeyPath.named("services", service.name())));
    }

    Resource.Endpoint endpoint(Service service, Endpoint endpoint) {
        Map<String, Outlook> outlooks = outlooks(List.of(service));
        return endpoint(
                endpoint,
                usable(service.members()),
                scores(outlooks.get(service.name())).get(endpoint.name()));
    }

    /// By the names of endpoints; empty where balancing compares nothing.
    private static Map<String, Resource.Score> scores(@Nullable Outlook outlook) {
        Map<String, Resource.Score> scores = new HashMap<>();
        if (outlook != null) {
            for (Outlook.Chance one : outlook.chances()) {
                if (!one.score().isEmpty()) {
                    scores.put(
                            one.endpoint().name(),
                            new Resource.Score(
                                    one.score(), one.says(), Figures.rounded(one.probability())));
                }
            }
        }
        return scores;
    }

    private static Set<EndpointState> usable(Service.Members members) {
        Set<EndpointState> states = new HashSet<>();
        for (Endpoint one : members.usable()) {
            states.add(one.state());
        }
        return states;
    }

    private Resource.Endpoint endpoint(
            Endpoint endpoint, Set<EndpointState> usable, Resource.@Nullable Score score) {
        EndpointState state = endpoint.state();
        Orders orders = state.orders();
        Optional<EndpointHealth> checked = gateway.checked(endpoint);
        Optional<EndpointState.Turn> turn = Optional.ofNullable(state.turn());
        return new Resource.Endpoint(
                endpoint.name(),
                text(endpoint.address()),
                orders.mode(),
                orders.sinceMillis() == 0
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochMilli(orders.sinceMillis())),
                health(state.standing()),
                turn.map(last -> gateway.when(last.atNanos())),
                turn.map(EndpointState.Turn::why),
                usable.contains(state),
                checked.map(Pictures::check),
                state.inFlight(),
                endpoint.weight(),
                Listing.listed(endpoint).weight(),
                endpoint.backup(),
                Optional.of(endpoint.zone()).filter(zone -> !zone.isEmpty()),
                Optional.ofNullable(score));
    }

    private static Resource.Check check(EndpointHealth health) {
        return new Resource.Check(health.lastResult(), health.lastLatency().toNanos() / 1000 / 1e3);
    }

    static Resource.Health health(Standing standing) {
        return switch (standing) {
            case UNKNOWN -> Resource.Health.UNKNOWN;
            case UP -> Resource.Health.UP;
            case EJECTED -> Resource.Health.EJECTED;
            case RETURNING -> Resource.Health.RETURNING;
            case DOWN, DOWN_EJECTED -> Resource.Health.DOWN;
        };
    }

    // ---- the whole ----

    Resource.Picture picture(Resource.Overview overview, Traffic traffic) {
        Map<String, Resource.Listener> listeners = new LinkedHashMap<>();
        listeners().forEach(one -> listeners.put(one.name(), one));
        Map<String, Resource.Route> routes = new LinkedHashMap<>();
        routes().forEach(one -> routes.put(one.name(), one));
        Map<String, Resource.ServicePicture> services = new LinkedHashMap<>();
        services().forEach(one -> services.put(one.name(), byName(one)));
        return new Resource.Picture(
                overview, listeners, routes, services, traffic, gateway.runtime());
    }

    /// Endpoints by name instead of in a list, so that a change of one is a small patch.
    private static Resource.ServicePicture byName(Resource.Service service) {
        Map<String, Resource.Endpoint> endpoints = new LinkedHashMap<>();
        service.endpoints().forEach(one -> endpoints.put(one.name(), one));
        return new Resource.ServicePicture(service.without(), endpoints);
    }
}
