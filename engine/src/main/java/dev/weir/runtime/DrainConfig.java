package dev.weir.runtime;

import dev.weir.schema.Says;
import dev.weir.schema.Within;
import java.time.Duration;

/// How Weir stops. Immutable.
@Says("How Weir stops on TERM or INT; a second signal cuts.")
public record DrainConfig(
        @Says("How long new connections are still accepted, so that others can notice.")
                @Within(min = "0s", max = "1h")
                Duration delay,
        @Says("How long requests in flight may then take before they are cut.")
                @Within(min = "0s", max = "24h")
                Duration timeout) {
    public static final DrainConfig DEFAULTS =
            new DrainConfig(Duration.ofSeconds(5), Duration.ofSeconds(20));
}
