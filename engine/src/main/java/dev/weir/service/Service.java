package dev.weir.service;

import java.util.Arrays;
import java.util.List;

/// What routes point at: endpoints that do the same work. Thread-safe.
public final class Service {
    /// The endpoints that may get requests at one moment. Immutable; the array is not to be changed.
    ///
    /// @param version counts the changes
    public record Members(long version, Endpoint[] usable) {}

    private final String name;
    private final ServiceConfig config;
    private final List<Endpoint> endpoints;
    private volatile Members members;

    public Service(String name, ServiceConfig config, List<Endpoint> endpoints) {
        this.name = name;
        this.config = config;
        this.endpoints = List.copyOf(endpoints);
        this.members = new Members(0, usable());
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
        Endpoint[] now = usable();
        if (!Arrays.equals(now, members.usable)) {
            members = new Members(members.version + 1, now);
        }
    }

    private Endpoint[] usable() {
        return endpoints.stream()
                .filter(endpoint -> endpoint.state().up())
                .toArray(Endpoint[]::new);
    }
}
