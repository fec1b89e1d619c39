package dev.weir.observe;

import java.io.IOException;

/// Where the lines of a log go. Confined to the log's thread once it is made, but for what says otherwise; may block there.
sealed interface LogSink permits FileSink, CollectorSink {
    /// For people.
    String name();

    /// How much may wait for it, and how long.
    Pace pace();

    /// @param bytes whole lines
    /// @throws LinesLost if it is known how many of them were lost
    /// @throws IOException if they were all lost
    void write(byte[] bytes, int length) throws IOException;

    /// Goes on with what has the name now.
    ///
    /// @throws IOException if that cannot be opened; what was before stays
    void reopen() throws IOException;

    /// Whether lines go into something that has its name no more.
    boolean lost();

    /// The log ends: what waits for better times waits no more. Called by another thread.
    void hurry();

    /// The log has ended, and a write may still be under way. Called by another thread.
    void abandon();

    void close() throws IOException;

    /// @param ringBytes for each loop; a power of two
    /// @param gatherNanos so long lines gather, while there are few
    /// @param quietNanos if none was dropped for so long, that is over
    record Pace(int ringBytes, long gatherNanos, long quietNanos) {}

    /// Some lines were lost, and others not.
    final class LinesLost extends IOException {
        private static final long serialVersionUID = 1;

        private final long lines;

        LinesLost(long lines, String why) {
            super(why);
            this.lines = lines;
        }

        long lines() {
            return lines;
        }
    }
}
