package dev.weir.otlp;

import dev.weir.schema.Key;
import dev.weir.schema.Says;
import java.util.Optional;

/// TLS to a collector. Immutable.
@Key("otlp-tls")
@Says("How a collector is spoken to by TLS.")
public record CollectorTlsConfig(
        @Says(
                        value =
                                "File with the certificates of those who may issue the collector's certificate, in PEM; left out, those that the JDK trusts.",
                        example = "internal-ca.pem")
                Optional<String> ca,
        @Says("File with the certificate that Weir shows to the collector, in PEM.")
                Optional<String> clientCert,
        @Says("File with the private key of `client-cert`, in PEM.") Optional<String> clientKey) {

    public static final CollectorTlsConfig DEFAULTS =
            new CollectorTlsConfig(Optional.empty(), Optional.empty(), Optional.empty());

    /// Trusts those that a file names, and nobody else.
    public CollectorTlsConfig withCa(String file) {
        return new CollectorTlsConfig(Optional.of(file), clientCert, clientKey);
    }

    /// Shows this certificate.
    public CollectorTlsConfig withClient(String cert, String key) {
        return new CollectorTlsConfig(ca, Optional.of(cert), Optional.of(key));
    }
}
