package dev.weir.tls;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The JDK's TLS, for connections that Weir opens on threads and not on event loops: whom it trusts, and what it shows of itself. Reads
/// files; thread-safe.
public final class ThreadTls {
    private static final char[] NO_PASSWORD = {};

    private ThreadTls() {}

    /// @param ca file with the issuers that are trusted; without it, those that the JDK trusts
    /// @param cert file with the certificate that is shown
    /// @param key file with its private key; without both, none is shown
    /// @throws IllegalArgumentException with a sentence for the user
    public static SSLContext context(
            Path directory, Optional<String> ca, Optional<String> cert, Optional<String> key) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            Optional<CertifiedKey> shown = shown(directory, cert, key);
            context.init(keys(shown), trust(directory, ca, true).getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("TLS cannot be used: " + e.getMessage(), e);
        }
    }

    static Optional<CertifiedKey> shown(
            Path directory, Optional<String> cert, Optional<String> key) {
        return cert.isPresent() && key.isPresent()
                ? Optional.of(
                        CertifiedKey.read(directory, CertificateConfig.of(cert.get(), key.get())))
                : Optional.empty();
    }

    /// @param verify without it, anybody is trusted
    static TrustManagerFactory trust(Path directory, Optional<String> ca, boolean verify)
            throws GeneralSecurityException {
        if (!verify) {
            return InsecureTrustManagerFactory.INSTANCE;
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (ca.isEmpty()) {
            trust.init((KeyStore) null);
            return trust;
        }
        KeyStore trusted = empty();
        int number = 0;
        for (X509Certificate issuer : CertificateChain.all(directory, ca.get())) {
            trusted.setCertificateEntry("issuer-" + number++, issuer);
        }
        trust.init(trusted);
        return trust;
    }

    static KeyManager[] keys(Optional<CertifiedKey> shown) throws GeneralSecurityException {
        KeyStore owned = empty();
        if (shown.isPresent()) {
            CertifiedKey key = shown.get();
            owned.setKeyEntry(
                    "own",
                    key.key(),
                    NO_PASSWORD,
                    key.chain().certificates().toArray(X509Certificate[]::new));
        }
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(owned, NO_PASSWORD);
        return keys.getKeyManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new IllegalStateException("nothing is read", e);
        }
        return store;
    }
}
