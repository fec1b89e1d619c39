package dev.weir.filter.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Project Wycheproof's vectors for JSON Web Signatures: what must be refused is refused, and what is valid is
/// accepted but for [#STRICTER].
class WycheproofTest {
    /// Valid in the vectors, refused by Weir on purpose:
    ///
    /// * 346, 350: the key says `alg: PS256`, the token is signed with PS384; a key is used as it says
    /// * 347, 351: the key says `alg: ES521`, which is no algorithm (RFC 7518 §3.1 names ES512)
    /// * 372, 373: a `?` stands inside base64url; readers that skip it take several spellings for one token
    private static final Set<Integer> STRICTER = Set.of(346, 347, 350, 351, 372, 373);

    /// Invalid in the vectors, where they are about padding, but written without it: to the letter the token of 357,
    /// which is valid.
    private static final Set<Integer> SAME_AS_357 = Set.of(367, 370);

    @TempDir private Path directory;

    @Test
    void acceptsAndRefusesWhatItShould() throws Exception {
        Map<Integer, String> wrong = new HashMap<>();
        Map<Integer, Object> tokens = new HashMap<>();
        int accepted = 0;
        int refused = 0;
        for (Map<String, Object> group : objects(vectors().get("testGroups"))) {
            VerificationKeys keys = keys(group);
            for (Map<String, Object> test : objects(group.get("tests"))) {
                int number = ((Number) test.get("tcId")).intValue();
                boolean valid = test.get("result").equals("valid");
                boolean taken = keys != null && taken(keys, test.get("jws"));
                tokens.put(number, test.get("jws"));
                boolean expected =
                        valid && !STRICTER.contains(number) || SAME_AS_357.contains(number);
                if (taken != expected) {
                    wrong.put(
                            number,
                            test.get("comment") + (taken ? " was accepted" : " was refused"));
                }
                accepted += taken ? 1 : 0;
                refused += taken ? 0 : 1;
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(SAME_AS_357).allMatch(number -> tokens.get(number).equals(tokens.get(357)));
        assertThat(accepted).isEqualTo(42);
        assertThat(refused).isEqualTo(359);
    }

    private static boolean taken(VerificationKeys keys, Object jws) {
        CompactToken token = CompactToken.parse(jws.toString());
        return token != null && keys.verify(token);
    }

    /// The group's keys as from a file; null if Weir takes none of them.
    private @Nullable VerificationKeys keys(Map<String, Object> group) throws IOException {
        Object key = group.containsKey("public") ? group.get("public") : group.get("private");
        Path file = directory.resolve("key.json");
        Files.writeString(file, JSONObjectUtils.toJSONString(object(key)));
        JwtConfig config =
                new JwtConfig(
                        Optional.empty(),
                        Optional.of("key.json"),
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        Map.of(),
                        Map.of(),
                        "header.Authorization",
                        JwtConfig.DEFAULTS.leeway());
        try {
            return VerificationKeys.read(config, directory);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("holds no key for tokens");
            return null;
        }
    }

    private static Map<String, Object> vectors() throws IOException, ParseException {
        try (InputStream in =
                WycheproofTest.class.getResourceAsStream(
                        "/vectors/wycheproof_json_web_signature.json")) {
            assertThat(in).isNotNull();
            return JSONObjectUtils.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static List<Map<String, Object>> objects(Object list) {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (Object element : (List<?>) list) {
            objects.add(object(element));
        }
        return objects;
    }

    @SuppressWarnings("unchecked") // JSON objects have texts as keys
    private static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }
}
