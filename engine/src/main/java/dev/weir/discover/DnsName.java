package dev.weir.discover;

import dev.weir.schema.HostPort;
import java.net.InetAddress;

/// What DNS is asked for: `pages.internal:8080`, a name whose addresses all have this port; or `_http._tcp.pages.internal`, the name of
/// an SRV record, which says the ports itself. Immutable.
///
/// @param port 0 for an SRV record
public record DnsName(String name, int port) {
    /// @throws IllegalArgumentException with what is wrong, as the rest of a sentence
    public static DnsName parse(String text) {
        if (text.startsWith("_") && text.indexOf(':') < 0) {
            if (!text.matches("_[A-Za-z0-9-]+\\._(tcp|udp)(\\.[A-Za-z0-9_-]+)+\\.?")) {
                throw new IllegalArgumentException(
                        "is not the name of an SRV record, as in _http._tcp.pages.internal");
            }
            return new DnsName(text, 0);
        }
        HostPort parsed = HostPort.parse(text);
        if (parsed.host().isEmpty()) {
            throw new IllegalArgumentException("has no name before its port");
        }
        if (parsed.port() == 0) {
            throw new IllegalArgumentException("needs a port from 1 to 65535");
        }
        if (literal(parsed.host())) {
            throw new IllegalArgumentException(
                    "is an address, and there is nothing to ask DNS for: write it under endpoints");
        }
        return new DnsName(parsed.host(), parsed.port());
    }

    static boolean literal(String host) {
        try {
            return InetAddress.ofLiteral(host) != null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    boolean service() {
        return port == 0;
    }

    @Override
    public String toString() {
        return port == 0 ? name : name + ":" + port;
    }
}
