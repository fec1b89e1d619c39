package dev.weir.admin;

import dev.weir.schema.HostPort;
import dev.weir.schema.Short;
import java.net.InetAddress;
import java.util.Optional;

/// Where the admin API listens, as written: an address, or `off`. Immutable.
///
/// @param on whether it listens at all
/// @param address means nothing if it does not
public record AdminAddress(boolean on, HostPort address) {
    private static final String LOCAL = "127.0.0.1";
    private static final AdminAddress OFF = new AdminAddress(false, new HostPort("", 0));

    /// A bare port is one of this machine alone: what steers the gateway is not open to all by accident.
    ///
    /// @throws IllegalArgumentException if it is neither
    @Short("an address, or `off`")
    public static AdminAddress of(String text) {
        if (text.equals("off")) {
            return OFF;
        }
        HostPort at = HostPort.parse(text);
        boolean bare = at.host().isEmpty() && !text.startsWith(":");
        return at(bare ? new HostPort(LOCAL, at.port()) : at);
    }

    public static AdminAddress at(HostPort address) {
        return new AdminAddress(true, address);
    }

    public static AdminAddress off() {
        return OFF;
    }

    /// Empty for nowhere.
    public Optional<HostPort> at() {
        return on ? Optional.of(address) : Optional.empty();
    }

    /// Whether only this machine can connect to it.
    public boolean loopback() {
        String host = address.host();
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            // A name, or all addresses.
            return false;
        }
    }

    @Override
    public String toString() {
        return on ? address.toString() : "off";
    }
}
