package dev.weir.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFilesTest {
    @TempDir private Path folder;

    private Pki pki;

    @BeforeEach
    void start() throws Exception {
        pki = Pki.in(folder);
    }

    /// The key inside PKCS #8: what OpenSSL wrote before version 1.0.
    private static byte[] inside(PrivateKey key) {
        Der info = Der.of(key.getEncoded()).inside(0x30);
        info.skip();
        info.skip();
        return info.inside(0x04).content();
    }

    private void pem(String name, String label, byte[] der) throws Exception {
        Files.writeString(
                folder.resolve(name),
                "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                        .formatted(label, Base64.getMimeEncoder().encodeToString(der), label));
    }

    @Test
    void readsRsaKeysOfOldOpenSsl() throws Exception {
        X509Bundle bundle = pki.server("rsa", CertificateBuilder::rsa2048, "a.test");
        PrivateKey key = bundle.getKeyPair().getPrivate();
        pem("old.key", "RSA PRIVATE KEY", inside(key));

        assertThat(PrivateKeyFile.read(folder, "old.key").getEncoded()).isEqualTo(key.getEncoded());
    }

    @Test
    void readsEcKeysThatNameTheirCurve() throws Exception {
        PrivateKey key = pki.server("ec", "a.test").getKeyPair().getPrivate();
        // ECPrivateKey { version, privateKey, [0] secp256r1 }, as `openssl ecparam -genkey` writes
        // it.
        byte[] secret = Der.of(inside(key)).inside(0x30).content();
        Der fields = Der.of(inside(key)).inside(0x30);
        fields.skip();
        byte[] octets = fields.whole();
        byte[] curve = Der.write(0xa0, new byte[] {6, 8, 42, -122, 72, -50, 61, 3, 1, 7});
        byte[] body = new byte[3 + octets.length + curve.length];
        System.arraycopy(secret, 0, body, 0, 3);
        System.arraycopy(octets, 0, body, 3, octets.length);
        System.arraycopy(curve, 0, body, 3 + octets.length, curve.length);
        pem("old.key", "EC PRIVATE KEY", Der.write(0x30, body));

        KeyFiles files = new KeyFiles(folder);
        files.certificate("ec.pem");
        files.key("old.key");
        assertThat(files.warnings(Instant.now())).isEmpty();
    }

    @Test
    void bringsAChainIntoOrderAndSaysSo() throws Exception {
        X509Bundle bundle = pki.server("site", "a.test");
        String[] blocks =
                bundle.getCertificatePathPEM().split("(?<=-----END CERTIFICATE-----)\\s*");
        String root = Files.readString(pki.file("ca.pem"));
        Files.writeString(
                folder.resolve("site.pem"), root + "\n" + blocks[1] + "\n" + blocks[0] + "\n");

        KeyFiles files = new KeyFiles(folder);
        files.certificate("site.pem");
        files.key("site.key");

        assertThat(files.warnings(Instant.now()))
                .containsExactly(
                        "the chain is not in the right order; clients get it in the right one");
        assertThat(CertificateChain.read(folder, "site.pem").certificates())
                .containsExactlyElementsOf(
                        Arrays.asList(bundle.getCertificatePath()).subList(0, 2));
    }

    @Test
    void warnsOfCertificatesThatAreOver() throws Exception {
        pki.server(
                "site",
                builder ->
                        builder.ecp256()
                                .notBefore(Instant.now().minus(Duration.ofDays(9)))
                                .notAfter(Instant.now().minus(Duration.ofDays(1))),
                "a.test");

        KeyFiles files = new KeyFiles(folder);
        files.certificate("site.pem");
        files.key("site.key");

        assertThat(files.warnings(Instant.now()))
                .singleElement()
                .asString()
                .startsWith("the certificate of a.test has expired on ");
    }

    @Test
    void refusesKeysThatTlsCannotUse() throws Exception {
        X509Bundle bundle =
                pki.server(
                        "ed",
                        builder -> builder.algorithm(CertificateBuilder.Algorithm.ed25519),
                        "a.test");
        assertThat(bundle.getKeyPair().getPrivate().getAlgorithm()).startsWith("Ed");
        assertThatThrownBy(() -> new KeyFiles(folder).key("ed.key"))
                .hasMessage("ed.key holds a key that is neither RSA nor EC, which TLS needs");
    }
}
