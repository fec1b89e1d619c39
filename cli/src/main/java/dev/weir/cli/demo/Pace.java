package dev.weir.cli.demo;

import java.time.Duration;

/// When things happen in the demo, counted from its start. Immutable.
///
/// @param requests time between two rounds of requests
/// @param summary time between two lines about them
/// @param kill when an endpoint dies
/// @param revive when it is back
/// @param again how long after its death it dies the next time
record Pace(Duration requests, Duration summary, Duration kill, Duration revive, Duration again) {
    static final Pace USUAL =
            new Pace(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(60));
}
