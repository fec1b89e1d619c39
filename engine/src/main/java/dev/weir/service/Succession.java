package dev.weir.service;

/// A service and the one that takes its place with another list: which of what is known by position goes on. Immutable.
public record Succession(Service before, Service after) {
    /// Whether the endpoint at this position is the same as before.
    public boolean stays(int position) {
        Endpoint endpoint = before.at(position);
        return endpoint != null && after.holds(endpoint);
    }
}
