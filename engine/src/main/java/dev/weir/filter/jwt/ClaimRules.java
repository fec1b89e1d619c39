package dev.weir.filter.jwt;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.weir.exchange.Identity;
import dev.weir.http.Headers;
import java.math.BigDecimal;
import java.text.ParseException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a token with a good signature must say, and what of it is passed on. Immutable and thread-safe.
///
/// Source: RFC 7519 §4.1; RFC 6749 §3.3 (`scope` is a list of words).
final class ClaimRules {
    private final @Nullable String issuer;
    private final List<String> audience;
    private final Map<String, String> required;
    private final String[] forwarded;
    private final double leeway;

    ClaimRules(JwtConfig config, String[] forwarded) {
        this.issuer = config.issuer().orElse(null);
        this.audience = config.audience();
        this.required = config.require();
        this.forwarded = forwarded;
        this.leeway = config.leeway().toMillis() / 1000.0;
    }

    Checked check(Base64URL payload) {
        Map<String, Object> claims = read(payload);
        if (claims == null || !timesAreNumbers(claims)) {
            return new Checked.Refused(Refusal.CLAIMS);
        }
        if (issuer != null && !issuer.equals(claims.get("iss"))) {
            return new Checked.Refused(Refusal.ISSUER);
        }
        if (!audience.isEmpty() && !isForUs(claims.get("aud"))) {
            return new Checked.Refused(Refusal.AUDIENCE);
        }
        String[] values = new String[forwarded.length];
        for (int i = 0; i < forwarded.length; i++) {
            String value = text(claims.get(forwarded[i]));
            if (value == null || !Headers.fits(value)) {
                return new Checked.Refused(Refusal.UNFIT);
            }
            values[i] = value;
        }
        return new Checked.Accepted(
                new Identity(claims),
                lacking(claims),
                time(claims.get("exp"), Double.POSITIVE_INFINITY) + leeway,
                time(claims.get("nbf"), Double.NEGATIVE_INFINITY) - leeway,
                values);
    }

    private boolean lacking(Map<String, Object> claims) {
        for (Map.Entry<String, String> wanted : required.entrySet()) {
            if (!holds(wanted.getKey(), claims.get(wanted.getKey()), wanted.getValue())) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Map<String, Object> read(Base64URL payload) {
        try {
            Map<String, Object> claims =
                    new LinkedHashMap<>(JSONObjectUtils.parse(payload.decodeToString()));
            claims.values().removeIf(Objects::isNull);
            return Collections.unmodifiableMap(claims);
        } catch (ParseException | RuntimeException _) {
            // The library says some oddities with unchecked exceptions; they are all the token's.
            return null;
        }
    }

    /// A time that cannot be read must not count as none: the token would live for ever.
    private static boolean timesAreNumbers(Map<String, Object> claims) {
        Object expires = claims.get("exp");
        Object begins = claims.get("nbf");
        return (expires == null || expires instanceof Number)
                && (begins == null || begins instanceof Number);
    }

    private static double time(@Nullable Object claim, double otherwise) {
        return claim instanceof Number seconds ? seconds.doubleValue() : otherwise;
    }

    private boolean isForUs(@Nullable Object claim) {
        return claim instanceof List<?> list
                ? list.stream().anyMatch(audience::contains)
                : claim instanceof String one && audience.contains(one);
    }

    private static boolean holds(String name, @Nullable Object claim, String wanted) {
        if (claim instanceof List<?> list) {
            return list.stream().anyMatch(element -> wanted.equals(scalar(element)));
        }
        if (name.equals("scope") && claim instanceof String words) {
            return List.of(words.split(" ", -1)).contains(wanted);
        }
        return wanted.equals(scalar(claim));
    }

    /// A claim as the value of a field: empty if it is not there, null if it cannot be one.
    private static @Nullable String text(@Nullable Object claim) {
        if (claim == null) {
            return "";
        }
        if (!(claim instanceof List<?> list)) {
            return scalar(claim);
        }
        StringBuilder joined = new StringBuilder();
        for (Object element : list) {
            String one = scalar(element);
            if (one == null) {
                return null;
            }
            joined.append(joined.isEmpty() ? "" : ",").append(one);
        }
        return joined.toString();
    }

    private static @Nullable String scalar(@Nullable Object value) {
        return switch (value) {
            case String text -> text;
            case Boolean truth -> truth.toString();
            case Double number -> new BigDecimal(number.toString()).toPlainString();
            case Number number -> number.toString();
            case null, default -> null;
        };
    }
}
