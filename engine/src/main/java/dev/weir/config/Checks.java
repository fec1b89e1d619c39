package dev.weir.config;

import dev.weir.WeirConfig;
import dev.weir.http.Ascii;
import dev.weir.http.Field;
import dev.weir.http.Headers;
import dev.weir.listen.ListenerConfig;
import dev.weir.route.Action;
import dev.weir.route.RouteConfig;
import dev.weir.route.TcpConfig;
import dev.weir.schema.HostPort;
import dev.weir.schema.Location;
import dev.weir.service.ConnectionsConfig;
import dev.weir.service.EndpointConfig;
import dev.weir.service.ServiceConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What only the whole configuration can tell: names that must exist, addresses that must differ. Runs also when single
/// settings are wrong, and then says nothing more about those. For one reading; confined to its thread.
final class Checks {
    private final WeirConfig config;
    private final @Nullable Set<String> services;
    private final @Nullable Set<String> listeners;
    private final Findings findings;
    private final Origins origins;

    Checks(WeirConfig config, Value.Entries root, Findings findings) {
        this.config = config;
        this.services = names(root, "services");
        this.listeners = names(root, "listeners");
        this.findings = findings;
        this.origins = findings.origins();
    }

    /// What the file names, even where its settings are wrong: an unknown name would be a second report of one mistake.
    /// Null if the section is no map, so that nothing is known of them.
    private static @Nullable Set<String> names(Value.Entries root, String section) {
        Set<String> names = new HashSet<>();
        Value.Entry entry = root.entry(section);
        if (entry == null || entry.value() instanceof Value.Nothing) {
            return names;
        }
        if (entry.value() instanceof Value.Entries entries) {
            entries.list().forEach(named -> names.add(named.key().text()));
            return names;
        }
        return null;
    }

    void run() {
        config.admin().ifPresent(admin -> new AdminChecks(this, config).run(admin));
        new TelemetryChecks(this).check(config);
        listeners();
        config.services().forEach(this::service);
        zone();
        for (int i = 0; i < config.routes().size(); i++) {
            RouteConfig route = config.routes().get(i);
            new RouteChecks(this, config, KeyPath.route(i, route), route).run();
        }
        new RouteOrderChecks(this, config.routes(), origins).run();
        if (!findings.knownWrong("tests")) {
            new TestChecks(this, config.routes()).run(config.tests());
        }
        unused();
    }

    private void listeners() {
        List<Map.Entry<String, ListenerConfig>> seen = new ArrayList<>();
        for (Map.Entry<String, ListenerConfig> one : config.listeners().entrySet()) {
            HostPort address = one.getValue().listen();
            for (Map.Entry<String, ListenerConfig> other : seen) {
                if (collide(address, other.getValue().listen())) {
                    String first = KeyPath.named("listeners", other.getKey());
                    wrong(
                            KeyPath.named("listeners", one.getKey()),
                            "listens on an address that " + other.getKey() + " already takes",
                            Names.first(origins.at(first), "give one another port"));
                    break;
                }
            }
            seen.add(one);
            new ListenerChecks(this, config, KeyPath.named("listeners", one.getKey()))
                    .run(one.getValue());
        }
        new TlsChecks(this).listeners(config.listeners());
    }

    static boolean collide(HostPort one, HostPort other) {
        return one.port() == other.port()
                && one.port() != 0
                && (one.host().equals(other.host()) || everywhere(one) || everywhere(other));
    }

    private static boolean everywhere(HostPort address) {
        return address.host().isEmpty()
                || address.host().equals("0.0.0.0")
                || address.host().equals("::");
    }

