package dev.weir.explain;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Tokens with which a request may ask to be explained: until when, and a signature of that (HMAC-SHA-256) by a key that the process has
/// made and nobody else has. So they end with the process. Immutable and thread-safe.
public final class Tokens {
    /// Long enough for a search, short enough to be forgotten.
    public static final Duration LONGEST = Duration.ofHours(24);

    private static final String ALGORITHM = "HmacSHA256";

    /// Seconds since 1970, a dot, and 32 bytes in base 64.
    private static final int MOST_LENGTH = 64;

    private final SecretKeySpec key;

    /// @param secret at least 32 random bytes
    public Tokens(byte[] secret) {
        key = new SecretKeySpec(secret, ALGORITHM);
    }

    /// A token that holds until then.
    public String until(Instant end) {
        String said = Long.toString(end.getEpochSecond());
        return said + "." + signature(said);
    }

    /// Whether a token holds. What has not its form, or is over, costs no signature.
    public boolean holds(String token, Instant now) {
        int dot = token.indexOf('.');
        if (dot < 1 || dot > 12 || token.length() > MOST_LENGTH) {
            return false;
        }
        String said = token.substring(0, dot);
        if (!said.chars().allMatch(Tokens::digit) || Long.parseLong(said) < now.getEpochSecond()) {
            return false;
        }
        byte[] expected = signature(said).getBytes(StandardCharsets.US_ASCII);
        byte[] found = token.substring(dot + 1).getBytes(StandardCharsets.ISO_8859_1);
        return MessageDigest.isEqual(expected, found);
    }

    private static boolean digit(int c) {
        return c >= '0' && c <= '9';
    }

    private String signature(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] made = mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(made);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
