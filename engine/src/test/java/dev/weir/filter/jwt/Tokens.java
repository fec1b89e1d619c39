package dev.weir.filter.jwt;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes tokens with the JDK alone, also wrong ones, so that the tests do not check a library with itself.
final class Tokens {
    static final String SECRET = "a secret of more than 32 bytes in all";

    private Tokens() {}

    /// An HS256 token of [#SECRET].
    static String of(Map<String, Object> claims) {
        return hmac("HmacSHA256", SECRET, Map.of("alg", "HS256"), claims);
    }

    static String hmac(
            String mac, String secret, Map<String, Object> header, Map<String, Object> claims) {
        try {
            String signed = signed(header, claims);
            Mac code = Mac.getInstance(mac);
            code.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), mac));
            return signed + "." + Base64URL.encode(code.doFinal(bytes(signed)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /// @param signature the JDK's name, `SHA256withRSA` or the like
    static String signed(
            String signature,
            PrivateKey key,
            Map<String, Object> header,
            Map<String, Object> claims) {
        try {
            String signed = signed(header, claims);
            Signature signer = Signature.getInstance(signature);
            signer.initSign(key);
            signer.update(bytes(signed));
            return signed + "." + Base64URL.encode(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String unsigned(
            Map<String, Object> header, Map<String, Object> claims, String signature) {
        return signed(header, claims) + "." + signature;
    }

    private static String signed(Map<String, Object> header, Map<String, Object> claims) {
        return Base64URL.encode(JSONObjectUtils.toJSONString(header))
                + "."
                + Base64URL.encode(JSONObjectUtils.toJSONString(claims));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
