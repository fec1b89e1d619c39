package dev.weir.exchange;

import dev.weir.schema.Says;

/// What is known of the encrypted connection that a request came by. Immutable; one per connection.
///
/// @param version `TLSv1.3`
/// @param cipher the suite's IANA name
/// @param serverName the name that the client asked for (SNI), in lower case; empty if it did not say
/// @param client the client's certificate, [Client#NONE] if it showed none
public record TlsFacts(String version, String cipher, String serverName, Client client) {

    /// A client's certificate, which was verified. Immutable.
    ///
    /// @param subject its distinguished name as in RFC 4514, in visible ASCII
    /// @param issuer likewise
    /// @param serial in hexadecimal digits
    /// @param fingerprint SHA-256 over the certificate, in hexadecimal digits
    public record Client(String subject, String issuer, String serial, String fingerprint) {
        public static final Client NONE = new Client("", "", "", "");

        /// Whether the client showed a certificate.
        public boolean known() {
            return !fingerprint.isEmpty();
        }
    }

    /// What can be told of a client's certificate.
    public enum OfClient {
        @Says("the distinguished name, such as CN=billing,O=Example")
        SUBJECT,
        @Says("the distinguished name of who issued it")
        ISSUER,
        @Says("the serial number in hexadecimal digits")
        SERIAL,
        @Says("SHA-256 over the certificate, in hexadecimal digits")
        FINGERPRINT;

        /// What it is for this client; empty if it has no certificate.
        public String of(Client client) {
            return switch (this) {
                case SUBJECT -> client.subject();
                case ISSUER -> client.issuer();
                case SERIAL -> client.serial();
                case FINGERPRINT -> client.fingerprint();
            };
        }
    }
}
