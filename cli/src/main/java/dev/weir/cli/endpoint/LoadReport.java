package dev.weir.cli.endpoint;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Locale;

/// What an endpoint answers to probes: how many requests it works on, and how long a request takes at so many. Thread-safe.
///
/// Not part of the engine, so that it can be copied: docs/reference/probe.md shows it.
public final class LoadReport {
    private static final int KEPT = 128;
    private static final int ENOUGH = 16;
    private static final long FRESH_NANOS = 10_000_000_000L;

    /// A request that is over.
    private record Answered(int others, long nanos, long atNanos) {}

    private final Deque<Answered> answered = new ArrayDeque<>();
    private int inFlight;

    /// A request has come.
    ///
    /// @return how many were here before, to be said when it is over
    public synchronized int begin() {
        return inFlight++;
    }

    /// A request is over.
    ///
    /// @param good whether its time says how long an answer takes: errors are often fast
    public synchronized void end(int others, long nanos, boolean good) {
        inFlight--;
        if (good) {
            answered.addLast(new Answered(others, nanos, System.nanoTime()));
            if (answered.size() > KEPT) {
                answered.removeFirst();
            }
        }
    }

    /// The value of `X-Weir-Probe`: the median of the sixteen requests that came when there were about as many as now.
    public synchronized String field() {
        long now = System.nanoTime();
        long[] alike =
                answered.stream()
                        .filter(each -> now - each.atNanos < FRESH_NANOS)
                        .sorted(Comparator.comparingInt(each -> Math.abs(each.others - inFlight)))
                        .limit(ENOUGH)
                        .mapToLong(Answered::nanos)
                        .sorted()
                        .toArray();
        return alike.length == 0
                ? "rif=" + inFlight
                : String.format(
                        Locale.ROOT,
                        "rif=%d, latency=%.3f",
                        inFlight,
                        alike[alike.length / 2] / 1e6);
    }
}
