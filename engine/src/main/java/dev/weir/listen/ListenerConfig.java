package dev.weir.listen;

import dev.weir.schema.HostPort;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Short;

/// An address that clients connect to. Immutable.
@Says("An address that clients connect to.")
public record ListenerConfig(
        @Required
                @Says(
                        value = "Address and port; port 0 takes a free one.",
                        example = "0.0.0.0:8080")
                HostPort listen) {

    @Short("a port or an address with a port")
    public static ListenerConfig of(HostPort listen) {
        return new ListenerConfig(listen);
    }

    public static ListenerConfig of(int port) {
        return of(new HostPort("", port));
    }
}
