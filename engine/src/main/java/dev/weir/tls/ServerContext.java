package dev.weir.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// One certificate ready for handshakes. Thread-safe.
final class ServerContext {
    /// How long a session can be resumed.
    private static final long SESSION_SECONDS = 3_600;

    /// Sessions that the JDK keeps; BoringSSL keeps none.
    private static final long MOST_SESSIONS = 4_096;

    /// What a client may send of certificates.
    private static final int MOST_CERTIFICATE_BYTES = 32 << 10;

    /// The first is safe from who records today and has a quantum computer later (RFC 9794, draft-ietf-tls-ecdhe-mlkem).
    private static final String[] GROUPS = {"X25519MLKEM768", "x25519", "secp256r1", "secp384r1"};

    private static final String HTTP2 = ApplicationProtocolNames.HTTP_2;

    private final CertifiedKey key;
    private final SslContext context;
    private final @Nullable WithoutHttp2 withoutHttp2;
    private final Staple staple;
    private final boolean asksClients;

    /// For clients of TLS 1.2 that do not ask for HTTP/2 or have no suite for it, if suites are configured that HTTP/2 forbids. Which
    /// suite is used is known only when the protocol is chosen, so that the two must not meet in one context. Its tickets are its own:
    /// a session that began with such a suite cannot be resumed for HTTP/2.
    ///
    /// @param protocols what is offered by ALPN
    /// @param fit the suites of the other context
    private record WithoutHttp2(
            SslContext context, List<String> protocols, List<CipherSuite> fit) {}

    private ServerContext(Making making, SslContext context, Staple staple) {
        this(making, context, null, staple);
    }

    private ServerContext(
            Making making, SslContext context, @Nullable WithoutHttp2 withoutHttp2, Staple staple) {
        this.key = making.key;
        this.context = context;
        this.withoutHttp2 = withoutHttp2;
        this.staple = staple;
        this.asksClients = !making.clientIssuers.isEmpty();
    }

    /// @param clientIssuers who may issue clients' certificates; empty if clients need none
    /// @param protocols what is offered by ALPN, preferred first
    /// @throws IllegalArgumentException with a sentence for the user
    static ServerContext of(
            CertifiedKey key,
            TlsConfig config,
            List<X509Certificate> clientIssuers,
            List<String> protocols,
            TlsLibrary library,
            Staple staple) {
        Making making = new Making(key, config, clientIssuers, library);
        List<CipherSuite> fit = config.ciphers().stream().filter(CipherSuite::fitForHttp2).toList();
        if (!protocols.contains(HTTP2) || fit.size() == config.ciphers().size()) {
            return new ServerContext(making, making.context(config.ciphers(), protocols), staple);
        }
        List<String> others = protocols.stream().filter(one -> !one.equals(HTTP2)).toList();
        SslContext http2 = making.context(fit, protocols);
        try {
            return new ServerContext(
                    making,
                    http2,
                    new WithoutHttp2(making.context(config.ciphers(), others), others, fit),
                    staple);
        } catch (IllegalArgumentException e) {
            ReferenceCountUtil.release(http2);
            throw e;
        }
    }

    /// What contexts of one certificate have in common.
    private record Making(
            CertifiedKey key,
            TlsConfig config,
            List<X509Certificate> clientIssuers,
            TlsLibrary library) {
        SslContext context(List<CipherSuite> ciphers, List<String> protocols) {
            SslContextBuilder builder =
                    SslContextBuilder.forServer(key.key(), key.chain().certificates())
                            .sslProvider(library.provider())
                            .protocols(config.minVersion().andNewer())
                            .ciphers(
                                    CipherSuite.names(ciphers), SupportedCipherSuiteFilter.INSTANCE)
                            .sessionTimeout(SESSION_SECONDS)
                            .sessionCacheSize(MOST_SESSIONS)
                            .applicationProtocolConfig(alpn(protocols));
            if (!clientIssuers.isEmpty()) {
                builder.trustManager(clientIssuers).clientAuth(clientAuth(config));
            }
            if (library.boring()) {
                builder.enableOcsp(true)
                        // Nothing here takes long enough to be worth the way round by a task.
                        .option(OpenSslContextOption.USE_TASKS, false)
                        .option(OpenSslContextOption.GROUPS, GROUPS.clone())
                        .option(
                                OpenSslContextOption.MAX_CERTIFICATE_LIST_BYTES,
                                MOST_CERTIFICATE_BYTES);
            }
            try {
                SslContext context = builder.build();
                if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
                    // Tickets do it, and whoever knows none is too rare to keep all others'
                    // sessions.
                    sessions.setSessionCacheEnabled(false);
                }
                return context;
            } catch (SSLException e) {
                throw new IllegalArgumentException(
                        key.chain().file() + " cannot be used: " + e.getMessage(), e);
            }
        }
    }

    private static ApplicationProtocolConfig alpn(List<String> protocols) {
        return protocols.isEmpty()
                ? ApplicationProtocolConfig.DISABLED
                : new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocols);
    }

    private static ClientAuth clientAuth(TlsConfig config) {
        return config.clientAuth()
                .map(
                        auth ->
                                switch (auth.mode()) {
                                    case REQUIRE -> ClientAuth.REQUIRE;
                                    case OPTIONAL -> ClientAuth.OPTIONAL;
                                })
                .orElse(ClientAuth.NONE);
    }

    /// Whether clients are asked for certificates.
    boolean asksClients() {
        return asksClients;
    }

    CertifiedKey key() {
        return key;
    }

    /// The one whose tickets are made with the listener's keys.
    SslContext context() {
        return context;
    }

    /// What a client is offered by ALPN.
    ///
    /// @param all what it would be with suites that HTTP/2 can be spoken with
    List<String> protocols(ClientHello hello, List<String> all) {
        WithoutHttp2 other = other(hello);
        return other == null ? all : other.protocols;
    }

    /// The other context, if this client needs it.
    private @Nullable WithoutHttp2 other(ClientHello hello) {
        WithoutHttp2 other = withoutHttp2;
        return other == null || hello.protocols().contains(HTTP2) && fits(hello, other.fit)
                ? null
                : other;
    }

    /// Whether the client will use a suite that HTTP/2 can be spoken with.
    private boolean fits(ClientHello hello, List<CipherSuite> fit) {
        boolean ec = key.kind() != CertifiedKey.Kind.RSA;
        for (int i = 0; i < fit.size(); i++) {
            if (fit.get(i).forEc() == ec && hello.has(fit.get(i))) {
                return true;
            }
        }
        return hello.tls13();
    }

    Staple staple() {
        return staple;
    }

    /// A handler for one connection.
    SslHandler handler(ByteBufAllocator allocator, ClientHello hello) {
        WithoutHttp2 other = other(hello);
        SslHandler handler = (other == null ? context : other.context).newHandler(allocator);
        byte[] answer = staple.answer();
        if (answer.length > 0 && handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
            engine.setOcspResponse(answer);
        }
        return handler;
    }

    /// No handler is made of it any more.
    void close() {
        ReferenceCountUtil.release(context);
        if (withoutHttp2 != null) {
            ReferenceCountUtil.release(withoutHttp2.context);
        }
    }
}
