package dev.weir.tls;

import java.time.Instant;
import java.util.Locale;

/// How long a certificate that Weir shows is valid. Immutable.
///
/// @param by who shows it
/// @param of the name of that listener or service
/// @param name for people: the first name it is for, or its subject
/// @param keyType `rsa`, `ec-256`, …
public record Validity(By by, String of, String name, String keyType, Instant notAfter) {
    /// Who shows a certificate.
    public enum By {
        /// To clients.
        LISTENER,
        /// To its endpoints.
        SERVICE
    }

    static Validity of(By by, String of, CertifiedKey key) {
        String type = key.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return new Validity(by, of, key.shown(), type, key.expires());
    }
}
