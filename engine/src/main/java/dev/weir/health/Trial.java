package dev.weir.health;

import java.util.Arrays;

/// The few requests that try an endpoint after its ejection (half-open). Confined to the lock of its [Outliers].
final class Trial {
    private final long[] latencies;
    private long sinceNanos;
    private int sent;
    private int passed;
    private int timed;
    private long lastSentNanos;

    /// @param tries how many are to go well
    Trial(int tries, long nowNanos) {
        this.latencies = new long[tries];
        this.sinceNanos = nowNanos;
        this.lastSentNanos = nowNanos;
    }

    /// One more is on its way.
    ///
    /// @param nowNanos may be before the trial's beginning: a loop's time stands still during a turn
    /// @return whether no more are needed for now
    boolean sent(long nowNanos) {
        sent++;
        if (nowNanos - sinceNanos < 0) {
            sinceNanos = nowNanos;
        }
        lastSentNanos = nowNanos;
        return sent >= latencies.length;
    }

    /// Whether an attempt that began then belongs to it, and is not left from before.
    boolean covers(long begunNanos) {
        return begunNanos - sinceNanos >= 0;
    }

    /// One went well, in an unknown time.
    void passed() {
        passed++;
    }

    void passed(long latencyNanos) {
        if (timed < latencies.length) {
            latencies[timed++] = latencyNanos;
        }
        passed++;
    }

    boolean over() {
        return passed >= latencies.length;
    }

    /// Lets as many more try as have not come back: nobody waited for their answers.
    void again(long nowNanos) {
        sent = passed;
        lastSentNanos = nowNanos;
    }

    long lastSentNanos() {
        return lastSentNanos;
    }

    int tries() {
        return latencies.length;
    }

    /// The median of the latencies; 0 if there are none.
    long p50Nanos() {
        long[] sorted = Arrays.copyOf(latencies, timed);
        Arrays.sort(sorted);
        return timed == 0 ? 0 : sorted[timed / 2];
    }
}
