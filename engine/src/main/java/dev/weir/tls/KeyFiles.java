package dev.weir.tls;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what a configuration names, one file after the other, to tell of each what is wrong with it; nothing is kept. All methods throw
/// [IllegalArgumentException] with a sentence for the user. Called off the event loops; confined to its thread.
public final class KeyFiles {
    private final Path directory;
    private @Nullable CertificateChain chain;
    private @Nullable CertifiedKey pair;

    /// @param directory where relative file names start
    public KeyFiles(Path directory) {
        this.directory = directory;
    }

    /// A certificate with its chain.
    public void certificate(String name) {
        chain = CertificateChain.read(directory, name);
    }

    /// The key that belongs to the certificate before.
    public void key(String name) {
        PrivateKey key = PrivateKeyFile.read(directory, name);
        CertificateChain certified = chain;
        if (certified != null) {
            pair = CertifiedKey.of(certified, key, name);
        }
    }

    /// What is not as it should be with the pair that was read, and can be used all the same.
    public List<String> warnings(Instant now) {
        CertifiedKey read = pair;
        List<String> warnings = new ArrayList<>();
        if (read != null) {
            String expiry = Expiry.warning(read, now);
            if (!expiry.isEmpty()) {
                warnings.add(expiry);
            }
            if (read.chain().reordered()) {
                warnings.add(
                        "the chain is not in the right order; clients get it in the right one");
            }
        }
        return warnings;
    }

    /// Certificates of those who may issue others.
    public void issuers(String name) {
        CertificateChain.all(directory, name);
    }

    /// An OCSP answer about the certificate before.
    public void ocsp(String name) {
        byte[] der = PemFile.bytes(directory, name);
        CertificateChain certified = chain;
        if (certified != null) {
            Staple.parse(name, der, certified);
        }
    }
}
