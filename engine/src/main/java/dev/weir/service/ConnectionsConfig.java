package dev.weir.service;

import dev.weir.schema.Says;
import dev.weir.schema.Within;
import java.time.Duration;

/// Connections to the endpoints of a service. Immutable.
@Says("Connections to the endpoints of a service.")
public record ConnectionsConfig(
        @Says("How long an idle connection is kept.") @Within(min = "10ms", max = "24h")
                Duration idle,
        @Says("How long a connection is used at all, ±10 %.") @Within(min = "1s", max = "24h")
                Duration life,
        @Says("Most idle connections kept per endpoint and event loop.")
                @Within(min = "0", max = "100000")
                int keep,
        @Says("Time for a TCP connect; then another endpoint is tried.")
                @Within(min = "1ms", max = "10m")
                Duration connectTimeout) {

    public static final ConnectionsConfig DEFAULTS =
            new ConnectionsConfig(
                    Duration.ofSeconds(55), Duration.ofHours(1), 64, Duration.ofSeconds(3));
}
