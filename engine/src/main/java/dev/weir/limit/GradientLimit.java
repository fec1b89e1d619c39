package dev.weir.limit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// How many requests may be under way at once, found out from how long they take: as long as they take hardly longer than usual there is room
/// for more; when they take longer, they queue somewhere.
///
/// ```
/// long  = EMA(600) of short         g = clamp(1.5 · long ÷ short, 0.5, 1)
/// limit = 0.8 · limit + 0.2 · (limit · g + 4)
/// ```
///
/// `short` is the mean latency of a window of at least 100 ms and 10 requests, so `long` remembers about a minute. A window in which less than
/// half of the limit was used says nothing about the limit.
///
/// One deviation. While it is the limit that holds requests back, latency contains the waiting that the limit itself allows. If that passed for
/// usual, the limit would grow without end under lasting overload; so `long` does not rise then. Instead, every thirty seconds of
/// such a time half of the limit is tried for two windows: the first lets what queues drain, and the second shows how long requests
/// take, whether the service has become slower or not. (Envoy's gradient controller looks for its shortest latency in the same way, and with a
/// limit of 3.)
///
/// Thread-safe: every loop brings samples; the one that ends a window computes. Source: Netflix concurrency-limits, Gradient2Limit.
public final class GradientLimit {
    private static final long WINDOW_NANOS = 100_000_000;
    private static final int LEAST_SAMPLES = 10;
    private static final double TOLERANCE = 1.5;
    private static final double LEAST_GRADIENT = 0.5;
    private static final double SMOOTHING = 0.2;
    private static final double HEADROOM = 4;
    private static final double LONG_WEIGHT = 2.0 / (600 + 1);
    private static final int LIMITED_WINDOWS = 300;
    private static final int TRIAL_WINDOWS = 2;

    /// So many first windows count as their plain mean.
    private static final int WARM_UP = 10;

    /// What `long` has over `short` when load goes away is let go of faster.
    private static final double RECOVERED = 2;

    private static final double RECOVERY = 0.95;

    /// What stands for the end of the window before the first sample, and while a window is being ended.
    private static final long NONE_YET = Long.MIN_VALUE;

    private static final long ENDING = Long.MAX_VALUE;

    private final int min;
    private final int max;
    private final LongAdder samples = new LongAdder();
    private final LongAdder sumNanos = new LongAdder();
    private final AtomicLong windowEndNanos = new AtomicLong(NONE_YET);
    private volatile int most;
    private volatile boolean refused;
    private volatile int limit;

    /// Written by the one thread that ended a window, before the next can end.
    private double exact;

    private double longNanos;
    private int windows;
    private int limitedWindows;
    private int trialWindows;

    /// @param min never fewer
    /// @param max never more
    /// @param first what to begin with, between these
    public GradientLimit(int min, int max, int first) {
        this.min = min;
        this.max = max;
        this.exact = first;
        this.limit = first;
    }

    /// How many may be under way now.
    public int limit() {
        return limit;
    }

    /// A request was refused, for what is held free for more important ones too.
    public void refused() {
        if (!refused) {
            refused = true;
        }
    }

    /// A request was answered.
    ///
    /// @param inFlight how many were under way, this one included
    public void sample(long latencyNanos, int inFlight, long nowNanos) {
        samples.increment();
        sumNanos.add(latencyNanos);
        // Two loops may overwrite each other's; one request in a window more or less decides
        // nothing.
        if (inFlight > most) {
            most = inFlight;
        }
        long end = windowEndNanos.get();
        if (end == NONE_YET) {
            windowEndNanos.compareAndSet(end, nowNanos + WINDOW_NANOS);
        } else if (end != ENDING
                && nowNanos - end >= 0
                && samples.sum() >= LEAST_SAMPLES
                && windowEndNanos.compareAndSet(end, ENDING)) {
            endWindow();
            windowEndNanos.set(nowNanos + WINDOW_NANOS);
        }
    }

    private void endWindow() {
        int used = most;
        most = 0;
        boolean held = refused;
        refused = false;
        double shortNanos = (double) sumNanos.sumThenReset() / Math.max(1, samples.sumThenReset());
        if (trialWindows > 0) {
            trialWindows--;
            if (trialWindows == 0) {
                longNanos = shortNanos;
                limit = (int) exact;
            }
            return;
        }
        boolean limited = used >= limit || held;
        learn(shortNanos, limited);
        if (used < exact / 2) {
            return;
        }
        double gradient =
                Math.clamp(TOLERANCE * longNanos / Math.max(1, shortNanos), LEAST_GRADIENT, 1);
        exact = (1 - SMOOTHING) * exact + SMOOTHING * (exact * gradient + HEADROOM);
        exact = Math.clamp(exact, min, max);
        limit = (int) exact;
        limitedWindows = limited ? limitedWindows + 1 : 0;
        if (limitedWindows == LIMITED_WINDOWS) {
            limitedWindows = 0;
            trialWindows = TRIAL_WINDOWS;
            limit = Math.max(min, limit / 2);
        }
    }

    private void learn(double shortNanos, boolean limited) {
        if (windows < WARM_UP) {
            windows++;
            longNanos += (shortNanos - longNanos) / windows;
            return;
        }
        if (shortNanos < longNanos || !limited) {
            longNanos += (shortNanos - longNanos) * LONG_WEIGHT;
        }
        if (longNanos > RECOVERED * shortNanos) {
            longNanos *= RECOVERY;
        }
    }
}
