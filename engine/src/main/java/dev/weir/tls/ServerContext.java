package dev.weir.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/// One certificate ready for handshakes. Thread-safe.
final class ServerContext {
    /// How long a session can be resumed.
    private static final long SESSION_SECONDS = 3_600;

    /// Sessions of clients that know no tickets.
    private static final long MOST_SESSIONS = 4_096;

    /// What a client may send of certificates.
    private static final int MOST_CERTIFICATE_BYTES = 32 << 10;

    /// The first is safe from who records today and has a quantum computer later (RFC 9794, draft-ietf-tls-ecdhe-mlkem).
    private static final String[] GROUPS = {"X25519MLKEM768", "x25519", "secp256r1", "secp384r1"};

    private final CertifiedKey key;
    private final SslContext context;
    private final Staple staple;

    private ServerContext(CertifiedKey key, SslContext context, Staple staple) {
        this.key = key;
        this.context = context;
        this.staple = staple;
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
        SslContextBuilder builder =
                SslContextBuilder.forServer(key.key(), key.chain().certificates())
                        .sslProvider(library.provider())
                        .protocols(config.minVersion().andNewer())
                        .ciphers(
                                CipherSuite.names(config.ciphers()),
                                SupportedCipherSuiteFilter.INSTANCE)
                        .sessionTimeout(SESSION_SECONDS)
                        .sessionCacheSize(MOST_SESSIONS)
                        .applicationProtocolConfig(
                                new ApplicationProtocolConfig(
                                        Protocol.ALPN,
                                        SelectorFailureBehavior.NO_ADVERTISE,
                                        SelectedListenerFailureBehavior.ACCEPT,
                                        protocols));
        if (!clientIssuers.isEmpty()) {
            builder.trustManager(clientIssuers).clientAuth(clientAuth(config));
        }
        if (library.boring()) {
            builder.enableOcsp(true)
                    .option(OpenSslContextOption.GROUPS, GROUPS.clone())
                    .option(
                            OpenSslContextOption.MAX_CERTIFICATE_LIST_BYTES,
                            MOST_CERTIFICATE_BYTES);
        }
        try {
            return new ServerContext(key, builder.build(), staple);
        } catch (SSLException e) {
            throw new IllegalArgumentException(
                    key.chain().file() + " cannot be used: " + e.getMessage(), e);
        }
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

    CertifiedKey key() {
        return key;
    }

    SslContext context() {
        return context;
    }

    Staple staple() {
        return staple;
    }

    /// A handler for one connection.
    SslHandler handler(ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        byte[] answer = staple.answer();
        if (answer.length > 0 && handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
            engine.setOcspResponse(answer);
        }
        return handler;
    }

    /// No handler is made of it any more.
    void close() {
        ReferenceCountUtil.release(context);
    }
}
