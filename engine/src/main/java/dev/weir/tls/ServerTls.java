package dev.weir.tls;

import dev.weir.runtime.WatchedFiles;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The certificates of one listener, read again when their files change: new handshakes get the new ones, connections that
/// stand are not touched. Files that do not fit together are refused with a line that says why, and what was before stays.
///
/// Thread-safe: loops ask [#hello]; everything else is called by the thread of [TlsFiles], and at the start before it.
public final class ServerTls implements TlsFiles.Kept {
    private final String listener;
    private final String whose;
    private final TlsConfig config;
    private final List<String> protocols;
    private final TlsSite site;
    private final Tickets tickets;
    private final WatchedFiles files;
    private final Map<ServerContext, Expiry> expiries = new IdentityHashMap<>();
    private List<X509Certificate> clientIssuers;

    /// Contexts that are in use no more, as soon as no loop can still be about to make a handler of one.
    private List<ServerContext> left = List.of();

    private volatile CertificateTable table;

    private ServerTls(String listener, TlsConfig config, List<String> protocols, TlsSite site) {
        this.listener = listener;
        this.whose = "listener " + listener;
        this.config = config;
        this.protocols = protocols;
        this.site = site;
        this.tickets = new Tickets(site.secrets(), site.clock().nanos());
        this.files = new WatchedFiles(site.directory(), names(config));
        this.clientIssuers = readClientIssuers();
        this.table = read();
    }

    /// Reads the certificates.
    ///
    /// @param listener its name
    /// @param protocols what is offered by ALPN, preferred first
    /// @throws IllegalArgumentException with a sentence for the user
    public static ServerTls open(
            String listener, TlsConfig config, List<String> protocols, TlsSite site) {
        return new ServerTls(listener, config, List.copyOf(protocols), site);
    }

    public TlsConfig config() {
        return config;
    }

    /// A look at a connection's first bytes, which puts the right handler in its place.
    ///
    /// @param choice hears which certificate the client gets
    public HelloLook hello(HelloLook.Choice choice) {
        return new HelloLook(this, choice);
    }

    /// A certificate that clients get now. Immutable.
    ///
    /// @param names it is for
    public record Held(String names, String file, Instant notAfter) {}

    /// Those that clients get now.
    public List<Held> held() {
        return table.all().stream()
                .map(
                        context ->
                                new Held(
                                        context.key().shown(),
                                        context.key().chain().file(),
                                        context.key().expires()))
                .toList();
    }

    /// What a client gets that asks for this name and can verify all.
    ///
    /// @param serverName in lower case; empty if it asks for none
    public ChosenCertificate chosen(String serverName) {
        CertificateTable now = table;
        return new ChosenCertificate(now, now.choose(ClientHello.of(serverName)), serverName);
    }

    /// Why there is no connection with a client that shows this certificate; empty if there is one. Called on no event loop.
    public Optional<String> refusal(ClientCertificate shown) {
        return config.clientAuth().flatMap(auth -> shown.refusal(readClientIssuers(), auth.ca()));
    }

    CertificateTable table() {
        return table;
    }

    List<String> protocols() {
        return protocols;
    }

    private static List<String> names(TlsConfig config) {
        List<String> names = new ArrayList<>();
        for (CertificateConfig certificate : config.certificates()) {
            names.add(certificate.cert());
            names.add(certificate.key());
            certificate.ocsp().ifPresent(names::add);
        }
        config.clientAuth().ifPresent(auth -> names.add(auth.ca()));
        return names;
    }

    private List<X509Certificate> readClientIssuers() {
        Optional<ClientAuthConfig> auth = config.clientAuth();
        return auth.isEmpty() ? List.of() : CertificateChain.all(site.directory(), auth.get().ca());
    }

    private CertificateTable read() {
        List<ServerContext> contexts = new ArrayList<>();
        try {
            for (CertificateConfig certificate : config.certificates()) {
                CertifiedKey key = CertifiedKey.read(site.directory(), certificate);
                Staple staple = new Staple(whose, key.chain(), certificate.ocsp(), site);
                ServerContext context =
                        ServerContext.of(
                                key, config, clientIssuers, protocols, site.library(), staple);
                tickets.give(context.context());
                contexts.add(context);
            }
        } catch (IllegalArgumentException e) {
            contexts.forEach(ServerContext::close);
            throw e;
        }
        return new CertificateTable(contexts);
    }

    @Override
    public List<Validity> certificates() {
        return table.all().stream()
                .map(each -> Validity.of(Validity.By.LISTENER, listener, each.key()))
                .toList();
    }

    @Override
    public void look() {
        left.forEach(ServerContext::close);
        left = List.of();
        if (files.changed()) {
            readAgain();
        }
        if (tickets.rotate(site.clock().nanos())) {
            table.all().forEach(context -> tickets.give(context.context()));
        }
        for (ServerContext context : table.all()) {
            if (site.library().boring()) {
                context.staple().look();
            }
            expiries.computeIfAbsent(context, _ -> new Expiry())
                    .look(whose, context.key(), site.clock().now(), site.events());
        }
    }

    private void readAgain() {
        CertificateTable before = table;
        List<X509Certificate> issuersBefore = clientIssuers;
        try {
            clientIssuers = readClientIssuers();
            if (!clientIssuers.equals(issuersBefore)) {
                // A ticket stands for a certificate that one of the old issuers vouched for.
                tickets.anew(site.clock().nanos());
            }
            table = read();
            left = before.all();
            expiries.clear();
            for (ServerContext context : table.all()) {
                site.events()
                        .say(
                                "%s  %s was read again: %s, valid until %s"
                                        .formatted(
                                                whose,
                                                context.key().chain().file(),
                                                context.key().shown(),
                                                Expiry.day(context.key().expires())));
            }
        } catch (IllegalArgumentException e) {
            clientIssuers = issuersBefore;
            site.events()
                    .say(
                            "%s  changed files are not used, what was before stays: %s"
                                    .formatted(whose, e.getMessage()));
        }
    }

    /// Lets go of what was read, where it is not to be used at all.
    public void close() {
        release().run();
    }

    @Override
    public Runnable release() {
        List<ServerContext> all = new ArrayList<>(left);
        all.addAll(table.all());
        return () -> all.forEach(ServerContext::close);
    }
}
