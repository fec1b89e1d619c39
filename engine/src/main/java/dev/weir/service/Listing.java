package dev.weir.service;

import java.net.InetSocketAddress;

/// What a list says of an endpoint: where it is and how much it may get. Immutable.
///
/// @param name as it stands in logs and metrics
/// @param address resolved
public record Listing(
        String name, InetSocketAddress address, int weight, boolean backup, String zone) {
    /// Weighs as much as any other, and is neither a backup nor in any zone.
    public static Listing of(InetSocketAddress address) {
        return new Listing(named(address), address, 1, false, "");
    }

    public static Listing of(Endpoint endpoint) {
        return of(endpoint, endpoint.weight());
    }

    /// What the list said of an endpoint, whatever the operator says.
    public static Listing listed(Endpoint endpoint) {
        Orders orders = endpoint.state().orders();
        boolean ordered = orders.weight() > 0 && orders.weight() == endpoint.weight();
        return of(endpoint, ordered ? orders.listed() : endpoint.weight());
    }

    private static Listing of(Endpoint endpoint, int weight) {
        return new Listing(
                endpoint.name(), endpoint.address(), weight, endpoint.backup(), endpoint.zone());
    }

    /// With the weight that the operator says for this endpoint, if any holds.
    public Listing heeding(Orders orders) {
        int inForce = orders.weight(weight);
        return inForce == weight ? this : new Listing(name, address, inForce, backup, zone);
    }

    /// The endpoint.
    ///
    /// @param position free in its service
    public Endpoint at(int position, EndpointState state) {
        return new Endpoint(name, address, position, weight, backup, zone, state);
    }

    /// An address as one writes it: `10.0.1.7:8080`, `[fd00::7]:8080`.
    public static String named(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
