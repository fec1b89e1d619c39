package dev.weir.service;

import dev.weir.schema.HostPort;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.util.Optional;

/// One instance of a service. Immutable.
@Says("One instance of a service, what others call a backend.")
public record EndpointConfig(
        @Required
                @Says(
                        value = "Host and port; `https://` before it says that it speaks TLS.",
                        example = "10.0.0.11:8080")
                EndpointAddress address,
        @Says("Its share relative to the others.") @Within(min = "1", max = "1000") int weight,
        @Says("Whether it gets requests only when no endpoint is usable that is not a backup.")
                boolean backup,
        @Says(value = "Where it runs; see `zone` of the file.", example = "eu-1a")
                Optional<String> zone) {

    public static final EndpointConfig DEFAULTS = of(new HostPort("", 0));

    @Short("an address")
    public static EndpointConfig at(EndpointAddress address) {
        return new EndpointConfig(address, 1, false, Optional.empty());
    }

    public static EndpointConfig of(HostPort address) {
        return at(EndpointAddress.of(address));
    }

    public EndpointConfig withWeight(int weight) {
        return new EndpointConfig(address, weight, backup, zone);
    }

    public EndpointConfig withBackup(boolean backup) {
        return new EndpointConfig(address, weight, backup, zone);
    }

    public EndpointConfig withZone(String zone) {
        return new EndpointConfig(address, weight, backup, Optional.of(zone));
    }
}
