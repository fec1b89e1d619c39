package dev.weir.service;

import dev.weir.tls.EndpointTls;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What routes point at: endpoints that do the same work. Thread-safe.
public final class Service {
    /// The endpoints that may get requests at one moment. Immutable; the array is not to be changed.
    ///
    /// @param version counts the changes
    /// @param panic whether endpoints are among them that are known not to work, because too few others are left
    /// @param awayPart how much of their share endpoints of other zones get; 1 where zones do not matter, 0 if none of them is among
    ///     the usable
    public record Members(long version, Endpoint[] usable, boolean panic, double awayPart) {}

    private final String name;
    private final ServiceConfig config;
    private final String zone;
    private final Optional<EndpointTls> tls;
    private final List<Endpoint> endpoints;
    private volatile Members members;

    public Service(String name, ServiceConfig config, List<Endpoint> endpoints) {
        this(name, config, "", endpoints);
    }

    /// @param zone of the gateway; empty if it has none
    public Service(String name, ServiceConfig config, String zone, List<Endpoint> endpoints) {
        this(name, config, zone, Optional.empty(), endpoints);
    }

    /// @param tls if the endpoints speak it
    public Service(
            String name,
            ServiceConfig config,
            String zone,
            Optional<EndpointTls> tls,
            List<Endpoint> endpoints) {
        this.name = name;
        this.tls = tls;
        this.config = config;
        this.zone = zone;
        this.endpoints = List.copyOf(endpoints);
        this.members = members(0);
    }

    public String name() {
        return name;
    }

    public ServiceConfig config() {
        return config;
    }

    /// TLS to the endpoints, if they speak it.
    public Optional<EndpointTls> tls() {
        return tls;
    }

    /// All endpoints in the order of the file.
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /// Those that may get requests now.
    public Members members() {
        return members;
    }

    /// Whether an endpoint is of another zone than this gateway.
    public boolean away(Endpoint endpoint) {
        return !zone.isEmpty() && !endpoint.zone().equals(zone);
    }

    /// Looks at the endpoints' states anew. Called after a state has changed, on any thread.
    public synchronized void membersChanged() {
        Members now = members(members.version + 1);
        if (now.panic != members.panic
                || now.awayPart != members.awayPart
                || !Arrays.equals(now.usable, members.usable)) {
            members = now;
        }
    }

    private Members members(long version) {
        Eligible now = Preference.eligible(endpoints, config.panic());
        double awayPart = Preference.awayPart(zone, endpoints, now.usable());
        Endpoint[] usable = awayPart == 0 ? Preference.own(zone, now.usable()) : now.usable();
        return new Members(version, usable, now.panic(), awayPart);
    }
}
