package dev.weir.explain;

import dev.weir.WeirConfig;
import dev.weir.config.Origins;
import dev.weir.exchange.TlsFacts;
import dev.weir.listen.Listener;
import dev.weir.listen.ListenerConfig;
import dev.weir.listen.Walk;
import dev.weir.tls.ClientAuthConfig;
import dev.weir.tls.ClientCertificate;
import dev.weir.tls.ServerTls;
import dev.weir.tls.TlsConfig;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// How the TLS handshakes of clients would go that are only thought of. Immutable; called on no event loop, as it may read files.
///
/// @param certificates of a listener that speaks TLS; asked only where something hangs on them
public record Handshakes(
        WeirConfig config, Origins origins, Function<Listener, ServerTls> certificates) {

    /// The handshake of this question with a listener that speaks TLS.
    ///
    /// @throws IllegalArgumentException with a sentence for the user, if certificates cannot be read
    Walk.Handshake of(Question question, Listener listener) {
        Optional<ClientAuthConfig> auth = auth(listener);
        ClientCertificate shown =
                auth.isPresent() ? question.greeting().certificate() : ClientCertificate.NONE;
        String name = question.serverName();
        return new Walk.Handshake(
                new TlsFacts("", "", name, shown.facts()),
                auth.flatMap(asked -> refused(asked, shown, listener)),
                () -> certificates.apply(listener).chosen(name));
    }

    private Optional<String> refused(
            ClientAuthConfig auth, ClientCertificate shown, Listener listener) {
        if (shown.shown()) {
            return certificates.apply(listener).refusal(shown);
        }
        return auth.mode() == ClientAuthConfig.Mode.REQUIRE
                ? Optional.of("the listener wants a certificate of the client, which shows none")
                : Optional.empty();
    }

    /// What the client shows, in words; empty if it is not asked.
    String shown(Walk.Handshake shaken, Listener listener) {
        TlsFacts.Client client = shaken.facts().client();
        return auth(listener).isEmpty()
                ? ""
                : client.known()
                        ? client.subject() + ", issued by " + client.issuer()
                        : "no certificate";
    }

    /// Where it stands that clients are asked for certificates.
    String shownAt(Listener listener) {
        return auth(listener).isEmpty()
                ? ""
                : new Whence(origins, "")
                        .below("listeners")
                        .named(listener.name())
                        .below("tls")
                        .below("client-auth")
                        .at();
    }

    /// What the reader should know of a question that says more than the listener asks.
    List<String> notes(Question question, Listener listener) {
        return question.greeting().certificate().shown() && auth(listener).isEmpty()
                ? List.of(
                        listener.name()
                                + " asks clients for no certificates, so this one is not shown.")
                : List.of();
    }

    private Optional<ClientAuthConfig> auth(Listener listener) {
        return config.listeners()
                .getOrDefault(listener.name(), ListenerConfig.DEFAULTS)
                .tls()
                .flatMap(TlsConfig::clientAuth);
    }
}
