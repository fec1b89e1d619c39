package dev.weir.filter.jwt;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/// Reads keys from a file: `PUBLIC KEY`s and `CERTIFICATE`s in PEM, a JWK or a JWK set. Called off the event
/// loops. Refuses with a sentence for the user: private keys, weak ones, and kinds that sign no tokens. In a
/// set, keys that are not for signatures are left out (RFC 7517 §5), unless none remains.
final class KeyFile {
    private static final long LARGEST = 1 << 20;
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";

    /// The head of a SubjectPublicKeyInfo with an Ed25519 key (RFC 8410 §4); 32 bytes of key follow.
    private static final String ED25519_INFO = "302a300506032b6570032100";

    private final String name;
    private final List<VerificationKey> keys = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    private KeyFile(String name) {
        this.name = name;
    }

    /// @throws IllegalArgumentException with a sentence for the user
    static List<VerificationKey> read(Path directory, String name) {
        KeyFile file = new KeyFile(name);
        String text = file.text(directory);
        if (text.contains(BEGIN)) {
            file.readPem(text);
        } else if (text.strip().startsWith("{")) {
            file.readJson(text);
        } else {
            throw file.problem("holds no key (expected: PEM with PUBLIC KEY, a JWK or a JWK set)");
        }
        if (file.keys.isEmpty()) {
            throw file.problem(
                    "holds no key for tokens"
                            + (file.leftOut.isEmpty()
                                    ? ""
                                    : ": " + String.join("; ", file.leftOut)));
        }
        return file.keys;
    }

    private String text(Path directory) {
        if (name.startsWith("https://") || name.startsWith("http://")) {
            throw new IllegalArgumentException(
                    "keys: addresses are not read yet; save the keys to a file and name it here");
        }
        Path path = directory.resolve(name);
        try {
            if (Files.isDirectory(path)) {
                throw problem("is a folder (expected: a file with keys)");
            }
            if (Files.size(path) > LARGEST) {
                throw problem("is larger than 1 MiB; is it the right file?");
            }
            return Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw problem("does not exist; looked in " + directory, e);
        } catch (IOException e) {
            throw problem("cannot be read: " + e.getMessage(), e);
        }
    }

    private void readPem(String text) {
        int begin = text.indexOf(BEGIN);
        while (begin >= 0) {
            int labelEnd = text.indexOf(DASHES, begin + BEGIN.length());
            String label = labelEnd < 0 ? "" : text.substring(begin + BEGIN.length(), labelEnd);
            int end = text.indexOf("-----END " + label + DASHES, begin);
            if (labelEnd < 0 || end < 0) {
                throw problem("is cut off: a BEGIN line has no END line");
            }
            readBlock(label, text.substring(labelEnd + DASHES.length(), end));
            begin = text.indexOf(BEGIN, end);
        }
    }

    private void readBlock(String label, String base64) {
        if (label.endsWith("PRIVATE KEY")) {
            throw problem(
                    "holds a private key, which checking needs not; put the public one there");
        }
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw problem("is damaged: " + label + " is not base64", e);
        }
        switch (label) {
            case "PUBLIC KEY" -> add("", publicKey(bytes));
            case "CERTIFICATE" -> add("", certified(bytes));
            case "RSA PUBLIC KEY" ->
                    throw problem(
                            "holds an RSA PUBLIC KEY (expected: PUBLIC KEY; openssl rsa -RSAPublicKey_in -pubout converts it)");
            default -> throw problem("holds a " + label + " (expected: PUBLIC KEY or CERTIFICATE)");
        }
    }

    private void add(String id, PublicKey key) {
        try {
            keys.add(VerificationKey.of(id, key));
        } catch (IllegalArgumentException e) {
            throw problem("cannot be used: " + e.getMessage(), e);
        }
    }

    private PublicKey publicKey(byte[] info) {
        for (String kind : List.of("RSA", "EC", "Ed25519", "RSASSA-PSS")) {
            try {
                return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(info));
            } catch (GeneralSecurityException _) {
                // Of another kind; the last one tried decides.
            }
        }
        throw problem("cannot be used: " + VerificationKey.unknown("PUBLIC KEY"));
    }

    private PublicKey certified(byte[] certificate) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate))
                    .getPublicKey();
        } catch (GeneralSecurityException e) {
            throw problem("is damaged: the CERTIFICATE is none", e);
        }
    }

    private void readJson(String text) {
        try {
            // One JWK stands for a set of one.
            boolean set = JSONObjectUtils.parse(text).containsKey("keys");
            List<JWK> found = set ? JWKSet.parse(text).getKeys() : List.of(JWK.parse(text));
            for (JWK key : found) {
                readJwk(key);
            }
        } catch (ParseException e) {
            throw problem("is no JWK and no JWK set: " + e.getMessage(), e);
        }
    }

    private void readJwk(JWK jwk) {
        String id = jwk.getKeyID() == null ? "" : jwk.getKeyID();
        if (jwk.isPrivate() && !(jwk instanceof OctetSequenceKey)) {
            throw problem(
                    "holds a private key, which checking needs not; put the public one there");
        }
        try {
            forSignatures(jwk);
            VerificationKey key =
                    jwk instanceof OctetSequenceKey secret
                            ? VerificationKey.of(id, secret.toByteArray())
                            : VerificationKey.of(id, publicKey(jwk));
            keys.add(new VerificationKey(id, algorithms(jwk, key), key.verifier()));
        } catch (IllegalArgumentException e) {
            leftOut.add((id.isEmpty() ? "" : id + ": ") + e.getMessage());
        }
    }

    private static void forSignatures(JWK jwk) {
        if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
            throw new IllegalArgumentException("its use is " + jwk.getKeyUse() + ", not sig");
        }
        Set<KeyOperation> operations = jwk.getKeyOperations();
        if (operations != null && !operations.contains(KeyOperation.VERIFY)) {
            throw new IllegalArgumentException("its key_ops do not hold verify");
        }
    }

    private PublicKey publicKey(JWK jwk) {
        try {
            if (jwk instanceof OctetKeyPair pair && pair.getCurve().getName().equals("Ed25519")) {
                String info = ED25519_INFO + HexFormat.of().formatHex(pair.getDecodedX());
                return KeyFactory.getInstance("Ed25519")
                        .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex(info)));
            }
            if (jwk instanceof AsymmetricJWK key && !(jwk instanceof OctetKeyPair)) {
                return key.toPublicKey();
            }
        } catch (JOSEException | GeneralSecurityException e) {
            throw new IllegalArgumentException("it cannot be read: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(VerificationKey.unknown(jwk.getKeyType().getValue()));
    }

    /// Those of the key's kind, or of them the one that the key itself names.
    private static Set<JwtConfig.Algorithm> algorithms(JWK jwk, VerificationKey key) {
        Algorithm named = jwk.getAlgorithm();
        if (named == null) {
            return key.algorithms();
        }
        EnumSet<JwtConfig.Algorithm> one = EnumSet.noneOf(JwtConfig.Algorithm.class);
        for (JwtConfig.Algorithm algorithm : key.algorithms()) {
            if (algorithm.text().equals(named.getName())) {
                one.add(algorithm);
            }
        }
        if (one.isEmpty()) {
            throw new IllegalArgumentException("its alg " + named + " does not fit its kind");
        }
        return one;
    }

    private IllegalArgumentException problem(String what) {
        return new IllegalArgumentException("keys: " + name + " " + what);
    }

    private IllegalArgumentException problem(String what, Exception cause) {
        return new IllegalArgumentException("keys: " + name + " " + what, cause);
    }
}
