package dev.weir.filter.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.weir.filter.jwt.JwtConfig.Algorithm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerificationKeysTest {
    private static final Map<String, Object> CLAIMS = Map.of("sub", "ada");

    @TempDir private Path directory;

    @ParameterizedTest
    @CsvSource({"HmacSHA256, HS256, 32", "HmacSHA384, HS384, 48", "HmacSHA512, HS512, 64"})
    void checksHmacsOfASecretThatIsLongEnough(String mac, String algorithm, int length) {
        String token = Tokens.hmac(mac, "s".repeat(length), Map.of("alg", algorithm), CLAIMS);

        assertThat(verify(secret(length), token)).isTrue();
        assertThat(verify(secret(length + 1), token)).isFalse();
    }

    @Test
    void refusesASecretShorterThanItsHash() {
        assertThatThrownBy(() -> secret(31))
                .hasMessage(
                        "secret: a secret of 31 bytes is too short to be safe (expected: at least 32 bytes for HS256, 48 for HS384, 64 for HS512)");
        assertThatThrownBy(
                        () -> read(JwtConfigs.secret("s".repeat(40)).algorithms(Algorithm.HS512)))
                .hasMessage("secret: 40 bytes are too short for HS512 (expected: at least 64)");
        assertThat(secret(48).algorithms())
                .containsExactlyInAnyOrder(Algorithm.HS256, Algorithm.HS384);
    }

    @Test
    void refusesAlgorithmsThatDoNotFitTheKey() throws Exception {
        pem("rsa.pem", rsa().getPublic());

        assertThatThrownBy(
                        () -> read(JwtConfigs.secret("s".repeat(64)).algorithms(Algorithm.RS256)))
                .hasMessage("algorithms: RS256 does not work with a secret; give keys instead");
        assertThatThrownBy(() -> read(JwtConfigs.keys("rsa.pem").algorithms(Algorithm.HS256)))
                .hasMessage("algorithms: none of them fits a key in rsa.pem");
    }

    @Test
    void checksRsaInBothPaddings() throws Exception {
        KeyPair pair = rsa();
        pem("rsa.pem", pair.getPublic());

        assertThat(
                        verify(
                                read(JwtConfigs.keys("rsa.pem")),
                                Tokens.signed(
                                        "SHA384withRSA",
                                        pair.getPrivate(),
                                        Map.of("alg", "RS384"),
                                        CLAIMS)))
                .isTrue();
        assertThat(
                        verify(
                                read(JwtConfigs.keys("rsa.pem").algorithms(Algorithm.PS256)),
                                Tokens.signed(
                                        "SHA384withRSA",
                                        pair.getPrivate(),
                                        Map.of("alg", "RS384"),
                                        CLAIMS)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "secp256r1, SHA256withECDSAinP1363Format, ES256",
        "secp384r1, SHA384withECDSAinP1363Format, ES384",
        "secp521r1, SHA512withECDSAinP1363Format, ES512"
    })
    void checksEllipticCurves(String curve, String signature, String algorithm) throws Exception {
        KeyPair pair = ec(curve);
        pem("ec.pem", pair.getPublic());
        VerificationKeys keys = read(JwtConfigs.keys("ec.pem"));

        assertThat(
                        verify(
                                keys,
                                Tokens.signed(
                                        signature,
                                        pair.getPrivate(),
                                        Map.of("alg", algorithm),
                                        CLAIMS)))
                .isTrue();
        assertThat(keys.algorithms()).containsExactly(Algorithm.valueOf(algorithm));
    }

    @Test
    void checksEd25519FromPemAndJwk() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        pem("ed.pem", pair.getPublic());
        byte[] info = pair.getPublic().getEncoded();
        String x =
                Base64URL.encode(Arrays.copyOfRange(info, info.length - 32, info.length))
                        .toString();
        write("ed.json", "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + x + "\"}");
        String token = Tokens.signed("Ed25519", pair.getPrivate(), Map.of("alg", "EdDSA"), CLAIMS);

        assertThat(verify(read(JwtConfigs.keys("ed.pem")), token)).isTrue();
        assertThat(verify(read(JwtConfigs.keys("ed.json")), token)).isTrue();
        assertThat(
                        verify(
                                read(JwtConfigs.keys("ed.json")),
                                token.substring(0, token.length() - 8) + "AAAAAAAA"))
                .isFalse();
        assertThat(
                        verify(
                                read(JwtConfigs.keys("ed.json")),
                                token.substring(0, token.lastIndexOf('.')) + ".AAAA"))
                .isFalse();
    }

    @Test
    void doesNotTakeAPublicKeyForASecret() throws Exception {
        KeyPair pair = rsa();
        String pem = pem("rsa.pem", pair.getPublic());

        assertThat(
                        verify(
                                read(JwtConfigs.keys("rsa.pem")),
                                Tokens.hmac("HmacSHA256", pem, Map.of("alg", "HS256"), CLAIMS)))
                .isFalse();
    }

    @Test
    void refusesUnsignedTokens() {
        for (String none : List.of("none", "None", "NONE", "nOnE")) {
            CompactToken token =
                    CompactToken.parse(Tokens.unsigned(Map.of("alg", none), CLAIMS, "AA"));
            assertThat(token != null && secret(64).verify(token)).as(none).isFalse();
        }
    }

    @Test
    void refusesExtensionsThatMustBeUnderstood() {
        for (String extension : List.of("exp", "b64", "http://example.com/odd")) {
            String token =
                    Tokens.hmac(
                            "HmacSHA256",
                            Tokens.SECRET,
                            Map.of("alg", "HS256", "crit", List.of(extension), extension, true),
                            CLAIMS);
            CompactToken parsed = CompactToken.parse(token);
            assertThat(parsed != null && read(JwtConfigs.secret(Tokens.SECRET)).verify(parsed))
                    .as(extension)
                    .isFalse();
        }
    }

    @Test
    void paysNoAttentionToKeysThatATokenBrings() throws Exception {
        KeyPair ours = rsa();
        KeyPair theirs = rsa();
        pem("rsa.pem", ours.getPublic());
        Map<String, Object> jwk =
                new RSAKey.Builder((RSAPublicKey) theirs.getPublic()).build().toJSONObject();

        String token =
                Tokens.signed(
                        "SHA256withRSA",
                        theirs.getPrivate(),
                        Map.of("alg", "RS256", "jwk", jwk, "jku", "https://evil.example.com/keys"),
                        CLAIMS);

        assertThat(verify(read(JwtConfigs.keys("rsa.pem")), token)).isFalse();
    }

    @Test
    void findsTheKeyOfASetByItsId() throws Exception {
        KeyPair one = ec("secp256r1");
        KeyPair two = ec("secp256r1");
        set("set.json", jwk("one", one), jwk("two", two));
        VerificationKeys keys = read(JwtConfigs.keys("set.json"));

        assertThat(verify(keys, es256(two, Map.of("alg", "ES256", "kid", "two")))).isTrue();
        assertThat(verify(keys, es256(two, Map.of("alg", "ES256", "kid", "one")))).isFalse();
        assertThat(verify(keys, es256(two, Map.of("alg", "ES256", "kid", "../two")))).isFalse();
        assertThat(verify(keys, es256(two, Map.of("alg", "ES256")))).isTrue();
    }

    @Test
    void triesKeysWithoutIdForATokenThatNamesAnother() throws Exception {
        KeyPair pair = ec("secp256r1");
        pem("ec.pem", pair.getPublic());

        assertThat(
                        verify(
                                read(JwtConfigs.keys("ec.pem")),
                                es256(pair, Map.of("alg", "ES256", "kid", "k7"))))
                .isTrue();
    }

    @Test
    void readsSeveralKeysOfOnePemFile() throws Exception {
        KeyPair one = ec("secp256r1");
        KeyPair two = rsa();
        write(
                "two.pem",
                "A comment\n" + pemText(one.getPublic()) + "\n\n" + pemText(two.getPublic()));
        VerificationKeys keys = read(JwtConfigs.keys("two.pem"));

        assertThat(verify(keys, es256(one, Map.of("alg", "ES256")))).isTrue();
        assertThat(
                        verify(
                                keys,
                                Tokens.signed(
                                        "SHA256withRSA",
                                        two.getPrivate(),
                                        Map.of("alg", "RS256"),
                                        CLAIMS)))
                .isTrue();
    }

    @Test
    void readsCertificates() throws Exception {
        write("cert.pem", resource("/vectors/self-signed-ec.pem"));

        assertThat(read(JwtConfigs.keys("cert.pem")).algorithms()).containsExactly(Algorithm.ES256);
    }

    @Test
    void leavesOutKeysOfASetThatAreNotForSignatures() throws Exception {
        KeyPair pair = ec("secp256r1");
        Map<String, Object> encryption = new java.util.HashMap<>(jwk("enc", ec("secp256r1")));
        encryption.put("use", "enc");
        set("set.json", encryption, jwk("sig", pair), Map.of("kty", "new", "kid", "x"));
        assertThat(verify(read(JwtConfigs.keys("set.json")), es256(pair, Map.of("alg", "ES256"))))
                .isTrue();

        set("enc.json", encryption);
        assertThatThrownBy(() -> read(JwtConfigs.keys("enc.json")))
                .hasMessage("keys: enc.json holds no key for tokens: enc: its use is enc, not sig");
    }

    @Test
    void saysWhatIsWrongWithAFile() throws Exception {
        write("empty.pem", "");
        write("private.pem", "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----");
        write("cut.pem", "-----BEGIN PUBLIC KEY-----\nAA==\n");
        write("junk.pem", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----");
        write("old.pem", "-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----");
        write("bad.json", "{\"keys\": 7}");
        KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
        weak.initialize(1024);
        pem("weak.pem", weak.generateKeyPair().getPublic());
        write(
                "private.json",
                new ECKey.Builder(Curve.P_256, (ECPublicKey) ec("secp256r1").getPublic())
                        .privateKey(ec("secp256r1").getPrivate())
                        .build()
                        .toJSONString());

        problem("missing.pem", "does not exist; looked in " + directory);
        problem("empty.pem", "holds no key (expected: PEM with PUBLIC KEY, a JWK or a JWK set)");
        problem(
                "private.pem",
                "holds a private key, which checking needs not; put the public one there");
        problem(
                "private.json",
                "holds a private key, which checking needs not; put the public one there");
        problem("cut.pem", "is cut off: a BEGIN line has no END line");
        problem(
                "junk.pem",
                "cannot be used: a key of this kind is not used for tokens: PUBLIC KEY (expected: RSA, a curve P-256, P-384 or P-521, or Ed25519)");
        problem(
                "old.pem",
                "holds an RSA PUBLIC KEY (expected: PUBLIC KEY; openssl rsa -RSAPublicKey_in -pubout converts it)");
        problem(
                "weak.pem",
                "cannot be used: an RSA key of 1024 bits is too weak (expected: at least 2048)");
        assertThatThrownBy(() -> read(JwtConfigs.keys("bad.json")))
                .hasMessageStartingWith("keys: bad.json is no JWK");
        assertThatThrownBy(() -> read(JwtConfigs.keys("https://login.example.com/jwks")))
                .hasMessage(
                        "keys: addresses are not read yet; save the keys to a file and name it here");
    }

    private void problem(String file, String text) {
        assertThatThrownBy(() -> read(JwtConfigs.keys(file)))
                .hasMessage("keys: " + file + " " + text);
    }

    private VerificationKeys secret(int length) {
        return read(JwtConfigs.secret("s".repeat(length)));
    }

    private VerificationKeys read(JwtConfigs configs) {
        return VerificationKeys.read(configs.config(), directory);
    }

    private static boolean verify(VerificationKeys keys, String token) {
        CompactToken parsed = CompactToken.parse(token);
        assertThat(parsed).as(token).isNotNull();
        return keys.verify(parsed);
    }

    private static KeyPair rsa() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static KeyPair ec(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static String es256(KeyPair pair, Map<String, Object> header) {
        return Tokens.signed("SHA256withECDSAinP1363Format", pair.getPrivate(), header, CLAIMS);
    }

    private static Map<String, Object> jwk(String id, KeyPair pair) {
        return new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic())
                .keyID(id)
                .build()
                .toJSONObject();
    }

    @SafeVarargs
    private void set(String name, Map<String, Object>... keys) throws Exception {
        write(name, JSONObjectUtils.toJSONString(Map.of("keys", List.of(keys))));
    }

    private String pem(String name, PublicKey key) throws Exception {
        String text = pemText(key);
        write(name, text);
        return text;
    }

    private static String pemText(PublicKey key) {
        String base64 =
                Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(directory.resolve(name), text);
    }

    private static String resource(String name) throws Exception {
        try (var in = VerificationKeysTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
