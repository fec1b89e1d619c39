package dev.weir.service;

import java.util.Arrays;
import java.util.List;

/// What routes point at: endpoints that do the same work. Thread-safe.
public final class Service {
    /// The endpoints that may get requests at one moment. Immutable; the array is not to be changed.
    ///
    /// @param version counts the changes
    /// @param panic whether endpoints are among them that are known not to work, because too few others are left
    public record Members(long version, Endpoint[] usable, boolean panic) {}

    private final String name;
    private final ServiceConfig config;
    private final List<Endpoint> endpoints;
    private volatile Members members;

    public Service(String name, ServiceConfig config, List<Endpoint> endpoints) {
        this.name = name;
        this.config = config;
        this.endpoints = List.copyOf(endpoints);
        Eligible now = eligible();
        this.members = new Members(0, now.usable(), now.panic());
    }

    public String name() {
        return name;
    }

    public ServiceConfig config() {
        return config;
    }

    /// All endpoints in the order of the file.
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /// Those that may get requests now.
    public Members members() {
        return members;
    }

    /// Looks at the endpoints' states anew. Called after a state has changed, on any thread.
    public synchronized void membersChanged() {
        Eligible now = eligible();
        if (now.panic() != members.panic || !Arrays.equals(now.usable(), members.usable)) {
            members = new Members(members.version + 1, now.usable(), now.panic());
        }
    }

    private Eligible eligible() {
        return Eligible.of(endpoints, config.panic());
    }
}
