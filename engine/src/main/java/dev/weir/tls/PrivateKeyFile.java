package dev.weir.tls;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;

/// Reads a private key from a file in PEM: PKCS #8, and what OpenSSL wrote before it (PKCS #1 for RSA, SEC 1 for EC), which is
/// wrapped into it. Called off the event loops.
///
/// Source: RFC 5208 §5, RFC 8017 §A.1.2, RFC 5915 §3.
final class PrivateKeyFile {
    /// AlgorithmIdentifier of RSA: rsaEncryption, NULL.
    private static final byte[] RSA = hex("300d06092a864886f70d0101010500");

    /// The object identifier id-ecPublicKey.
    private static final byte[] EC = hex("06072a8648ce3d0201");

    private static final byte[] VERSION_0 = hex("020100");
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int PARAMETERS = 0xa0;

    private PrivateKeyFile() {}

    /// @throws IllegalArgumentException with a sentence for the user, which begins with the name
    static PrivateKey read(Path directory, String name) {
        PemFile file = PemFile.read(directory, name);
        for (PemFile.Block block : file.blocks()) {
            if (block.encrypted() || block.label().equals("ENCRYPTED PRIVATE KEY")) {
                throw file.problem(
                        "is protected by a password, which Weir cannot type; `openssl pkey -in "
                                + name
                                + " -out plain.key` takes it off");
            }
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return key(file, block.der());
                }
                case "RSA PRIVATE KEY" -> {
                    return key(file, pkcs8(RSA, block.der()));
                }
                case "EC PRIVATE KEY" -> {
                    return key(file, pkcs8(curve(file, block.der()), block.der()));
                }
                default -> {
                    // EC PARAMETERS stand before a key; certificates may stand beside it.
                }
            }
        }
        throw file.problem(
                file.blocks().isEmpty()
                        ? "holds no key (expected: PEM with PRIVATE KEY)"
                        : "holds a " + file.blocks().getFirst().label() + " and no private key");
    }

    private static PrivateKey key(PemFile file, byte[] pkcs8) {
        for (String kind : new String[] {"RSA", "EC"}) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException _) {
                // Of another kind.
            }
        }
        throw file.problem("holds a key that is neither RSA nor EC, which TLS needs");
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return tagged(SEQUENCE, VERSION_0, algorithm, tagged(OCTETS, key));
    }

    /// AlgorithmIdentifier of EC, with the curve that the key itself names in its `[0]`.
    private static byte[] curve(PemFile file, byte[] sec1) {
        Der key = Der.of(sec1);
        try {
            Der fields = key.inside(SEQUENCE);
            fields.skip();
            fields.skip();
            return tagged(SEQUENCE, EC, fields.inside(PARAMETERS).whole());
        } catch (IllegalArgumentException e) {
            throw file.problem(
                    "names no curve; `openssl pkey -in " + file.name() + " -out new.key` adds it",
                    e);
        }
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        return Der.write(tag, content.toByteArray());
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
