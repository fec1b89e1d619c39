package dev.weir.cli;

import dev.weir.schema.HostPort;
import java.net.InetSocketAddress;

/// An address that something listens at, as people put it into a browser. Pure functions; thread-safe.
final class ListenUrl {
    private ListenUrl() {}

    /// @param scheme `http` or `https`
    static String of(String scheme, InetSocketAddress at) {
        return at.getAddress().isAnyLocalAddress()
                ? scheme + "://127.0.0.1:" + at.getPort() + "  (all addresses of this machine)"
                : scheme + "://" + new HostPort(at.getAddress().getHostAddress(), at.getPort());
    }
}
