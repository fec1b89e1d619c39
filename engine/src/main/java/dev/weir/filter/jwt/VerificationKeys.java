package dev.weir.filter.jwt;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import dev.weir.filter.jwt.JwtConfig.Algorithm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The keys of one filter and which of them may check a token. Immutable and thread-safe.
///
/// A token's `kid` is looked up as it stands; keys without an id (PEM, a secret) stand in when no key has it.
/// Without a `kid` all keys are tried. What a token says about keys otherwise (`jwk`, `jku`, `x5c`, `x5u`) is not
/// looked at.
///
/// Source: RFC 8725 §3.1 (algorithms), RFC 7515 §4.1.
final class VerificationKeys {
    private final List<VerificationKey> all;
    private final List<VerificationKey> withoutId;
    private final Map<String, List<VerificationKey>> byId = new HashMap<>();
    private final Map<String, Algorithm> algorithms = new HashMap<>();

    private VerificationKeys(List<VerificationKey> keys) {
        all = List.copyOf(keys);
        withoutId = all.stream().filter(key -> key.id().isEmpty()).toList();
        for (VerificationKey key : all) {
            byId.computeIfAbsent(key.id(), _ -> new ArrayList<>()).add(key);
            for (Algorithm algorithm : key.algorithms()) {
                algorithms.put(algorithm.text(), algorithm);
            }
        }
    }

    /// @throws IllegalArgumentException with a sentence for the user
    static VerificationKeys read(JwtConfig config, Path directory) {
        if (config.secret().isPresent() == config.keys().isPresent()) {
            throw new IllegalArgumentException("expected: either secret or keys");
        }
        return config.secret().isPresent()
                ? secret(config.secret().get(), config.algorithms())
                : file(KeyFile.read(directory, config.keys().orElseThrow()), config);
    }

    private static VerificationKeys secret(String secret, List<Algorithm> wanted) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        for (Algorithm algorithm : wanted) {
            int least = VerificationKey.leastBytes(algorithm);
            if (least == 0) {
                throw new IllegalArgumentException(
                        "algorithms: "
                                + algorithm.text()
                                + " does not work with a secret; give keys instead");
            }
            if (bytes.length < least) {
                throw new IllegalArgumentException(
                        "secret: "
                                + bytes.length
                                + " bytes are too short for "
                                + algorithm.text()
                                + " (expected: at least "
                                + least
                                + ")");
            }
        }
        try {
            return new VerificationKeys(cut(List.of(VerificationKey.of("", bytes)), wanted));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("secret: " + e.getMessage(), e);
        }
    }

    private static VerificationKeys file(List<VerificationKey> keys, JwtConfig config) {
        List<VerificationKey> fitting = cut(keys, config.algorithms());
        if (fitting.isEmpty()) {
            throw new IllegalArgumentException(
                    "algorithms: none of them fits a key in " + config.keys().orElseThrow());
        }
        return new VerificationKeys(fitting);
    }

    private static List<VerificationKey> cut(List<VerificationKey> keys, List<Algorithm> wanted) {
        if (wanted.isEmpty()) {
            return keys;
        }
        List<VerificationKey> fitting = new ArrayList<>();
        for (VerificationKey key : keys) {
            Set<Algorithm> both = key.within(EnumSet.copyOf(wanted));
            if (!both.isEmpty()) {
                fitting.add(new VerificationKey(key.id(), both, key.verifier()));
            }
        }
        return fitting;
    }

    /// Whether a key of ours made this signature. Tells nothing about what is signed.
    boolean verify(CompactToken token) {
        JWSHeader header = token.header();
        Algorithm algorithm = algorithms.get(header.getAlgorithm().getName());
        // RFC 7515 §4.1.11: an extension that must be understood, and Weir understands none.
        boolean critical = header.getCriticalParams() != null;
        if (algorithm == null || critical) {
            return false;
        }
        byte[] signed = token.signed();
        Base64URL signature = token.signature();
        for (VerificationKey key : candidates(header.getKeyID())) {
            if (key.verifies(algorithm, header, signed, signature)) {
                return true;
            }
        }
        return false;
    }

    private List<VerificationKey> candidates(@Nullable String id) {
        if (id == null) {
            return all;
        }
        List<VerificationKey> named = id.isEmpty() ? null : byId.get(id);
        return named == null ? withoutId : named;
    }

    /// The algorithms in use, for tests and messages.
    Set<Algorithm> algorithms() {
        return Set.copyOf(algorithms.values());
    }
}
