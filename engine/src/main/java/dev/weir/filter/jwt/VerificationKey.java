package dev.weir.filter.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64URL;
import dev.weir.filter.jwt.JwtConfig.Algorithm;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.EnumSet;
import java.util.Set;

/// A key with the algorithms it may be used with: those of its kind, never what a token says, so that a public
/// key cannot be taken for a shared secret. Immutable and thread-safe.
///
/// @param id its `kid`, or empty
/// @param algorithms at least one
record VerificationKey(String id, Set<Algorithm> algorithms, JWSVerifier verifier) {
    /// RFC 7518 §3.3.
    private static final int LEAST_RSA_BITS = 2048;

    /// Field sizes in bits, which tell the three curves apart (RFC 7518 §3.4).
    private static final int P256 = 256;

    private static final int P384 = 384;
    private static final int P521 = 521;
    private static final String ED25519 = "Ed25519";

    VerificationKey {
        algorithms = Set.copyOf(algorithms);
    }

    /// A shared secret, for each hash that is no longer than it (RFC 7518 §3.2).
    ///
    /// @throws IllegalArgumentException if it is shorter than all of them
    static VerificationKey of(String id, byte[] secret) {
        EnumSet<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
        for (Algorithm algorithm : EnumSet.of(Algorithm.HS256, Algorithm.HS384, Algorithm.HS512)) {
            if (secret.length >= leastBytes(algorithm)) {
                algorithms.add(algorithm);
            }
        }
        if (algorithms.isEmpty()) {
            throw new IllegalArgumentException(
                    "a secret of "
                            + secret.length
                            + " bytes is too short to be safe (expected: at least 32 bytes for HS256, 48 for HS384, 64 for HS512)");
        }
        try {
            return new VerificationKey(id, algorithms, new MACVerifier(secret));
        } catch (JOSEException e) {
            throw new IllegalArgumentException("the secret cannot be used: " + e.getMessage(), e);
        }
    }

    /// How long a secret must be for an algorithm; 0 for those without one.
    static int leastBytes(Algorithm algorithm) {
        return switch (algorithm) {
            case HS256 -> 32;
            case HS384 -> 48;
            case HS512 -> 64;
            case RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EDDSA -> 0;
        };
    }

    /// @throws IllegalArgumentException if the key is of a kind or size that Weir does not take
    static VerificationKey of(String id, PublicKey key) {
        try {
            return switch (key) {
                case RSAPublicKey rsa -> rsa(id, rsa);
                case ECPublicKey ec ->
                        new VerificationKey(id, Set.of(curve(ec)), new ECDSAVerifier(ec));
                case EdECPublicKey edwards when edwards.getParams().getName().equals(ED25519) ->
                        new VerificationKey(id, Set.of(Algorithm.EDDSA), new Ed25519Check(key));
                default -> throw new IllegalArgumentException(unknown(key.getAlgorithm()));
            };
        } catch (JOSEException e) {
            throw new IllegalArgumentException(unknown(key.getAlgorithm()), e);
        }
    }

    private static VerificationKey rsa(String id, RSAPublicKey key) {
        int bits = key.getModulus().bitLength();
        if (bits < LEAST_RSA_BITS) {
            throw new IllegalArgumentException(
                    "an RSA key of "
                            + bits
                            + " bits is too weak (expected: at least "
                            + LEAST_RSA_BITS
                            + ")");
        }
        Set<Algorithm> pss = EnumSet.of(Algorithm.PS256, Algorithm.PS384, Algorithm.PS512);
        Set<Algorithm> algorithms = EnumSet.copyOf(pss);
        if (!key.getAlgorithm().equals("RSASSA-PSS")) {
            algorithms.addAll(EnumSet.of(Algorithm.RS256, Algorithm.RS384, Algorithm.RS512));
        }
        return new VerificationKey(id, algorithms, new RSASSAVerifier(key));
    }

    private static Algorithm curve(ECPublicKey key) {
        return switch (key.getParams().getCurve().getField().getFieldSize()) {
            case P256 -> Algorithm.ES256;
            case P384 -> Algorithm.ES384;
            case P521 -> Algorithm.ES512;
            default -> throw new IllegalArgumentException(unknown("elliptic curve"));
        };
    }

    static String unknown(String kind) {
        return "a key of this kind is not used for tokens: "
                + kind
                + " (expected: RSA, a curve P-256, P-384 or P-521, or Ed25519)";
    }

    /// The same key for fewer algorithms; perhaps for none.
    Set<Algorithm> within(Set<Algorithm> allowed) {
        EnumSet<Algorithm> both = EnumSet.noneOf(Algorithm.class);
        both.addAll(algorithms);
        both.retainAll(allowed);
        return both;
    }

    boolean verifies(Algorithm algorithm, JWSHeader header, byte[] signed, Base64URL signature) {
        try {
            return algorithms.contains(algorithm) && verifier.verify(header, signed, signature);
        } catch (JOSEException _) {
            // The signature cannot even be read.
            return false;
        }
    }
}
