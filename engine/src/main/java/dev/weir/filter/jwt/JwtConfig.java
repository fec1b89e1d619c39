package dev.weir.filter.jwt;

import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterSite;
import dev.weir.schema.Key;
import dev.weir.schema.Says;
import dev.weir.schema.Secret;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// JSON Web Tokens. Immutable.
@Key("jwt")
@Says(
        "Lets requests pass that carry a valid JSON Web Token; others are answered 401, or 403 where a claim is wrong.")
public record JwtConfig(
        @Secret
                @Says(
                        value = "Shared secret for HS256, HS384 or HS512.",
                        example = "${file:/run/secrets/jwt}")
                Optional<String> secret,
        @Says("File with public keys, such as `keys.pem`: PEM, JWK or JWK set.")
                Optional<String> keys,
        @Says("Algorithms that a token may use; left out, those that fit the secret or the keys.")
                List<Algorithm> algorithms,
        @Says("Who must have issued the token (`iss`).") Optional<String> issuer,
        @Says("Whom the token must be for (`aud`).") List<String> audience,
        @Says("Claims and the values they must have; for `scope` one of its words.")
                Map<String, String> require,
        @Says(value = "Fields set for endpoints from claims.", example = "{ X-User: sub }")
                Map<String, String> forward,
        @Says("Where the token stands: `header.NAME`, `cookie.NAME` or `query.NAME`.") String from,
        @Says("Tolerance for clocks that differ.") @Within(min = "0s", max = "5m") Duration leeway)
        implements FilterConfig {

    public static final JwtConfig DEFAULTS =
            new JwtConfig(
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    List.of(),
                    Map.of(),
                    Map.of(),
                    "header.Authorization",
                    Duration.ofSeconds(60));

    public JwtConfig {
        algorithms = List.copyOf(algorithms);
        audience = List.copyOf(audience);
        require = Map.copyOf(require);
        forward = Map.copyOf(forward);
    }

    @Override
    public Filter build(FilterSite site) {
        return JwtFilter.of(this, site);
    }

    @Override
    public boolean lasting() {
        return keys.isEmpty();
    }

    /// Signature algorithms (RFC 7518 §3.1, RFC 8037).
    public enum Algorithm {
        @Key("HS256")
        HS256,
        @Key("HS384")
        HS384,
        @Key("HS512")
        HS512,
        @Key("RS256")
        RS256,
        @Key("RS384")
        RS384,
        @Key("RS512")
        RS512,
        @Key("PS256")
        PS256,
        @Key("PS384")
        PS384,
        @Key("PS512")
        PS512,
        @Key("ES256")
        ES256,
        @Key("ES384")
        ES384,
        @Key("ES512")
        ES512,
        @Key("EdDSA")
        EDDSA;

        /// The name in a token's header and in the file.
        String text() {
            return this == EDDSA ? "EdDSA" : name();
        }
    }
}
