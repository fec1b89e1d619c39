package dev.weir;

import dev.weir.service.ServiceConfig.Protocol;
import dev.weir.testkit.Http2Relay;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.testkit.ScriptedHttp2Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Lets one test run over what endpoints can speak: those that speak HTTP/1.1 are asked directly, or through relays that speak HTTP/2.
final class Spoken implements AutoCloseable {
    private final Protocol protocol;
    private final Map<ScriptedEndpoint, ScriptedHttp2Endpoint> relays = new HashMap<>();

    Spoken(Protocol protocol) {
        this.protocol = protocol;
    }

    /// Where an endpoint is asked.
    String address(ScriptedEndpoint endpoint) {
        return protocol == Protocol.H1
                ? endpoint.address()
                : relays.computeIfAbsent(endpoint, Spoken::relay).address();
    }

    /// Connections that came where the endpoint is asked.
    ScriptedEndpoint.Connections connections(ScriptedEndpoint endpoint) {
        ScriptedHttp2Endpoint relay = relays.get(endpoint);
        return relay == null ? endpoint.connections() : relay.connections();
    }

    private static ScriptedHttp2Endpoint relay(ScriptedEndpoint endpoint) {
        try {
            return Http2Relay.before(endpoint);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The word in the file.
    @Override
    public String toString() {
        return protocol.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        relays.values().forEach(ScriptedHttp2Endpoint::close);
    }
}
