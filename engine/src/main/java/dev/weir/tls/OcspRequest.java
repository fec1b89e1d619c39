package dev.weir.tls;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;

/// The question to an issuer's responder whether a certificate is revoked, and where to ask it. Stateless.
///
/// Source: RFC 6960 §4.1.1, RFC 5280 §4.2.2.1.
final class OcspRequest {
    private static final String AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";

    /// The object identifier id-ad-ocsp.
    private static final byte[] OCSP = HexFormat.of().parseHex("06082b06010505073001");

    /// AlgorithmIdentifier of SHA-1, which all responders know; here it finds, and protects nothing.
    private static final byte[] SHA_1 = HexFormat.of().parseHex("300906052b0e03021a0500");

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int BITS = 0x03;
    private static final int INTEGER = 0x02;
    private static final int URI = 0x86;

    private OcspRequest() {}

    /// The responder that a certificate names; empty if none, or none that is asked by HTTP.
    static String responder(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(AUTHORITY_INFORMATION_ACCESS);
        if (extension == null) {
            return "";
        }
        try {
            Der all = Der.of(Der.of(extension).inside(OCTETS).content()).inside(SEQUENCE);
            while (all.more()) {
                Der one = all.inside(SEQUENCE);
                if (Arrays.equals(one.whole(), OCSP) && one.tag() == URI) {
                    String url = new String(one.inside(URI).content(), StandardCharsets.US_ASCII);
                    return url.startsWith("http://") || url.startsWith("https://") ? url : "";
                }
            }
        } catch (IllegalArgumentException _) {
            // An extension that is not well-formed names nobody.
        }
        return "";
    }

    static byte[] about(X509Certificate certificate, X509Certificate issuer) {
        byte[] id =
                sequence(
                        SHA_1,
                        Der.write(OCTETS, sha1(certificate.getIssuerX500Principal().getEncoded())),
                        Der.write(OCTETS, sha1(key(issuer))),
                        Der.write(INTEGER, certificate.getSerialNumber().toByteArray()));
        return sequence(sequence(sequence(sequence(id))));
    }

    /// The bits of the public key, without the octet that says how many of them are not used.
    private static byte[] key(X509Certificate issuer) {
        Der info = Der.of(issuer.getPublicKey().getEncoded()).inside(SEQUENCE);
        info.skip();
        byte[] bits = info.inside(BITS).content();
        return Arrays.copyOfRange(bits, 1, bits.length);
    }

    private static byte[] sequence(byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        return Der.write(SEQUENCE, content.toByteArray());
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
