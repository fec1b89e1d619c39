package dev.weir.listen;

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
        @Says("What may be spoken here; left out, `[h1]`.") List<Protocol> protocols,
        @Says("TLS; without, connections are in the clear.") Optional<TlsConfig> tls,
        @Says(
                        "Sends clients to the same address by TLS, with 301, or 308 if the method is neither GET nor HEAD. No route is asked.")
                Optional<Redirect> redirect) {

    public static final ListenerConfig DEFAULTS = of(0);

    public ListenerConfig {
        protocols = List.copyOf(protocols);
    }

    @Short("a port or an address with a port")
    public static ListenerConfig of(HostPort listen) {
        return new ListenerConfig(listen, List.of(), Optional.empty(), Optional.empty());
    }

    public static ListenerConfig of(int port) {
        return of(new HostPort("", port));
    }

    public ListenerConfig withTls(TlsConfig tls) {
        return new ListenerConfig(listen, protocols, Optional.of(tls), redirect);
    }

    /// A version of HTTP.
    public enum Protocol {
        @Says("HTTP/1.1 and 1.0")
        H1,
        @Says("HTTP/2, on TLS")
        H2
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
