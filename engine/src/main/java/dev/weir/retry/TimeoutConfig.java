package dev.weir.retry;

import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.Optional;

/// How long a request may take. Immutable.
@Says("How long a request may take; beyond it the answer is 504, or cut if it has begun.")
public record TimeoutConfig(
        @Says(
                        "Time to the head of the answer, over all attempts; a request's body that is still moving extends it.")
                @Within(min = "1ms", max = "24h")
                Duration firstByte,
        @Says("Time without progress in an answer that has begun; left out, the same.")
                @Within(min = "1ms", max = "24h")
                Optional<Duration> idle,
        @Says("Time for the whole exchange, whatever moves; left out, none.")
                @Within(min = "1ms", max = "24h")
                Optional<Duration> request,
        @Says(
                        "How long nothing may move in either direction on a connection that goes on as a WebSocket; the other times do not apply to it.")
                @Within(min = "10ms", max = "24h")
                Duration tunnel) {

    public static final TimeoutConfig DEFAULTS =
            new TimeoutConfig(
                    Duration.ofSeconds(30),
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofHours(1));

    private static final Duration LEAST = Duration.ofMillis(1);
    private static final Duration MOST = Duration.ofHours(24);

    /// The time to the first byte is checked here too, for the short form.
    @Short("the time to the head of the answer, and without progress after it")
    public static TimeoutConfig of(Duration firstByte) {
        if (firstByte.compareTo(LEAST) < 0 || firstByte.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("expected: 1ms to 24h");
        }
        return DEFAULTS.withFirstByte(firstByte);
    }

    public TimeoutConfig withFirstByte(Duration firstByte) {
        return new TimeoutConfig(firstByte, idle, request, tunnel);
    }

    public TimeoutConfig withIdle(Duration idle) {
        return new TimeoutConfig(firstByte, Optional.of(idle), request, tunnel);
    }

    public TimeoutConfig withRequest(Duration request) {
        return new TimeoutConfig(firstByte, idle, Optional.of(request), tunnel);
    }

    public TimeoutConfig withTunnel(Duration tunnel) {
        return new TimeoutConfig(firstByte, idle, request, tunnel);
    }
}
