package dev.weir.admin;

import java.time.Duration;

/// What one client of the admin API may take. Not for users to set: who needs more than this has something else in mind. Immutable.
///
/// @param connections open at a time, those of both listeners together
/// @param streams of these that read events
/// @param waiting between two requests, and until a head is whole
/// @param sending until a body is whole
/// @param taking until an answer is taken; for a stream, how long it may take nothing
record AdminLimits(
        int connections, int streams, Duration waiting, Duration sending, Duration taking) {
    static final int LINE = 8 << 10;
    static final int HEAD = 16 << 10;

    /// A browser has six connections to one origin; a few of them, a scraper and some scripts fit.
    static final AdminLimits USUAL =
            new AdminLimits(
                    64, 32, Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofSeconds(20));

    AdminLimits withTimes(Duration waiting, Duration sending, Duration taking) {
        return new AdminLimits(connections, streams, waiting, sending, taking);
    }
}
