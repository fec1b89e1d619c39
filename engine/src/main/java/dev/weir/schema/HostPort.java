package dev.weir.schema;

/// Where to listen or connect: `10.0.0.11:8080`, `[::1]:8080`, `localhost:8080`. The host is empty for "all addresses"
/// (`:8080`, or a bare port) and is not resolved here. Immutable.
public record HostPort(String host, int port) {
    public HostPort {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from 0 to 65535");
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
