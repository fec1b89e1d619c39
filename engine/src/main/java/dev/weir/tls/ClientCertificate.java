package dev.weir.tls;

import dev.weir.exchange.TlsFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SignatureException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// A certificate that a client shows, or would show. Immutable. For explanations; what clients really show is verified in the handshake.
public final class ClientCertificate {
    /// The client shows none.
    public static final ClientCertificate NONE =
            new ClientCertificate(TlsFacts.Client.NONE, List.of());

    private final TlsFacts.Client facts;

    /// What the client shows, its own first; empty if a handshake has verified it.
    private final List<X509Certificate> chain;

    private ClientCertificate(TlsFacts.Client facts, List<X509Certificate> chain) {
        this.facts = facts;
        this.chain = List.copyOf(chain);
    }

    /// One that a handshake has verified.
    public static ClientCertificate verified(TlsFacts.Client facts) {
        return new ClientCertificate(facts, List.of());
    }

    /// The certificates of a file, the client's own first. A key in it is passed over.
    ///
    /// @throws IllegalArgumentException with a sentence for the user
    public static ClientCertificate read(Path file) {
        return of(CertificateChain.all(Path.of(""), file.toString()), file.toString());
    }

    /// The certificates of a text, the client's own first.
    ///
    /// @param name for messages
    /// @throws IllegalArgumentException with a sentence for the user, which begins with the name
    public static ClientCertificate parse(String name, String pem) {
        return of(CertificateChain.all(PemFile.parse(name, pem)), name);
    }

    private static ClientCertificate of(List<X509Certificate> all, String name) {
        try {
            return new ClientCertificate(facts(all.getFirst()), all);
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(name + " is damaged: " + e.getMessage(), e);
        }
    }

    /// What endpoints can be told of it.
    public TlsFacts.Client facts() {
        return facts;
    }

    /// The certificates in PEM, each on one line; empty if there are none, or none that is kept.
    public String pem() {
        StringBuilder pem = new StringBuilder();
        try {
            for (X509Certificate one : chain) {
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(Base64.getEncoder().encodeToString(one.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            }
            return pem.toString();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("what was read is encoded", e);
        }
    }

    /// Whether there is one.
    public boolean shown() {
        return facts.known();
    }

    static TlsFacts.Client facts(X509Certificate certificate) throws CertificateEncodingException {
        return new TlsFacts.Client(
                DistinguishedName.text(certificate.getSubjectX500Principal()),
                DistinguishedName.text(certificate.getIssuerX500Principal()),
                certificate.getSerialNumber().toString(16),
                fingerprint(certificate));
    }

    private static String fingerprint(X509Certificate certificate)
            throws CertificateEncodingException {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Why a listener that trusts these issuers refuses it, as the end of a sentence; empty if it does not. Verifies as the handshake does.
    ///
    /// @param issuersFile where the issuers stand
    Optional<String> refusal(List<X509Certificate> issuers, String issuersFile) {
        if (chain.isEmpty()) {
            return Optional.empty();
        }
        X509Certificate own = chain.getFirst();
        try {
            trust(issuers)
                    .checkClientTrusted(
                            chain.toArray(X509Certificate[]::new),
                            own.getPublicKey().getAlgorithm());
            return Optional.empty();
        } catch (CertificateException e) {
            return Optional.of(facts.subject() + " " + why(e, issuersFile));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK verifies certificates", e);
        }
    }

    private static X509TrustManager trust(List<X509Certificate> issuers)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < issuers.size(); i++) {
            store.setCertificateEntry("issuer-" + i, issuers.get(i));
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager trust) {
                return trust;
            }
        }
        throw new NoSuchAlgorithmException("no trust manager for X.509");
    }

    private static String why(Throwable refused, String issuersFile) {
        Throwable root = refused;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return switch (root) {
            case CertificateExpiredException _ -> "has expired";
            case CertificateNotYetValidException _ -> "is not valid yet";
            // The second, of an issuer who only has the name of one in the file.
            case CertPathBuilderException _, SignatureException _ ->
                    "was issued by nobody in " + issuersFile;
            default -> "is not trusted: " + root.getMessage();
        };
    }
}
