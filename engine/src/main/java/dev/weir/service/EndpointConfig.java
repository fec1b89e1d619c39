package dev.weir.service;

import dev.weir.schema.HostPort;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;

/// One instance of a service. Immutable.
@Says("One instance of a service, what others call a backend.")
public record EndpointConfig(
        @Required @Says(value = "Host and port.", example = "10.0.0.11:8080") HostPort address,
        @Says("Its share relative to the others.") @Within(min = "1", max = "1000") int weight) {

    public static final EndpointConfig DEFAULTS = new EndpointConfig(new HostPort("", 0), 1);

    @Short("an address")
    public static EndpointConfig of(HostPort address) {
        return new EndpointConfig(address, 1);
    }

    public EndpointConfig withWeight(int weight) {
        return new EndpointConfig(address, weight);
    }
}
