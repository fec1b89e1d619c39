package dev.weir.tls;

import dev.weir.limit.Tally;
import dev.weir.runtime.WatchedFiles;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// TLS to the endpoints of one service: whom it trusts, what it shows, and the sessions that can be resumed. Its files are read again when
/// they change; connections that stand are not touched.
///
/// Thread-safe: loops and health checks make connections; everything else is called by the thread of [TlsFiles], and at the
/// start before it.
public final class EndpointTls implements TlsFiles.Kept {
    private static final long SESSION_SECONDS = 3_600;
    private static final long MOST_SESSIONS = 4_096;

    private static final ApplicationProtocolConfig HTTP2 =
            new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    ApplicationProtocolNames.HTTP_2);

    private final String service;
    private final String whose;
    private final EndpointTlsConfig config;
    private final TlsSite site;
    private final boolean http2;
    private final WatchedFiles files;
    private final Expiry expiry = new Expiry();
    private final Tally failures = new Tally();
    private @Nullable SslContext left;
    private volatile Contexts contexts;

    /// The same twice: event loops use Netty's, health checks on their own threads the JDK's.
    ///
    /// @param shown what endpoints see of us, if they see a certificate
    private record Contexts(SslContext loops, SSLContext threads, Optional<CertifiedKey> shown) {}

    private EndpointTls(String service, EndpointTlsConfig config, boolean http2, TlsSite site) {
        this.http2 = http2;
        this.service = service;
        this.whose = "service " + service;
        this.config = config;
        this.site = site;
        List<String> names = new ArrayList<>();
        config.ca().ifPresent(names::add);
        config.clientCert().ifPresent(names::add);
        config.clientKey().ifPresent(names::add);
        this.files = new WatchedFiles(site.directory(), names);
        this.contexts = read();
    }

    /// Reads the files.
    ///
    /// @param http2 whether HTTP/2 is to be spoken on top, and offered by ALPN (RFC 9113 §3.2)
    /// @throws IllegalArgumentException with a sentence for the user
    public static EndpointTls open(
            String service, EndpointTlsConfig config, boolean http2, TlsSite site) {
        return new EndpointTls(service, config, http2, site);
    }

    /// A handler for a new connection of an event loop. It verifies that the endpoint is who it should be.
    ///
    /// @param endpoint as the user wrote it: a name or an address
    public SslHandler handler(ByteBufAllocator allocator, InetSocketAddress endpoint) {
        SslHandler handler =
                contexts.loops.newHandler(allocator, name(endpoint), endpoint.getPort());
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(config.verify() ? "HTTPS" : null);
        handler.engine().setSSLParameters(parameters);
        return handler;
    }

    /// Puts TLS on a connection that stands, and shakes hands. Blocks.
    public Socket secure(Socket connected, InetSocketAddress endpoint) throws IOException {
        String name = name(endpoint);
        SSLSocket socket =
                (SSLSocket)
                        contexts.threads
                                .getSocketFactory()
                                .createSocket(connected, name, endpoint.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(config.verify() ? "HTTPS" : null);
        if (config.serverName().isPresent()) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        if (http2) {
            parameters.setApplicationProtocols(new String[] {ApplicationProtocolNames.HTTP_2});
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        if (http2 && !socket.getApplicationProtocol().equals(ApplicationProtocolNames.HTTP_2)) {
            throw new SSLException("the endpoint does not offer HTTP/2 (ALPN h2)");
        }
        return socket;
    }

    /// A handshake failed. Said as seldom as a [Tally] says.
    ///
    /// @param endpoint its name
    public HandshakeFailed failed(String endpoint, Throwable cause, long nowNanos) {
        HandshakeFailed failed = new HandshakeFailed(cause);
        Tally.Due due = failures.count(nowNanos);
        if (due != null) {
            site.events()
                    .say(
                            "%s  %s  TLS handshake failed%s: %s (%s)"
                                    .formatted(
                                            whose,
                                            endpoint,
                                            due.first() ? "" : " " + due.requests() + " more times",
                                            failed.getMessage(),
                                            failed.why().reason()));
        }
        return failed;
    }

    private String name(InetSocketAddress endpoint) {
        return config.serverName().orElseGet(endpoint::getHostString);
    }

    private Contexts read() {
        Optional<CertifiedKey> shown =
                ThreadTls.shown(site.directory(), config.clientCert(), config.clientKey());
        try {
            TrustManagerFactory trust =
                    ThreadTls.trust(site.directory(), config.ca(), config.verify());
            SslContextBuilder builder =
                    SslContextBuilder.forClient()
                            .sslProvider(site.library().provider())
                            .protocols(TlsVersion.TLS_1_2.andNewer())
                            .ciphers(
                                    CipherSuite.names(CipherSuite.USUAL),
                                    SupportedCipherSuiteFilter.INSTANCE)
                            .sessionTimeout(SESSION_SECONDS)
                            .sessionCacheSize(MOST_SESSIONS)
                            .trustManager(trust);
            if (http2) {
                builder.applicationProtocolConfig(HTTP2);
            }
            shown.ifPresent(key -> builder.keyManager(key.key(), key.chain().certificates()));
            SSLContext threads = SSLContext.getInstance("TLS");
            threads.init(ThreadTls.keys(shown), trust.getTrustManagers(), null);
            return new Contexts(builder.build(), threads, shown);
        } catch (GeneralSecurityException | SSLException e) {
            throw new IllegalArgumentException("TLS cannot be used: " + e.getMessage(), e);
        }
    }

    @Override
    public List<Validity> certificates() {
        return contexts.shown.stream()
                .map(key -> Validity.of(Validity.By.SERVICE, service, key))
                .toList();
    }

    @Override
    public void look() {
        SslContext old = left;
        if (old != null) {
            left = null;
            ReferenceCountUtil.release(old);
        }
        if (files.changed()) {
            readAgain();
        }
        contexts.shown.ifPresent(key -> expiry.look(whose, key, site.clock().now(), site.events()));
    }

    private void readAgain() {
        try {
            Contexts before = contexts;
            contexts = read();
            left = before.loops;
            site.events().say(whose + "  the files of tls were read again");
        } catch (IllegalArgumentException e) {
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
        SslContext old = left;
        SslContext last = contexts.loops;
        return () -> {
            if (old != null) {
                ReferenceCountUtil.release(old);
            }
            ReferenceCountUtil.release(last);
        };
    }
}
