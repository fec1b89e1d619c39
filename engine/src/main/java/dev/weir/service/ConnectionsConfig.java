package dev.weir.service;

import dev.weir.schema.Says;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// Connections to the endpoints of a service, and requests under way to them. Immutable.
@Says("Connections to the endpoints of a service.")
public record ConnectionsConfig(
        @Says("Most requests under way at once; others wait.") @Within(min = "1", max = "1000000")
                int max,
        @Says("Most requests that wait; others are answered 503 at once.")
                @Within(min = "0", max = "1000000")
                int pending,
        @Says("Longest wait, and a twentieth of it once the line has not been empty for so long.")
                @Within(min = "10ms", max = "10m")
                Duration maxWait,
        @Says("How long an idle connection is kept.") @Within(min = "10ms", max = "24h")
                Duration idle,
        @Says("How long a connection is used at all, ±10 %.") @Within(min = "1s", max = "24h")
                Duration life,
        @Says("Most idle connections kept per endpoint and event loop.")
                @Within(min = "0", max = "100000")
                int keep,
        @Says(
                        "Most requests at once on one HTTP/2 connection, if the endpoint allows so many; then another one is opened.")
                @Within(min = "1", max = "10000")
                int streams,
        @Says("Time for a TCP connect; then another endpoint is tried.")
                @Within(min = "1ms", max = "10m")
                Duration connectTimeout,
        @Says("Time for a TLS handshake, from the connect on; then another endpoint is tried.")
                @Within(min = "10ms", max = "10m")
                Duration tlsTimeout) {

    public static final ConnectionsConfig DEFAULTS =
            new ConnectionsConfig(
                    1024,
                    1024,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(55),
                    Duration.ofHours(1),
                    64,
                    100,
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(5));

    /// How long one connection may be used: `life` ±10 %, so that connections opened together do not close together.
    public long lifeNanos(RandomGenerator random) {
        return (long) (life.toNanos() * (0.9 + 0.2 * random.nextDouble()));
    }

    /// @param max requests under way
    /// @param pending requests that wait
    public ConnectionsConfig withPlaces(int max, int pending, Duration maxWait) {
        return new ConnectionsConfig(
                max, pending, maxWait, idle, life, keep, streams, connectTimeout, tlsTimeout);
    }
}
