package dev.weir.service;

import java.util.ArrayList;
import java.util.List;

/// The endpoints that one exchange has already been sent to, so that the next attempt goes elsewhere. Confined to
/// one event loop.
public final class Tried {
    private final List<Endpoint> endpoints = new ArrayList<>(2);

    public void add(Endpoint endpoint) {
        endpoints.add(endpoint);
    }

    public boolean contains(Endpoint endpoint) {
        for (int i = 0; i < endpoints.size(); i++) {
            if (endpoints.get(i) == endpoint) {
                return true;
            }
        }
        return false;
    }

    /// One of them, from 0, in the order in which they were tried.
    public Endpoint get(int number) {
        return endpoints.get(number);
    }

    public int count() {
        return endpoints.size();
    }

    public void clear() {
        endpoints.clear();
    }
}