    private void service(String name, ServiceConfig service) {
        String path = KeyPath.named("services", name);
        Map<HostPort, String> seen = new HashMap<>();
        List<EndpointConfig> endpoints = service.endpoints();
        listed(path, service);
        for (int i = 0; i < endpoints.size(); i++) {
            String at = KeyPath.numbered(KeyPath.key(path, "endpoints"), i);
            HostPort address = endpoints.get(i).address().at();
            if (address.host().isEmpty()) {
                wrong(
                        at,
                        "an endpoint needs a host before its port",
                        "expected: host:port, for example 127.0.0.1:" + address.port());
            } else if (address.port() == 0) {
                wrong(at, "an endpoint needs a port from 1 to 65535", null);
            }
            String first = seen.putIfAbsent(address, at);
            if (first != null) {
                wrong(
                        at,
                        shown(at, address.toString()) + " stands twice",
                        Names.first(
                                origins.at(first), "for a larger share give one entry a weight"));
            }
        }
        new OutlierChecks(this, path, service).run();
        ConnectionsConfig connections = service.connections();
        if (connections.pending() == 0
                && !connections.maxWait().equals(ConnectionsConfig.DEFAULTS.maxWait())) {
            wrong(
                    KeyPath.key(KeyPath.key(path, "connections"), "max-wait"),
                    "nobody waits, because pending is 0",
                    "leave one of the two out");
        }
        new TlsChecks(this).service(path, service);
        new ServiceChecks(this, config, path, name).run(service);
        service.health()
                .ifPresent(
                        health -> {
                            String at = KeyPath.key(path, "health");
                            method(KeyPath.key(at, "method"), health.method());
                            health.headers()
                                    .forEach(
                                            (field, value) ->
                                                    field(
                                                            KeyPath.key(at, "headers"),
                                                            field,
                                                            value));
                        });
    }

    /// Endpoints are listed, or found.
    private void listed(String path, ServiceConfig service) {
        String endpoints = KeyPath.key(path, "endpoints");
        String discover = KeyPath.key(path, "discover");
        if (service.discover().isPresent() && !service.endpoints().isEmpty()) {
            wrong(
                    discover,
                    "the endpoints are listed already",
                    Names.first(origins.at(endpoints), "leave one of the two out"));
        } else if (service.discover().isEmpty() && service.endpoints().isEmpty()) {
            wrong(
                    says(endpoints) ? endpoints : path,
                    says(endpoints) ? "has no entry" : "has neither endpoints nor discover",
                    "for example endpoints: [10.0.0.11:8080, 10.0.0.12:8080]");
        }
    }

    private void zone() {
        Set<String> zones = new HashSet<>();
        for (ServiceConfig service : config.services().values()) {
            service.endpoints().forEach(endpoint -> endpoint.zone().ifPresent(zones::add));
        }
        config.zone()
                .filter(zone -> !zones.contains(zone))
                .ifPresent(
                        zone ->
                                warn(
                                        "zone",
                                        "no endpoint is in this zone"
                                                + Nearest.didYouMean(zone, zones)));
    }

    private void unused() {
        Set<String> used = new HashSet<>();
        for (RouteConfig route : config.routes()) {
            if (route.action() instanceof Action.To to) {
                used.addAll(to.shares().keySet());
                route.mirror().ifPresent(mirror -> used.add(mirror.to()));
            }
        }
        boolean requests = false;
        for (ListenerConfig listener : config.listeners().values()) {
            used.addAll(listener.tcp().map(TcpConfig::services).orElse(List.of()));
            requests |= listener.tcp().isEmpty();
        }
        config.services()
                .keySet()
                .forEach(
                        name -> {
                            if (!used.contains(name)) {
                                warn(KeyPath.named("services", name), "no route leads here");
                            }
                        });
        String file =
                config.listeners().isEmpty()
                        ? "listeners"
                        : config.routes().isEmpty() && requests ? "routes" : "";
        if (!file.isEmpty()) {
            findings.warning(
                    new Location(origins.at("weir").file(), 0, 0),
                    1,
                    file,
                    file.equals("listeners")
                            ? "there are none, so no client can connect"
                            : "there are none, so every request is answered 404");
        }
    }

    // ---- for the checks of routes and filters ----

    void wrong(String path, String message, @Nullable String hint) {
        if (!findings.knownWrong(path)) {
            Origin origin = origins.nearest(path);
            findings.problem(origin.at(), origin.length(), path, message, hint);
        }
    }

    /// Something that works, but not as it looks.
    void warn(String path, String message) {
        Origin origin = origins.nearest(path);
        findings.warning(origin.at(), origin.length(), path, message);
    }

