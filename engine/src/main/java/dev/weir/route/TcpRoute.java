package dev.weir.route;

import dev.weir.tunnel.Tunnel;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A [TcpConfig] ready for connections: which service one goes to. Immutable.
public final class TcpRoute {
    private final Map<String, String> exact = new HashMap<>();

    /// By the text behind `*.`.
    private final Map<String, String> wildcards = new HashMap<>();

    private final boolean bySni;
    private final @Nullable String to;
    private final Tunnel.Patience patience;

    public TcpRoute(TcpConfig config) {
        bySni = !config.sni().isEmpty();
        to = config.to().orElse(null);
        // One side may work on for long after the other has said all.
        patience = new Tunnel.Patience(config.idle().toNanos(), config.idle().toNanos());
        config.sni()
                .forEach(
                        (text, service) -> {
                            HostPattern host = HostPattern.parse(text);
                            (host.wildcard() ? wildcards : exact).put(host.name(), service);
                        });
    }

    /// Whether the server name decides, so that the ClientHello has to be read.
    public boolean bySni() {
        return bySni;
    }

    /// Where connections go whose name does not decide; null for nowhere.
    public @Nullable String to() {
        return to;
    }

    public Tunnel.Patience patience() {
        return patience;
    }

    /// The service for a server name in lower case: the exact name before the longest wildcard before the rest.
    ///
    /// @param serverName empty if the client names none
    /// @return its name, or null
    public @Nullable String find(String serverName) {
        String name =
                serverName.endsWith(".")
                        ? serverName.substring(0, serverName.length() - 1)
                        : serverName;
        String found = exact.get(name);
        for (int dot = name.indexOf('.');
                found == null && dot >= 0;
                dot = name.indexOf('.', dot + 1)) {
            found = dot == 0 ? null : wildcards.get(name.substring(dot + 1));
        }
        return found == null ? to : found;
    }
}
