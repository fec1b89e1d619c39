package dev.weir.listen;

import dev.weir.route.TcpConfig;
import dev.weir.schema.HostPort;
import dev.weir.schema.Key;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import dev.weir.tls.TlsConfig;
import java.util.List;
import java.util.Optional;

/// An address that clients connect to. Immutable.
@Says("An address that clients connect to.")
public record ListenerConfig(
        @Required
                @Says(
                        value = "Address and port; port 0 takes a free one.",
                        example = "0.0.0.0:8080")
                HostPort listen,
        @Says(
                        "What may be spoken here; left out, `[h1]` in the clear and `[h1, h2]` with `tls`. A connection that may be `h1` or `h2c` is the"
                                + " one whose first bytes it begins with.")
                List<Protocol> protocols,
        @Says("TLS; without, connections are in the clear.") Optional<TlsConfig> tls,
        @Says(
                        "Sends clients to the same address by TLS, with 301, or 308 if the method is neither GET nor HEAD. No route is asked.")
                Optional<Redirect> redirect,
        @Says(
                        "Whether connections begin with a PROXY header (version 1 or 2) that says where the client is; only `trusted-proxies` may send one. Left out, none does.")
                Optional<ProxyReception> proxyProtocol,
        @Says("Passes connections on as they are, instead of reading requests.")
                Optional<TcpConfig> tcp) {

    public static final ListenerConfig DEFAULTS = of(0);

    public ListenerConfig {
        protocols = List.copyOf(protocols);
    }

    @Short("a port or an address with a port")
    public static ListenerConfig of(HostPort listen) {
        return new ListenerConfig(
                listen,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public ListenerConfig withProxyProtocol(ProxyReception reception) {
        return new ListenerConfig(listen, protocols, tls, redirect, Optional.of(reception), tcp);
    }

    public ListenerConfig withTcp(TcpConfig tcp) {
        return new ListenerConfig(
                listen, protocols, tls, redirect, proxyProtocol, Optional.of(tcp));
    }

    public static ListenerConfig of(int port) {
        return of(new HostPort("", port));
    }

    public ListenerConfig withTls(TlsConfig tls) {
        return new ListenerConfig(
                listen, protocols, Optional.of(tls), redirect, proxyProtocol, tcp);
    }

    public ListenerConfig withProtocols(Protocol... protocols) {
        return new ListenerConfig(listen, List.of(protocols), tls, redirect, proxyProtocol, tcp);
    }

    /// Whether clients may speak this here.
    public boolean speaks(Protocol protocol) {
        if (protocols.isEmpty()) {
            return protocol == Protocol.H1 || protocol == Protocol.H2 && tls.isPresent();
        }
        return protocols.contains(protocol);
    }

    /// A version of HTTP.
    public enum Protocol {
        @Says("HTTP/1.1 and 1.0")
        H1,
        @Says("HTTP/2, on TLS")
        H2,
        @Says("HTTP/2 in the clear, by prior knowledge")
        H2C
    }

    /// Where clients of a listener are sent. Immutable.
    @Key("https-redirect")
    @Says("Where clients are sent who come in the clear.")
    public record Redirect(
            @Required @Says(value = "What they shall speak.", example = "https") Scheme to,
            @Says(
                            "The port that clients connect to for TLS; left out, that of the first listener with `tls`, or 443 if there is none.")
                    @Within(min = "1", max = "65535")
                    Optional<Integer> port) {
        public static final Redirect DEFAULTS = of(Scheme.HTTPS);

        @Short("`https`")
        public static Redirect of(Scheme to) {
            return new Redirect(to, Optional.empty());
        }

        /// What clients shall speak instead.
        public enum Scheme {
            HTTPS
        }
    }
}
