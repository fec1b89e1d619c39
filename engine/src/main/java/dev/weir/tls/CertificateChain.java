package dev.weir.tls;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A certificate and those of its issuers, in the order in which TLS sends them, without the root, which clients have. Immutable.
///
/// Source: RFC 8446 §4.4.2.
///
/// @param certificates the server's own first
/// @param issuer who has issued the server's own, if the file says
/// @param reordered whether they stood in another order in the file
record CertificateChain(
        String file,
        List<X509Certificate> certificates,
        Optional<X509Certificate> issuer,
        boolean reordered) {

    /// @throws IllegalArgumentException with a sentence for the user, which begins with the file's name
    static CertificateChain read(Path directory, String name) {
        List<X509Certificate> found = all(directory, name);
        List<X509Certificate> ordered = ordered(found);
        if (ordered.size() < withoutRoots(found).size()) {
            throw new IllegalArgumentException(
                    name
                            + " holds certificates that do not belong together: "
                            + subject(left(found, ordered))
                            + " has not issued "
                            + subject(ordered.getLast())
                            + "; one chain per file");
        }
        return new CertificateChain(
                name,
                ordered,
                Optional.ofNullable(issuer(ordered.getFirst(), found)),
                !ordered.equals(found.subList(0, ordered.size())));
    }

    /// All certificates of a file, in its order.
    ///
    /// @throws IllegalArgumentException with a sentence for the user, which begins with the file's name
    static List<X509Certificate> all(Path directory, String name) {
        return all(PemFile.read(directory, name));
    }

    /// @throws IllegalArgumentException as the other
    static List<X509Certificate> all(PemFile file) {
        List<X509Certificate> found = new ArrayList<>();
        for (PemFile.Block block : file.blocks()) {
            if (block.label().equals("CERTIFICATE")) {
                found.add(certificate(file, block.der()));
            }
        }
        if (found.isEmpty()) {
            throw file.problem(
                    file.blocks().isEmpty()
                            ? "holds no certificate (expected: PEM with CERTIFICATE)"
                            : "holds a "
                                    + file.blocks().getFirst().label()
                                    + " and no CERTIFICATE; are cert and key mixed up?");
        }
        return found;
    }

    private static X509Certificate certificate(PemFile file, byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw file.problem("is damaged: a CERTIFICATE is none", e);
        }
    }

    X509Certificate own() {
        return certificates.getFirst();
    }

    /// From the one that has issued no other, from issuer to issuer.
    private static List<X509Certificate> ordered(List<X509Certificate> found) {
        X509Certificate next = leaf(found);
        List<X509Certificate> ordered = new ArrayList<>();
        while (next != null && !ordered.contains(next)) {
            ordered.add(next);
            next = issuer(next, found);
        }
        return ordered.size() > 1 && root(ordered.getLast())
                ? List.copyOf(ordered.subList(0, ordered.size() - 1))
                : List.copyOf(ordered);
    }

    private static X509Certificate leaf(List<X509Certificate> found) {
        for (X509Certificate one : found) {
            if (found.stream().noneMatch(other -> other != one && issued(one, other))) {
                return one;
            }
        }
        return found.getFirst();
    }

    private static @Nullable X509Certificate issuer(
            X509Certificate of, List<X509Certificate> found) {
        for (X509Certificate one : found) {
            if (one != of && issued(one, of)) {
                return one;
            }
        }
        return null;
    }

    private static boolean issued(X509Certificate issuer, X509Certificate other) {
        return issuer.getSubjectX500Principal().equals(other.getIssuerX500Principal());
    }

    private static boolean root(X509Certificate certificate) {
        return issued(certificate, certificate);
    }

    private static List<X509Certificate> withoutRoots(List<X509Certificate> found) {
        List<X509Certificate> others = found.stream().distinct().filter(one -> !root(one)).toList();
        return others.isEmpty() ? found.subList(0, 1) : others;
    }

    private static X509Certificate left(
            List<X509Certificate> found, List<X509Certificate> ordered) {
        return withoutRoots(found).stream()
                .filter(one -> !ordered.contains(one))
                .findFirst()
                .orElseThrow();
    }

    static String subject(X509Certificate certificate) {
        return DistinguishedName.text(certificate.getSubjectX500Principal());
    }
}
