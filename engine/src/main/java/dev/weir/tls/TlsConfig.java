package dev.weir.tls;

import dev.weir.schema.Key;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// TLS of a listener. Immutable.
@Key("listener-tls")
@Says("How a listener speaks TLS with its clients.")
public record TlsConfig(
        @Required
                @Says(
                        value =
                                "Certificates; a client gets the one for the name it asks for, the first if there is none. An RSA and an EC certificate may stand for the same name.",
                        example = "[{ cert: site.pem, key: site.key }]")
                List<CertificateConfig> certificates,
        @Says("Certificates of clients (mTLS).") Optional<ClientAuthConfig> clientAuth,
        @Says("Oldest version of TLS.") TlsVersion minVersion,
        @Says("Cipher suites of TLS 1.2, preferred first; those of TLS 1.3 are always on.")
                List<CipherSuite> ciphers,
        @Says("Time for the handshake, from the connect on.") @Within(min = "100ms", max = "10m")
                Duration handshakeTimeout) {

    public static final TlsConfig DEFAULTS =
            new TlsConfig(
                    List.of(),
                    Optional.empty(),
                    TlsVersion.TLS_1_2,
                    CipherSuite.USUAL,
                    Duration.ofSeconds(10));

    public TlsConfig {
        certificates = List.copyOf(certificates);
        ciphers = List.copyOf(ciphers);
    }

    public static TlsConfig of(CertificateConfig... certificates) {
        TlsConfig d = DEFAULTS;
        return new TlsConfig(
                List.of(certificates), d.clientAuth, d.minVersion, d.ciphers, d.handshakeTimeout);
    }
}
