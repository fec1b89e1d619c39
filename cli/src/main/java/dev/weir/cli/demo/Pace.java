package dev.weir.cli.demo;

import java.time.Duration;

/// When things happen in the demo, counted from its start. Immutable.
///
/// @param request time between two requests
/// @param summary time between two lines about them
/// @param kill when an endpoint dies
/// @param revive when it is back
record Pace(Duration request, Duration summary, Duration kill, Duration revive) {
    static final Pace USUAL =
            new Pace(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20));
}
