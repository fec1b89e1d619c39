package dev.weir.simulator;

import java.util.Arrays;

/// What endpoints know of their own latencies: those of late, with how many requests they had when each came. As the servers of
/// the Prequal paper keep them (NSDI'24, §4.1). Confined to one thread.
final class Estimates {
    private static final int KEPT = 256;
    private static final int ENOUGH = 16;

    private final int[][] others;
    private final long[][] latencies;
    private final long[] answered;
    private final long[] chosen = new long[ENOUGH];

    /// @param endpoints 0 if nobody will ask
    Estimates(int endpoints) {
        others = new int[endpoints][KEPT];
        latencies = new long[endpoints][KEPT];
        answered = new long[endpoints];
    }

    void add(int endpoint, int inFlight, long latencyNanos) {
        if (answered.length > 0) {
            int place = (int) (answered[endpoint]++ % KEPT);
            others[endpoint][place] = inFlight;
            latencies[endpoint][place] = latencyNanos;
        }
    }

    long answered(int endpoint) {
        return answered[endpoint];
    }

    /// The median of the last ones that came when there were about as many, or else of those that came nearest.
    double latencyNanos(int endpoint, int inFlight) {
        int kept = (int) Math.min(KEPT, answered[endpoint]);
        if (kept == 0) {
            return 0;
        }
        int found = 0;
        for (int width = 0; found < Math.min(ENOUGH, kept); width = 2 * width + 1) {
            found = collect(endpoint, inFlight, width, kept);
        }
        Arrays.sort(chosen, 0, found);
        return chosen[found / 2];
    }

    private int collect(int endpoint, int inFlight, int width, int kept) {
        int found = 0;
        for (int i = 1; i <= kept && found < ENOUGH; i++) {
            int place = (int) ((answered[endpoint] - i) % KEPT);
            if (Math.abs(others[endpoint][place] - inFlight) <= width) {
                chosen[found++] = latencies[endpoint][place];
            }
        }
        return found;
    }
}
