package dev.weir.config;

import dev.weir.WeirConfig;
import dev.weir.balance.Balance;
import dev.weir.balance.StickyConfig;
import dev.weir.exchange.RequestKey;
import dev.weir.filter.jwt.JwtConfig;
import dev.weir.health.HealthConfig;
import dev.weir.route.Action;
import dev.weir.route.PathPattern;
import dev.weir.route.RouteConfig;
import dev.weir.schema.DurationText;
import dev.weir.service.EndpointConfig;
import dev.weir.service.ServiceConfig;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// How the endpoints of one service are chosen: what must fit to its routes, to its endpoints and to itself. For one
/// reading; confined to its thread.
///
/// @param path of keys of the service
record ServiceChecks(Checks checks, WeirConfig config, String path, String name) {

    void run(ServiceConfig service) {
        List<EndpointConfig> endpoints = service.endpoints();
        if (!endpoints.isEmpty() && endpoints.stream().allMatch(EndpointConfig::backup)) {
            checks.wrong(
                    KeyPath.key(path, "endpoints"),
                    "every endpoint is a backup",
                    "take backup off those that come first");
        }
        boolean secure = service.tlsInUse().isPresent();
        if (service.protocol() == ServiceConfig.Protocol.H2 && !secure) {
            checks.wrong(
                    KeyPath.key(path, "protocol"),
                    "h2 is HTTP/2 over TLS, and these endpoints are spoken to in the clear",
                    "put https:// before their addresses, or say h2c");
        }
        if (service.protocol() == ServiceConfig.Protocol.H2C && secure) {
            checks.wrong(
                    KeyPath.key(path, "protocol"),
                    "h2c is HTTP/2 in the clear, and these endpoints are spoken to over TLS",
                    "say h2");
        }
        boolean grpc =
                service.health()
                        .flatMap(HealthConfig::protocol)
                        .filter(HealthConfig.Protocol.GRPC::equals)
                        .isPresent();
        if (grpc && service.protocol() == ServiceConfig.Protocol.H1) {
            checks.wrong(
                    KeyPath.key(KeyPath.key(path, "health"), "protocol"),
                    "gRPC needs endpoints that speak HTTP/2",
                    "add protocol: h2c, or h2 over TLS, to the service");
        }
        String balance = KeyPath.key(path, "balance");
        switch (service.balance()) {
            case Balance.Named _, Balance.Probed _ -> {}
            case Balance.Hash by -> keys(KeyPath.key(balance, "hash"), by.hash());
            case Balance.RingHash by -> keys(KeyPath.key(balance, "ring-hash"), by.ringHash());
        }
        if (service.proxyProtocol().isPresent()) {
            if (service.protocol() != ServiceConfig.Protocol.H1) {
                checks.wrong(
                        KeyPath.key(path, "proxy-protocol"),
                        "a PROXY header speaks for one client, and a connection of HTTP/2 carries the requests of many",
                        "take it out, or say protocol: h1");
            }
            for (String key : List.of("idle", "life", "keep")) {
                String at = KeyPath.key(KeyPath.key(path, "connections"), key);
                if (checks.says(at)) {
                    checks.warn(at, "no connection is kept, because of proxy-protocol");
                }
            }
        }
        service.health().ifPresent(health -> noticing(KeyPath.key(path, "health"), health));
        for (String key : List.of("sticky", "slow-start")) {
            String at = KeyPath.key(path, key);
            if (service.endpoints().size() == 1 && checks.says(at)) {
                checks.warn(at, "does nothing with one endpoint");
            }
        }
        service.sticky()
                .flatMap(StickyConfig::secret)
                .filter(secret -> secret.length() < StickyConfig.LEAST_SECRET_CHARACTERS)
                .ifPresent(
                        _ ->
                                checks.wrong(
                                        KeyPath.key(KeyPath.key(path, "sticky"), "secret"),
                                        "has fewer than 16 characters",
                                        "for example what `openssl rand -hex 16` prints"));
        if (service.sticky().isPresent() && !service.balance().keys().isEmpty()) {
            checks.warn(
                    KeyPath.key(path, "sticky"),
                    "the cookie wins over the hash, which decides only for clients without one");
        }
    }

    /// A release stops gateways and endpoints alike: what drains is to be noticed before it is gone.
    private void noticing(String at, HealthConfig health) {
        String every = KeyPath.key(at, "every");
        String place = checks.says(every) ? every : at;
        if (health.timeout().compareTo(health.every()) > 0) {
            checks.warn(
                    place,
                    "a check that hangs takes "
                            + DurationText.print(health.timeout())
                            + ", longer than the "
                            + DurationText.print(health.every())
                            + " from one to the next, which then comes late");
        }
        Duration noticed = health.noticed();
        Duration drain = config.drain().delay().plus(config.drain().timeout());
        if (noticed.compareTo(drain) > 0) {
            checks.warn(
                    place,
                    "an endpoint that stops is noticed after "
                            + DurationText.print(noticed)
                            + " ("
                            + health.downAfter()
                            + " × "
                            + DurationText.print(health.every())
                            + "), later than the "
                            + DurationText.print(drain)
                            + " of drain, after which what stops is gone");
        }
    }

    private void keys(String at, List<RequestKey> keys) {
        if (keys.isEmpty()) {
            checks.wrong(at, "names nothing", "expected: for example client.ip");
        }
        List<RouteConfig> routes =
                config.routes().stream()
                        .filter(
                                route ->
                                        route.action() instanceof Action.To to
                                                && to.shares().containsKey(name))
                        .toList();
        for (int i = 0; i < keys.size(); i++) {
            String place = KeyPath.numbered(at, i);
            RequestKey key = keys.get(i);
            switch (key.source()) {
                case JWT -> {
                    boolean checked =
                            routes.stream()
                                    .flatMap(route -> route.filters().stream())
                                    .anyMatch(JwtConfig.class::isInstance);
                    if (!checked && !routes.isEmpty()) {
                        checks.wrong(
                                place,
                                "no request has "
                                        + checks.shown(place, key.toString())
                                        + ": no route to here has a jwt filter",
                                "put - jwt: … in the route, or hash something else");
                    }
                }
                case PATH -> {
                    Set<String> segments = new TreeSet<>();
                    routes.forEach(route -> segments.addAll(segments(route)));
                    if (!segments.contains(key.name()) && !routes.isEmpty()) {
                        checks.wrong(
                                place,
                                "no request has "
                                        + checks.shown(place, key.toString())
                                        + ": no route to here names that segment"
                                        + Nearest.didYouMean(key.name(), segments),
                                "name it in match.path, as in /users/{id}");
                    }
                }
                case HEADER -> checks.fieldName(place, key.name());
                case CLIENT_IP, COOKIE, QUERY, ROUTE -> {}
            }
        }
    }

    private static List<String> segments(RouteConfig route) {
        return route.match().path().stream()
                .flatMap(pattern -> pattern.segments().stream())
                .filter(PathPattern.Segment.Any.class::isInstance)
                .map(segment -> ((PathPattern.Segment.Any) segment).name())
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
