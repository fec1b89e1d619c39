package dev.weir.balance;

import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import org.jspecify.annotations.Nullable;

/// The first usable endpoint in the order of the file: the others wait for its failure, and weights mean nothing. Stateless but
/// for the service; does not allocate.
public final class First implements Balancer {
    private final Service service;

    public First(Service service) {
        this.service = service;
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        for (Endpoint endpoint : service.members().usable()) {
            if (!tried.contains(endpoint)) {
                return endpoint;
            }
        }
        return null;
    }
}
