package dev.weir.service;

import dev.weir.tls.EndpointTls;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What routes point at: endpoints that do the same work. Thread-safe.
///
/// Its list of endpoints never changes: a new list is a new service of the same name, see [#with], that all who hold this one
/// take over, each on its own thread.
public final class Service {
    /// The endpoints that may get requests at one moment. Immutable; the array is not to be changed.
    ///
    /// @param version counts the changes
    /// @param panic whether endpoints are among them that are known not to work, because too few others are left
    /// @param awayPart how much of their share endpoints of other zones get; 1 where zones do not matter, 0 if none of them is among
    ///     the usable
    public record Members(long version, Endpoint[] usable, boolean panic, double awayPart) {}

    private final String name;

    /// The same for a service and all that take its place with another list.
    private final Object line;

    private final ServiceConfig config;
    private final String zone;
    private final Optional<EndpointTls> tls;
    private final List<Endpoint> endpoints;

    /// Whether anybody has said where any of them runs.
    private final boolean zoned;

    /// By position.
    private final @Nullable Endpoint[] slots;

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
        this(name, new Object(), config, zone, tls, endpoints);
    }

    private Service(
            String name,
            Object line,
            ServiceConfig config,
            String zone,
            Optional<EndpointTls> tls,
            List<Endpoint> endpoints) {
        this.name = name;
        this.line = line;
        this.tls = tls;
        this.config = config;
        this.zone = zone;
        this.endpoints = List.copyOf(endpoints);
        this.zoned = this.endpoints.stream().anyMatch(endpoint -> !endpoint.zone().isEmpty());
        this.slots = slots(this.endpoints);
        this.members = members(0);
    }

    private static @Nullable Endpoint[] slots(List<Endpoint> endpoints) {
        int count = endpoints.stream().mapToInt(Endpoint::position).max().orElse(-1) + 1;
        @Nullable Endpoint[] slots = new Endpoint[count];
        for (Endpoint endpoint : endpoints) {
            slots[endpoint.position()] = endpoint;
        }
        return slots;
    }

    /// The same service with other endpoints. Those at an address that is listed here stay what they are: state and position. Others
    /// take positions that are free, so that what is kept by position stays as small as the longest list. An address that is
    /// listed twice counts once.
    public Service with(List<Listing> listings) {
        return with(config, listings);
    }

    /// As [#with(List)].
    ///
    /// @param config differs from the one before in its list of endpoints at most
    public Service with(ServiceConfig config, List<Listing> listings) {
        Map<InetSocketAddress, Endpoint> before = new HashMap<>();
        endpoints.forEach(endpoint -> before.put(endpoint.address(), endpoint));
        Map<InetSocketAddress, Listing> wanted = new LinkedHashMap<>();
        listings.forEach(listing -> wanted.putIfAbsent(listing.address(), listing));
        BitSet taken = new BitSet();
        wanted.keySet().stream()
                .map(before::get)
                .filter(Objects::nonNull)
                .forEach(endpoint -> taken.set(endpoint.position()));
        List<Endpoint> next = new ArrayList<>(wanted.size());
        for (Listing listing : wanted.values()) {
            Endpoint stays = before.get(listing.address());
            if (stays != null) {
                Listing heeded = listing.heeding(stays.state().orders());
                next.add(
                        heeded.equals(Listing.of(stays))
                                ? stays
                                : heeded.at(stays.position(), stays.state()));
            } else {
                int position = taken.nextClearBit(0);
                taken.set(position);
                next.add(listing.at(position, new EndpointState()));
            }
        }
        return new Service(name, line, config, zone, tls, next);
    }

    /// Whether an endpoint, as listed here or before, is one of this service: one that has left is not.
    public boolean holds(Endpoint endpoint) {
        int position = endpoint.position();
        if (position >= slots.length) {
            return false;
        }
        Endpoint here = slots[position];
        return here == endpoint || here != null && here.state() == endpoint.state();
    }

    @Nullable Endpoint at(int position) {
        return position < slots.length ? slots[position] : null;
    }

    /// How many positions there are: as many as endpoints, or more where some have left.
    public int slots() {
        return slots.length;
    }

    public String name() {
        return name;
    }

    /// Whether one of the two took the place of the other with another list, so that what is known of the one counts for the other.
    /// A service of the same name whose settings have changed is another one.
    public boolean continues(Service other) {
        return line == other.line;
    }

    /// What a service has in common with those that take its place with another list, and with no other: a key for what is known of
    /// it.
    public Object line() {
        return line;
    }

    public ServiceConfig config() {
        return config;
    }

    /// TLS to the endpoints, if they speak it.
    public Optional<EndpointTls> tls() {
        return tls;
    }

    /// All endpoints in the order of the file, or of what tells where they are.
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /// Those that may get requests now.
    public Members members() {
        return members;
    }

    /// Whether an endpoint is of another zone than this gateway. Where no endpoint says its zone, none is.
    public boolean away(Endpoint endpoint) {
        return zoned && !zone.isEmpty() && !endpoint.zone().equals(zone);
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
