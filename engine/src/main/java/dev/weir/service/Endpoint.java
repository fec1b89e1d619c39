package dev.weir.service;

import java.net.InetSocketAddress;

/// One instance of a service: where it is and how much it may get. Immutable; what changes is in its
/// [EndpointState].
///
/// @param name the address as the user wrote it; stands in logs and metrics, never in answers
/// @param position where what is known of it is kept, from 0: its own as long as it belongs to the service. In a list that never
///     changed, its place there
/// @param weight its share relative to the others, at least 1
/// @param backup whether it gets requests only when no endpoint is usable that is none
/// @param zone where it runs; empty if nobody has said so
public record Endpoint(
        String name,
        InetSocketAddress address,
        int position,
        int weight,
        boolean backup,
        String zone,
        EndpointState state) {
    /// Neither a backup nor in any zone.
    public Endpoint(
            String name, InetSocketAddress address, int position, int weight, EndpointState state) {
        this(name, address, position, weight, false, "", state);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return name;
    }
}
