package dev.weir;

import dev.weir.admin.AdminConfig;
import dev.weir.http.ForwardedFields;
import dev.weir.http.IpRange;
import dev.weir.http.LimitsConfig;
import dev.weir.listen.ListenerConfig;
import dev.weir.listen.TestConfig;
import dev.weir.observe.LogsConfig;
import dev.weir.route.RouteConfig;
import dev.weir.runtime.DrainConfig;
import dev.weir.schema.Key;
import dev.weir.schema.Ordered;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.service.ServiceConfig;
import dev.weir.trace.TracesConfig;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A whole configuration, as read from a file or said in Java:
///
/// ```java
/// WeirConfig.DEFAULTS
///     .withListener("web", ListenerConfig.of(0))
///     .withRoutes(RouteConfig.to("users").withPath("/api/users/**"))
///     .withService("users", ServiceConfig.of(EndpointConfig.of(new HostPort("127.0.0.1", 8081))));
/// ```
///
/// Immutable. Maps keep the order of the file.
@Says("A Weir configuration.")
public record WeirConfig(
        @Key("weir") @Required @Says(value = "Version of the file format.", example = "1")
                int version,
        @Says(
                        "Where people and programs see and steer the running gateway; left out, `weir run` listens on 127.0.0.1:9900 and on a socket, and a program that embeds Weir has none.")
                Optional<AdminConfig> admin,
        @Says(value = "Addresses that clients connect to, by name.", example = "{ web: 8080 }")
                Map<String, ListenerConfig> listeners,
        @Says("Which requests go where; the most precise match wins, whatever the order.")
                List<RouteConfig> routes,
        @Says("What routes point at, by name.") Map<String, ServiceConfig> services,
        @Says(
                        value = "Where this gateway runs; endpoints of the same zone come first.",
                        example = "eu-1a")
                Optional<String> zone,
        @Says(
                        value =
                                "Proxies before Weir that are believed about the client; from all others these fields are replaced.",
                        example = "[10.0.0.0/8]")
                List<IpRange> trustedProxies,
        @Says("Which fields tell endpoints about the client.") ForwardedFields forwardedHeaders,
        @Says("What a client may send and how long it may take.") LimitsConfig limits,
        @Says("What is written down.") LogsConfig logs,
        @Says(
                        value =
                                "Which requests are traced, and where their spans go; left out, none is.",
                        example = "{ otlp: http://127.0.0.1:4318, sample: 1% }")
                Optional<TracesConfig> traces,
        @Says("How Weir stops.") DrainConfig drain,
        @Says(
                        "Requests and what is to become of them, tried without sockets whenever a file is read: a start or reload of a file whose tests fail is refused.")
                List<TestConfig> tests) {

    public static final WeirConfig DEFAULTS =
            new WeirConfig(
                    1,
                    Optional.empty(),
                    Map.of(),
                    List.of(),
                    Map.of(),
                    Optional.empty(),
                    List.of(),
                    ForwardedFields.X_FORWARDED,
                    LimitsConfig.DEFAULTS,
                    LogsConfig.DEFAULTS,
                    Optional.empty(),
                    DrainConfig.DEFAULTS,
                    List.of());

    public WeirConfig {
        if (version != 1) {
            throw new IllegalArgumentException("this Weir reads version 1 of the file format");
        }
        listeners = Ordered.copyOf(listeners);
        routes = List.copyOf(routes);
        services = Ordered.copyOf(services);
        trustedProxies = List.copyOf(trustedProxies);
        tests = List.copyOf(tests);
    }

    public WeirConfig withAdmin(AdminConfig admin) {
        return with(draft -> draft.admin = Optional.of(admin));
    }

    public WeirConfig withListener(String name, ListenerConfig listener) {
        return with(draft -> draft.listeners = with(listeners, name, listener));
    }

    public WeirConfig withRoutes(RouteConfig... routes) {
        return with(draft -> draft.routes = Arrays.asList(routes));
    }

    public WeirConfig withService(String name, ServiceConfig service) {
        return with(draft -> draft.services = with(services, name, service));
    }

    public WeirConfig withZone(String zone) {
        return with(draft -> draft.zone = Optional.of(zone));
    }

    public WeirConfig withTrustedProxies(IpRange... trusted) {
        return with(draft -> draft.trustedProxies = Arrays.asList(trusted));
    }

    public WeirConfig withForwardedHeaders(ForwardedFields fields) {
        return with(draft -> draft.forwardedHeaders = fields);
    }

    public WeirConfig withLimits(LimitsConfig limits) {
        return with(draft -> draft.limits = limits);
    }

    public WeirConfig withLogs(LogsConfig logs) {
        return with(draft -> draft.logs = logs);
    }

    public WeirConfig withTraces(TracesConfig traces) {
        return with(draft -> draft.traces = Optional.of(traces));
    }

    public WeirConfig withDrain(DrainConfig drain) {
        return with(draft -> draft.drain = drain);
    }

    public WeirConfig withTests(TestConfig... tests) {
        return with(draft -> draft.tests = Arrays.asList(tests));
    }

    private static <T> Map<String, T> with(Map<String, T> map, String name, T value) {
        Map<String, T> more = new LinkedHashMap<>(map);
        more.put(name, value);
        return more;
    }

    private WeirConfig with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.made();
    }

    /// A copy that can be changed: what stands once here would stand in every `with` method.
    private static final class Draft {
        private final int version;
        private Optional<AdminConfig> admin;
        private Map<String, ListenerConfig> listeners;
        private List<RouteConfig> routes;
        private Map<String, ServiceConfig> services;
        private Optional<String> zone;
        private List<IpRange> trustedProxies;
        private ForwardedFields forwardedHeaders;
        private LimitsConfig limits;
        private LogsConfig logs;
        private Optional<TracesConfig> traces;
        private DrainConfig drain;
        private List<TestConfig> tests;

        Draft(WeirConfig from) {
            version = from.version;
            admin = from.admin;
            listeners = from.listeners;
            routes = from.routes;
            services = from.services;
            zone = from.zone;
            trustedProxies = from.trustedProxies;
            forwardedHeaders = from.forwardedHeaders;
            limits = from.limits;
            logs = from.logs;
            traces = from.traces;
            drain = from.drain;
            tests = from.tests;
        }

        WeirConfig made() {
            return new WeirConfig(
                    version,
                    admin,
                    listeners,
                    routes,
                    services,
                    zone,
                    trustedProxies,
                    forwardedHeaders,
                    limits,
                    logs,
                    traces,
                    drain,
                    tests);
        }
    }
}
