package dev.weir.tls;

import dev.weir.schema.Required;
import dev.weir.schema.Says;
import java.util.Optional;

/// A certificate with its key. Immutable.
@Says("A certificate with its key; both are read again when they change.")
public record CertificateConfig(
        @Required
                @Says(
                        value =
                                "File with the certificate and those of its issuers, in PEM. The names in it say which clients get it.",
                        example = "site.pem")
                String cert,
        @Required
                @Says(value = "File with its private key, in PEM, RSA or EC.", example = "site.key")
                String key,
        @Says(
                        "File with the issuer's OCSP answer (DER) to show to clients; without, the certificate's own responder is asked, if it names one.")
                Optional<String> ocsp) {

    public static final CertificateConfig DEFAULTS = of("", "");

    public static CertificateConfig of(String cert, String key) {
        return new CertificateConfig(cert, key, Optional.empty());
    }
}
