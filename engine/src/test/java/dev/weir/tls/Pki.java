package dev.weir.tls;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// An issuer of certificates for tests, and the files with them in a folder. Confined to one test.
public final class Pki {
    private static final char[] NO_PASSWORD = {};
    private static final Duration LIFE = Duration.ofDays(90);

    private final Path folder;
    private final X509Bundle root;
    private final X509Bundle issuer;

    private Pki(Path folder, X509Bundle root, X509Bundle issuer) {
        this.folder = folder;
        this.root = root;
        this.issuer = issuer;
    }

    /// A root and an intermediate issuer; `ca.pem` holds the root.
    public static Pki in(Path folder) throws Exception {
        X509Bundle root =
                new CertificateBuilder()
                        .notAfter(Instant.now().plus(LIFE))
                        .subject("CN=Test Root,O=Weir")
                        .setIsCertificateAuthority(true)
                        .ecp256()
                        .buildSelfSigned();
        X509Bundle issuer =
                new CertificateBuilder()
                        .notAfter(Instant.now().plus(LIFE))
                        .subject("CN=Test Issuer,O=Weir")
                        .setIsCertificateAuthority(true)
                        .ecp256()
                        .buildIssuedBy(root);
        Files.writeString(folder.resolve("ca.pem"), root.getCertificatePEM());
        return new Pki(folder, root, issuer);
    }

    public Path folder() {
        return folder;
    }

    /// An EC certificate for a server with these names, in `NAME.pem` and `NAME.key`.
    public X509Bundle server(String name, String... hosts) throws Exception {
        return server(name, CertificateBuilder::ecp256, hosts);
    }

    /// As [#server(String, String...)], otherwise.
    public X509Bundle server(
            String name, UnaryOperator<CertificateBuilder> otherwise, String... hosts)
            throws Exception {
        CertificateBuilder builder =
                new CertificateBuilder()
                        .notAfter(Instant.now().plus(LIFE))
                        .subject("CN=" + name)
                        .addExtendedKeyUsageServerAuth();
        for (String host : hosts) {
            if (host.startsWith("*")) {
                // The builder knows no wildcards: SEQUENCE { [2] IA5String }.
                byte[] wild = host.getBytes(StandardCharsets.US_ASCII);
                builder.addExtensionOctetString(
                        "2.5.29.17", false, Der.write(0x30, Der.write(0x82, wild)));
            } else if (host.matches("[0-9.]+")) {
                builder.addSanIpAddress(host);
            } else {
                builder.addSanDnsName(host);
            }
        }
        return write(name, otherwise.apply(builder).buildIssuedBy(issuer));
    }

    /// A server's certificate that names an OCSP responder.
    public X509Bundle serverWithResponder(String name, String url, String host) throws Exception {
        byte[] ocsp = {6, 8, 43, 6, 1, 5, 5, 7, 48, 1};
        byte[] at = Der.write(0x86, url.getBytes(StandardCharsets.US_ASCII));
        byte[] access = Arrays.copyOf(ocsp, ocsp.length + at.length);
        System.arraycopy(at, 0, access, ocsp.length, at.length);
        byte[] extension = Der.write(0x30, Der.write(0x30, access));
        return server(
                name,
                builder ->
                        builder.ecp256()
                                .addExtensionOctetString("1.3.6.1.5.5.7.1.1", false, extension),
                host);
    }

    /// Who issues the certificates.
    public X509Bundle issuer() {
        return issuer;
    }

    /// A client's certificate.
    public X509Bundle client(String name, String subject) throws Exception {
        return write(
                name,
                new CertificateBuilder()
                        .notAfter(Instant.now().plus(LIFE))
                        .subject(subject)
                        .addExtendedKeyUsageClientAuth()
                        .ecp256()
                        .buildIssuedBy(issuer));
    }

    public X509Bundle write(String name, X509Bundle bundle) throws IOException {
        Files.writeString(folder.resolve(name + ".key"), bundle.getPrivateKeyPEM());
        Files.writeString(folder.resolve(name + ".pem"), bundle.getCertificatePathPEM());
        return bundle;
    }

    /// A `certificates` entry.
    public String pair(String name) {
        return "{ cert: \"%s\", key: \"%s\" }"
                .formatted(folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    /// What clients use who trust this issuer and show no certificate.
    public SSLContext trusting() throws Exception {
        return context(null);
    }

    /// What clients use who trust this issuer and show this certificate.
    public SSLContext showing(X509Bundle client) throws Exception {
        return context(client);
    }

    /// What clients use who trust everybody, whatever they can verify.
    public SSLContext lenient() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        return context;
    }

    private SSLContext context(X509Bundle own) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", root.getCertificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore owned = KeyStore.getInstance("PKCS12");
        owned.load(null, null);
        if (own != null) {
            owned.setKeyEntry(
                    "own", own.getKeyPair().getPrivate(), NO_PASSWORD, own.getCertificatePath());
        }
        keys.init(owned, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