    /// How a setting is named in a message: a value that came from a variable may be secret.
    String shown(String path, String text) {
        String variable = origins.nearest(path).variable();
        return variable.isEmpty() ? "\"" + text + "\"" : "the value of " + variable;
    }

    /// How many endpoints a service has; 0 if it is not known.
    int endpoints(String service) {
        ServiceConfig found = config.services().get(service);
        return found == null ? 0 : found.endpoints().size();
    }

    /// Where the file says a setting.
    Location at(String path) {
        return origins.at(path);
    }

    /// Whether the file says this setting itself.
    boolean says(String path) {
        return origins.says(path);
    }

    void serviceNamed(String path, String name) {
        named("service", services, path, name);
    }

    /// That there is such a listener, and that requests come by it.
    void requestListenerNamed(String path, String name) {
        named("listener", listeners, path, name);
        ListenerConfig found = config.listeners().get(name);
        if (found != null && found.tcp().isPresent()) {
            wrong(
                    path,
                    "the listener "
                            + shown(path, name)
                            + " passes connections on by tcp, so no request comes by it",
                    null);
        }
    }

    private void named(String noun, @Nullable Set<String> known, String path, String name) {
        if (known != null && !known.contains(name)) {
            boolean secret = !origins.nearest(path).variable().isEmpty();
            String meant = secret ? "" : Nearest.didYouMean(name, known);
            wrong(
                    path,
                    "no " + noun + " is called " + shown(path, name) + meant,
                    !meant.isEmpty()
                            ? null
                            : known.isEmpty()
                                    ? "this configuration has no " + noun + "s"
                                    : "known: " + Names.either(known.stream().sorted().toList()));
        }
    }

    /// RFC 9110 §9.1: methods are tokens, and case matters.
    void method(String path, String method) {
        String upper = method.toUpperCase(java.util.Locale.ROOT);
        boolean known =
                Arrays.stream(dev.weir.http.Method.values()).anyMatch(m -> m.name().equals(upper));
        if (!Ascii.token(method)) {
            wrong(path, shown(path, method) + " is not a method", "expected: GET, POST, …");
        } else if (known && !method.equals(upper)) {
            wrong(
                    path,
                    shown(path, method) + " is not in capitals. Did you mean " + upper + "?",
                    null);
        }
    }

    /// RFC 9110 §5.1.
    boolean fieldName(String path, String name) {
        if (!Ascii.token(name)) {
            wrong(
                    path,
                    shown(path, name) + " cannot be the name of a header",
                    "expected: letters, digits and hyphens, for example X-User");
            return false;
        }
        return true;
    }

    /// A field that Weir is told to write.
    void field(String section, String name, String value) {
        String path = KeyPath.key(section, name);
        if (fieldName(path, name) && ownField(path, name) && !Headers.fits(value)) {
            wrong(
                    path,
                    "the value cannot stand in a header",
                    "a header's value is one line without blanks at its ends");
        }
    }

    /// What belongs to the connection or says where a message ends is Weir's alone to write.
    boolean ownField(String path, String name) {
        for (Field field : Field.values()) {
            boolean framing = field.hopByHop() || field == Field.CONTENT_LENGTH;
            if (framing && field.text().equalsIgnoreCase(name)) {
                wrong(
                        path,
                        field.text() + " cannot be changed",
                        "Weir writes it itself, as the connection needs it");
                return false;
            }
        }
        return true;
    }

    /// Placeholders in braces and what may stand in them.
    void placeholders(String path, String text, Set<String> known, String advice) {
        Map<String, Boolean> reported = new LinkedHashMap<>();
        int open = text.indexOf('{');
        while (open >= 0) {
            int close = text.indexOf('}', open);
            String name = close < 0 ? "" : text.substring(open + 1, close);
            if (close < 0) {
                wrong(path, "a { is not closed", "expected: {name}");
                return;
            }
            if (!known.contains(name) && reported.put(name, true) == null) {
                boolean secret = !origins.nearest(path).variable().isEmpty();
                wrong(
                        path,
                        secret
                                ? "a placeholder stands for nothing"
                                : "{"
                                        + name
                                        + "} stands for nothing"
                                        + Nearest.didYouMean(name, known),
                        advice);
            }
            open = text.indexOf('{', close);
        }
    }
}
