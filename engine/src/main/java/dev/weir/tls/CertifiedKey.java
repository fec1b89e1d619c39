package dev.weir.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// A certificate with its private key, which fits it, and the names it is for. Immutable.
///
/// @param names DNS names in lower case, with `*.` before those that are wildcards
/// @param kind which clients can do with it
record CertifiedKey(CertificateChain chain, PrivateKey key, List<String> names, Kind kind) {
    private static final int DNS_NAME = 2;

    /// What a client must understand. The curves are those that TLS has (RFC 8446 §4.2.3).
    enum Kind {
        RSA,
        EC_256,
        EC_384,
        EC_521
    }

    /// @throws IllegalArgumentException with a sentence for the user, which begins with a file's name
    static CertifiedKey read(Path directory, CertificateConfig config) {
        return of(
                CertificateChain.read(directory, config.cert()),
                PrivateKeyFile.read(directory, config.key()),
                config.key());
    }

    /// @param keyFile the name of the key's file
    /// @throws IllegalArgumentException with a sentence for the user, if the two do not belong together
    static CertifiedKey of(CertificateChain chain, PrivateKey key, String keyFile) {
        X509Certificate own = chain.own();
        if (!fits(own.getPublicKey(), key)) {
            throw new IllegalArgumentException(
                    keyFile
                            + " is not the key of "
                            + chain.file()
                            + " ("
                            + CertificateChain.subject(own)
                            + ")");
        }
        return new CertifiedKey(chain, key, names(own), kind(own.getPublicKey(), chain.file()));
    }

    private static boolean fits(PublicKey certified, PrivateKey key) {
        if (!certified.getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        byte[] message = {'w', 'e', 'i', 'r'};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static Kind kind(PublicKey key, String file) {
        if (!(key instanceof ECPublicKey curve)) {
            return Kind.RSA;
        }
        return switch (curve.getParams().getCurve().getField().getFieldSize()) {
            case 256 -> Kind.EC_256;
            case 384 -> Kind.EC_384;
            case 521 -> Kind.EC_521;
            default ->
                    throw new IllegalArgumentException(
                            file + " is for a curve that TLS has not (expected: P-256 or P-384)");
        };
    }

    /// The certificate's own list; of one so old that it has none, the common name.
    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> one : alternatives) {
                    if (one.getFirst().equals(DNS_NAME)) {
                        names.add(String.valueOf(one.get(1)).toLowerCase(Locale.ROOT));
                    }
                }
                return List.copyOf(names);
            }
        } catch (CertificateParsingException _) {
            // As if there were none.
        }
        String subject = CertificateChain.subject(certificate);
        for (String part : subject.split(",", -1)) {
            if (part.startsWith("CN=")) {
                names.add(part.substring(3).toLowerCase(Locale.ROOT));
            }
        }
        return List.copyOf(names);
    }

    /// Whether the certificate is for this host.
    boolean covers(String host) {
        int dot = host.indexOf('.');
        return names.contains(host) || dot > 0 && names.contains("*" + host.substring(dot));
    }

    Instant expires() {
        return chain.own().getNotAfter().toInstant();
    }

    /// For people: the first name, or the subject.
    String shown() {
        return names.isEmpty() ? CertificateChain.subject(chain.own()) : names.getFirst();
    }
}
