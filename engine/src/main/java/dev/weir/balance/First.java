package dev.weir.balance;

import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.OptionalLong;
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

    @Override
    public Outlook outlook(OptionalLong key, Tried tried, long nowNanos) {
        String rule = "the first usable one in the order of the file";
        Endpoint first = pick(0, tried, nowNanos);
        return first == null
                ? Outlook.nobody(rule)
                : Outlook.certain(rule, first, "stands first of the usable ones");
    }
}
