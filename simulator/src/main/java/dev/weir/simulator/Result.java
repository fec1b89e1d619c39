package dev.weir.simulator;

import dev.weir.exchange.Priority;
import java.util.Arrays;
import org.HdrHistogram.Histogram;

/// What a simulation has counted, after its warm-up. Mutable while it runs and confined to its thread; handed on when it
/// is over.
final class Result {
    /// Places along the time, for pictures.
    static final int SLOTS = 120;

    /// What became of a request.
    enum End {
        /// Answered, and not by an error.
        GOOD(200),
        /// An endpoint answered 5xx.
        ENDPOINT_ERROR(500),
        /// 502: no connection, or none that held.
        NO_ANSWER(502),
        /// 503: the gateway sent it nowhere, or the endpoint had no place.
        NO_PLACE(503),
        /// 429: refused by a limit.
        LIMITED(429),
        /// 504: no answer in time, or the client had waited long enough.
        TOO_LATE(504);

        /// Of the gateway's answer, if the client is there to get it.
        final int status;

        End(int status) {
            this.status = status;
        }

        /// @param status of an attempt's answer; 0 for none
        static End of(int status) {
            return switch (status) {
                case 0 -> NO_ANSWER;
                case 429 -> LIMITED;
                case 503 -> NO_PLACE;
                default -> status >= 500 ? ENDPOINT_ERROR : GOOD;
            };
        }
    }

    final String name;
    final long[] ends = new long[End.values().length];
    final long[] attemptsByEndpoint;
    private final long[] requestsByPriority = new long[Priority.values().length];
    private final long[] goodByPriority = new long[Priority.values().length];

    /// Latency of what was answered or came too late, in nanoseconds.
    final Histogram latency = latencies(3);

    final long[] slotRequests = new long[SLOTS];
    final long[] slotGood = new long[SLOTS];
    final long[] slotAttempts = new long[SLOTS];

    /// Attempts at endpoints that a fault happens to.
    final long[] slotAtFaulty = new long[SLOTS];

    final Histogram[] slotLatency = new Histogram[SLOTS];
    private final long slotNanos;
    private long longestNanos;

    /// From a microsecond to an hour.
    private static Histogram latencies(int digits) {
        return new Histogram(1_000, 3_600_000_000_000L, digits);
    }

    Result(String name, int endpoints, long lastsNanos) {
        this.name = name;
        this.attemptsByEndpoint = new long[endpoints];
        this.slotNanos = Math.max(1, (lastsNanos + SLOTS - 1) / SLOTS);
        Arrays.setAll(slotLatency, i -> latencies(2));
    }

    int slot(long nanos) {
        return (int) Math.min(SLOTS - 1, nanos / slotNanos);
    }

    /// A request is over.
    ///
    /// @param counted whether it came after the warm-up
    void ended(End end, Call call, long nowNanos, boolean counted) {
        ended(end, call.beganNanos, nowNanos - call.beganNanos, counted);
        if (counted) {
            int rank = call.priority.ordinal();
            requestsByPriority[rank]++;
            goodByPriority[rank] += end == End.GOOD ? 1 : 0;
        }
    }

    /// Whether requests of more than one priority came.
    boolean priorities() {
        return Arrays.stream(requestsByPriority).filter(count -> count > 0).count() > 1;
    }

    /// Good answers among the requests of a priority; NaN if there were none.
    double good(Priority priority) {
        int rank = priority.ordinal();
        return (double) goodByPriority[rank] / requestsByPriority[rank];
    }

    private void ended(End end, long beganNanos, long latencyNanos, boolean counted) {
        int slot = slot(beganNanos);
        slotRequests[slot]++;
        slotGood[slot] += end == End.GOOD ? 1 : 0;
        boolean waited = end != End.NO_PLACE && end != End.LIMITED && end != End.NO_ANSWER;
        long shown = Math.min(latencyNanos, latency.getHighestTrackableValue());
        if (waited) {
            slotLatency[slot].recordValue(shown);
        }
        if (counted) {
            ends[end.ordinal()]++;
            if (waited) {
                latency.recordValue(shown);
                longestNanos = Math.max(longestNanos, latencyNanos);
            }
        }
    }

    void attempted(int endpoint, boolean faulty, long nowNanos, boolean counted) {
        int slot = slot(nowNanos);
        slotAttempts[slot]++;
        slotAtFaulty[slot] += faulty ? 1 : 0;
        attemptsByEndpoint[endpoint] += counted ? 1 : 0;
    }

    long requests() {
        return Arrays.stream(ends).sum();
    }

    long count(End end) {
        return ends[end.ordinal()];
    }

    double share(End end) {
        long all = requests();
        return all == 0 ? 0 : (double) count(end) / all;
    }

    /// Attempts at endpoints for each request of a client.
    double attempts() {
        long all = requests();
        return all == 0 ? 0 : (double) Arrays.stream(attemptsByEndpoint).sum() / all;
    }

    /// Milliseconds.
    double percentile(double percent) {
        return latency.getTotalCount() == 0
                ? Double.NaN
                : Math.min(longestNanos, latency.getValueAtPercentile(percent)) / 1e6;
    }
}
