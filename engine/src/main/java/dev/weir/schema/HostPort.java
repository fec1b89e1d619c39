package dev.weir.schema;

import java.net.InetSocketAddress;

/// Where to listen or connect: `10.0.0.11:8080`, `[::1]:8080`, `localhost:8080`. The host is empty for "all addresses"
/// (`:8080`, or a bare port), and a name is resolved only by [#socketAddress]. Immutable.
public record HostPort(String host, int port) {
    private static final String NAME =
            "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\\.?";
    private static final String IPV6 = "[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9_.-]+)?";

    public HostPort {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from 0 to 65535");
        }
    }

    /// Reads `host:port`, `[IPv6]:port`, `:port` or a bare port.
    ///
    /// @throws IllegalArgumentException if the text is no address with a port
    public static HostPort parse(String text) {
        if (text.contains("://")) {
            throw new IllegalArgumentException("is a URL: leave out what stands before the host");
        }
        if (text.contains("/")) {
            throw new IllegalArgumentException(
                    "is not an address: take off everything after the port");
        }
        return address(text);
    }

    private static HostPort address(String address) {
        int colon = address.lastIndexOf(':');
        if (colon < 0) {
            return address.matches("[0-9]+") ? new HostPort("", port(address)) : noPort(address);
        }
        String host = address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
            if (!host.matches(IPV6)) {
                throw new IllegalArgumentException("has no IPv6 address between the brackets");
            }
        } else if (host.contains(":")) {
            throw new IllegalArgumentException(
                    "looks like IPv6: put the address in brackets, as in \"[::1]:8080\"");
        } else if (host.equals("*")) {
            throw new IllegalArgumentException(
                    "has a star for a host; for all addresses write :"
                            + address.substring(colon + 1));
        } else if (!host.isEmpty() && !host.matches(NAME)) {
            throw new IllegalArgumentException("has a host that no name or address looks like");
        }
        return new HostPort(host, port(address.substring(colon + 1)));
    }

    private static HostPort noPort(String address) {
        throw new IllegalArgumentException(
                address.isEmpty() || !address.matches(NAME)
                        ? "is not an address"
                        : "has no port, as in " + address + ":8080");
    }

    private static int port(String text) {
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > 65_535) {
            throw new IllegalArgumentException("has no port from 0 to 65535 at its end");
        }
        return Integer.parseInt(text);
    }

    /// The address of a socket; a name is looked up here, which may take as long as the system's resolver does.
    ///
    /// @return unresolved if the name is not known
    public InetSocketAddress socketAddress() {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /// That of a record would be made anew by the JVM at each start.
    @Override
    public int hashCode() {
        return 31 * host.hashCode() + port;
    }
}
