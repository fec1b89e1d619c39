package dev.weir.http;

import dev.weir.schema.ByteSize;
import dev.weir.schema.Says;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.Optional;

/// What a client may send and how long it may take. Immutable.
@Says("What a client may send and how long it may take.")
public record LimitsConfig(
        @Says("Longest request line; a longer one is answered 414.")
                @Within(min = "64B", max = "1MiB")
                ByteSize requestLine,
        @Says(
                        "Largest request head in all, also of an endpoint's answer; a larger one is answered 431 (502).")
                @Within(min = "256B", max = "1MiB")
                ByteSize headers,
        @Says("Most fields of a head; more are answered 431 (502).")
                @Within(min = "1", max = "10000")
                int headerCount,
        @Says("Time for a whole request head, not per read; then 408.")
                @Within(min = "10ms", max = "1h")
                Duration headerTimeout,
        @Says(
                        "Time without a byte of a request body; then 408. Twice this time is for each 4 KiB of it, or the rest.")
                @Within(min = "10ms", max = "24h")
                Duration bodyIdle,
        @Says("How long an idle client connection is kept.") @Within(min = "10ms", max = "24h")
                Duration keepAlive,
        @Says(
                        "The same for HTTP/2, where a client has one connection in place of many and does more to open it.")
                @Within(min = "10ms", max = "24h")
                Duration http2KeepAlive,
        @Says("Most client connections per listener; more wait in the kernel's queue.")
                @Within(min = "1", max = "10000000")
                int connections,
        @Says("After so many requests a client connection is closed in order; 0 sets no limit.")
                @Within(min = "0", max = "1000000000")
                int requestsPerConnection,
        @Says(
                        value =
                                "Most memory for requests and answers under way, heap and direct together: near it streams are slowed,"
                                        + " then new requests answered 503, then no connection is accepted. Left out, half of what the JVM"
                                        + " may use of the scarcer.",
                        example = "256MiB")
                @Within(min = "1MiB", max = "1024GiB")
                Optional<ByteSize> memory,
        @Says("Whether several slashes in a path count as one.") boolean mergeSlashes,
        @Says(
                        "What happens to a field whose name has an underscore, which some endpoints read as a hyphen:"
                                + " drop the field, reject the request with 400, or allow it.")
                Underscores underscoresInHeaders) {

    public static final LimitsConfig DEFAULTS =
            new LimitsConfig(
                    ByteSize.kib(8),
                    ByteSize.kib(32),
                    100,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(75),
                    Duration.ofMinutes(3),
                    65_536,
                    0,
                    Optional.empty(),
                    true,
                    Underscores.DROP);

    /// What happens to a field whose name has an underscore.
    public enum Underscores {
        DROP,
        REJECT,
        ALLOW
    }
}
