package dev.weir.service;

import dev.weir.schema.HostPort;

/// Where an endpoint is, and whether it is said to speak TLS: `10.0.0.11:8080`, `http://10.0.0.11:8080`, `https://10.0.0.11:8443`. The
/// host is not resolved here. Immutable.
public record EndpointAddress(Scheme scheme, HostPort at) {
    /// What stands before the host.
    public enum Scheme {
        /// Nothing, so that `tls` of the service decides.
        NONE(""),
        HTTP("http://"),
        HTTPS("https://");

        private final String text;

        Scheme(String text) {
            this.text = text;
        }
    }

    /// @throws IllegalArgumentException if the text is no address with a port
    public static EndpointAddress parse(String text) {
        for (Scheme scheme : Scheme.values()) {
            if (scheme != Scheme.NONE && text.startsWith(scheme.text)) {
                return new EndpointAddress(
                        scheme, HostPort.parse(text.substring(scheme.text.length())));
            }
        }
        return new EndpointAddress(Scheme.NONE, HostPort.parse(text));
    }

    public static EndpointAddress of(HostPort at) {
        return new EndpointAddress(Scheme.NONE, at);
    }

    @Override
    public String toString() {
        return scheme.text + at;
    }
}
