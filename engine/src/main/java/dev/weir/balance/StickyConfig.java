package dev.weir.balance;

import dev.weir.http.Ascii;
import dev.weir.schema.Says;
import dev.weir.schema.Secret;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.Optional;

/// The cookie of a service whose clients stay at one endpoint. Immutable.
@Says("A cookie that leads a client to the same endpoint again, as long as that is usable.")
public record StickyConfig(
        @Says("Its name.") String cookie,
        @Says("How long it holds.") @Within(min = "1s", max = "8760h") Duration ttl,
        @Says(
                        "What signs it, at least 16 characters, the same in all gateways. Left out, each start makes its own: then cookies hold until the gateway restarts.")
                @Secret
                Optional<String> secret) {

    public static final int LEAST_SECRET_CHARACTERS = 16;

    public static final StickyConfig DEFAULTS =
            new StickyConfig("weir-sticky", Duration.ofHours(1), Optional.empty());

    public StickyConfig {
        if (!Ascii.token(cookie)) {
            throw new IllegalArgumentException(
                    "expected: the name of a cookie: letters, digits and hyphens");
        }
    }

    @Short("the cookie's name")
    public static StickyConfig of(String cookie) {
        return new StickyConfig(cookie, DEFAULTS.ttl, DEFAULTS.secret);
    }

    public StickyConfig withTtl(Duration ttl) {
        return new StickyConfig(cookie, ttl, secret);
    }

    public StickyConfig withSecret(String secret) {
        return new StickyConfig(cookie, ttl, Optional.of(secret));
    }
}
