package dev.weir.tls;

import dev.weir.schema.Key;
import dev.weir.schema.Says;
import java.util.Optional;

/// TLS to the endpoints of a service. Immutable.
@Key("service-tls")
@Says("How a service's endpoints are spoken to by TLS.")
public record EndpointTlsConfig(
        @Says(
                        value =
                                "File with the certificates of those who may issue the endpoints' certificates, in PEM; left out, those that the JDK trusts.",
                        example = "internal-ca.pem")
                Optional<String> ca,
        @Says(
                        "The name that is asked for and that the certificate must have; left out, the endpoint's own host.")
                Optional<String> serverName,
        @Says("File with the certificate that Weir shows to endpoints, in PEM.")
                Optional<String> clientCert,
        @Says("File with the private key of `client-cert`, in PEM.") Optional<String> clientKey,
        @Says(
                        "Whether certificates are verified. With false anybody on the way can read and change what is sent.")
                boolean verify) {

    public static final EndpointTlsConfig DEFAULTS =
            new EndpointTlsConfig(
                    Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), true);

    /// Trusts those that a file names, and nobody else.
    public EndpointTlsConfig withCa(String file) {
        return new EndpointTlsConfig(Optional.of(file), serverName, clientCert, clientKey, verify);
    }
}
