package dev.weir.service;

import dev.weir.balance.Balance;
import dev.weir.balance.SlowStartConfig;
import dev.weir.balance.StickyConfig;
import dev.weir.discover.DiscoverConfig;
import dev.weir.health.HealthConfig;
import dev.weir.health.OutliersConfig;
import dev.weir.limit.ThrottleConfig;
import dev.weir.preamble.ProxyVersion;
import dev.weir.schema.Percent;
import dev.weir.schema.Says;
import dev.weir.schema.Within;
import dev.weir.tls.EndpointTlsConfig;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// What routes point at: endpoints that do the same work. Immutable.
@Says("Endpoints that do the same work, and how they are chosen and watched.")
public record ServiceConfig(
        @Says(
                        value = "Where the service runs; required without `discover`.",
                        example = "[10.0.0.11:8080, 10.0.0.12:8080]")
                List<EndpointConfig> endpoints,
        @Says("Where the list of endpoints comes from, in the place of `endpoints`.")
                Optional<DiscoverConfig> discover,
        @Says("TLS to the endpoints, which `https://` before their addresses turns on as well.")
                Optional<EndpointTlsConfig> tls,
        @Says(
                        "What the endpoints speak: `h1` is HTTP/1.1; `h2` is HTTP/2 over TLS; `h2c` is HTTP/2 in the clear, by prior knowledge.")
                Protocol protocol,
        @Says("Which endpoint gets a request.") Balance balance,
        @Says("A cookie that leads a client to the same endpoint again, as long as that is usable.")
                Optional<StickyConfig> sticky,
        @Says("How an endpoint that joins or returns gets its share little by little.")
                SlowStartConfig slowStart,
        @Says("Checks that tell whether endpoints are up; without, traffic tells.")
                Optional<HealthConfig> health,
        @Says("When traffic shows that an endpoint does not work, and for how long it gets none.")
                OutliersConfig outliers,
        @Says(
                        "Panic: when a smaller share of the endpoints works, all that answer at all get requests. 0% is never.")
                @Within(min = "0%", max = "100%")
                Percent panic,
        @Says("Connections to the endpoints.") ConnectionsConfig connections,
        @Says("Holds requests back from an endpoint that refuses most of them.")
                ThrottleConfig throttle,
        @Says(
                        "Begins each connection to an endpoint with a PROXY header that says where the client is. Such a connection carries one request only.")
                Optional<ProxyVersion> proxyProtocol) {

    public static final ServiceConfig DEFAULTS =
            new ServiceConfig(
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Protocol.H1,
                    Balance.LEAST_REQUESTS,
                    Optional.empty(),
                    SlowStartConfig.DEFAULTS,
                    Optional.empty(),
                    OutliersConfig.DEFAULTS,
                    Percent.of(50),
                    ConnectionsConfig.DEFAULTS,
                    ThrottleConfig.OFF,
                    Optional.empty());

    /// What endpoints speak.
    public enum Protocol {
        H1,
        H2,
        H2C
    }

    public ServiceConfig {
        endpoints = List.copyOf(endpoints);
    }

    public static ServiceConfig of(EndpointConfig... endpoints) {
        ServiceConfig d = DEFAULTS;
        return new ServiceConfig(
                List.of(endpoints),
                d.discover,
                d.tls,
                d.protocol,
                d.balance,
                d.sticky,
                d.slowStart,
                d.health,
                d.outliers,
                d.panic,
                d.connections,
                d.throttle,
                d.proxyProtocol);
    }

    /// Without a list of endpoints.
    public static ServiceConfig of(DiscoverConfig discover) {
        return DEFAULTS.with(draft -> draft.discover = Optional.of(discover));
    }

    /// TLS as it is to be spoken with the endpoints; empty if they are spoken to in the clear. Endpoints that DNS has found have the name
    /// that was asked for.
    public Optional<EndpointTlsConfig> tlsInUse() {
        boolean said =
                endpoints.stream()
                        .anyMatch(one -> one.address().scheme() == EndpointAddress.Scheme.HTTPS);
        Optional<EndpointTlsConfig> used =
                tls.isPresent() || !said ? tls : Optional.of(EndpointTlsConfig.DEFAULTS);
        Optional<String> found = discover.flatMap(DiscoverConfig::host);
        return used.isPresent() && used.get().serverName().isEmpty() && found.isPresent()
                ? Optional.of(used.get().withServerName(found.get()))
                : used;
    }

    public ServiceConfig withTls(EndpointTlsConfig tls) {
        return with(draft -> draft.tls = Optional.of(tls));
    }

    public ServiceConfig withEndpoints(List<EndpointConfig> endpoints) {
        return with(draft -> draft.endpoints = endpoints);
    }

    public ServiceConfig withProtocol(Protocol protocol) {
        return with(draft -> draft.protocol = protocol);
    }

    public ServiceConfig withBalance(Balance balance) {
        return with(draft -> draft.balance = balance);
    }

    public ServiceConfig withSticky(StickyConfig sticky) {
        return with(draft -> draft.sticky = Optional.of(sticky));
    }

    public ServiceConfig withSlowStart(SlowStartConfig slowStart) {
        return with(draft -> draft.slowStart = slowStart);
    }

    public ServiceConfig withHealth(HealthConfig health) {
        return with(draft -> draft.health = Optional.of(health));
    }

    public ServiceConfig withOutliers(OutliersConfig outliers) {
        return with(draft -> draft.outliers = outliers);
    }

    public ServiceConfig withPanic(Percent below) {
        return with(draft -> draft.panic = below);
    }

    public ServiceConfig withConnections(ConnectionsConfig connections) {
        return with(draft -> draft.connections = connections);
    }

    public ServiceConfig withThrottle(ThrottleConfig throttle) {
        return with(draft -> draft.throttle = throttle);
    }

    public ServiceConfig withProxyProtocol(ProxyVersion version) {
        return with(draft -> draft.proxyProtocol = Optional.of(version));
    }

    private ServiceConfig with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.made();
    }

    /// A copy that can be changed: what stands once here would stand in every `with` method.
    private static final class Draft {
        private List<EndpointConfig> endpoints;
        private Optional<DiscoverConfig> discover;
        private Optional<EndpointTlsConfig> tls;
        private Protocol protocol;
        private Balance balance;
        private Optional<StickyConfig> sticky;
        private SlowStartConfig slowStart;
        private Optional<HealthConfig> health;
        private OutliersConfig outliers;
        private Percent panic;
        private ConnectionsConfig connections;
        private ThrottleConfig throttle;
        private Optional<ProxyVersion> proxyProtocol;

        Draft(ServiceConfig from) {
            endpoints = from.endpoints;
            discover = from.discover;
            tls = from.tls;
            protocol = from.protocol;
            balance = from.balance;
            sticky = from.sticky;
            slowStart = from.slowStart;
            health = from.health;
            outliers = from.outliers;
            panic = from.panic;
            connections = from.connections;
            throttle = from.throttle;
            proxyProtocol = from.proxyProtocol;
        }

        ServiceConfig made() {
            return new ServiceConfig(
                    endpoints,
                    discover,
                    tls,
                    protocol,
                    balance,
                    sticky,
                    slowStart,
                    health,
                    outliers,
                    panic,
                    connections,
                    throttle,
                    proxyProtocol);
        }
    }
}
