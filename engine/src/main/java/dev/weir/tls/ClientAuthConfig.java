package dev.weir.tls;

import dev.weir.exchange.TlsFacts;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import java.util.Map;

/// Certificates of clients (mTLS). Immutable.
@Says("Certificates that clients show (mTLS).")
public record ClientAuthConfig(
        @Required
                @Says(
                        value =
                                "File with the certificates of those who may issue clients' certificates, in PEM.",
                        example = "clients-ca.pem")
                String ca,
        @Says("Whether a client must have one.") Mode mode,
        @Says(
                        value =
                                "Fields that tell endpoints about the client's certificate; what a client sends under these names is removed, on every listener.",
                        example = "{ X-Client-Cert-Subject: subject }")
                Map<String, TlsFacts.OfClient> forward) {

    public static final ClientAuthConfig DEFAULTS =
            new ClientAuthConfig("", Mode.REQUIRE, Map.of());

    public ClientAuthConfig {
        forward = Map.copyOf(forward);
    }

    /// Whether there is no connection without a client's certificate.
    public enum Mode {
        @Says("without a good certificate there is no connection")
        REQUIRE,
        @Says("a client may have none; one that is not good is refused all the same")
        OPTIONAL
    }
}
