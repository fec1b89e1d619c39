package dev.weir.bench.load;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Counts what became of the recorded requests. Confined to the generator's loop.
final class Tally {
    private static final long HIGHEST_MICROS = 60_000_000;

    /// Beyond this the generator, and not the proxy, held a request up.
    private static final long LATE_NANOS = 1_000_000;

    private final Schedule schedule;
    private final Histogram latencies = new Histogram(1, HIGHEST_MICROS, 3);
    private final long[] faults = new long[Fault.values().length];
    private long answered;
    private long sent;
    private long late;
    private long bytes;
    private long lastSentNanos;
    private long lastSettledNanos;

    Tally(Schedule schedule) {
        this.schedule = schedule;
    }

    /// The generator looked at a request so many nanoseconds after its time.
    void noticed(int request, long lateNanos) {
        if (lateNanos > LATE_NANOS && schedule.recorded(request)) {
            late++;
        }
    }

    /// @param sinceBegin nanoseconds
    void sent(int request, long sinceBegin) {
        if (schedule.recorded(request)) {
            sent++;
            lastSentNanos = sinceBegin;
        }
    }

    void read(int request, int count) {
        if (schedule.recorded(request)) {
            bytes += count;
        }
    }

    /// @param fault null for a 2xx answer
    /// @param sinceBegin nanoseconds
    void settled(int request, @Nullable Fault fault, long sinceBegin) {
        if (!schedule.recorded(request)) {
            return;
        }
        lastSettledNanos = sinceBegin;
        if (fault == null || fault == Fault.STATUS) {
            answered++;
        }
        if (fault != null) {
            faults[fault.ordinal()]++;
        }
        if (fault == null || fault == Fault.TIMEOUT) {
            long micros = (sinceBegin - schedule.offset(request)) / 1000;
            latencies.recordValue(Math.min(micros, HIGHEST_MICROS));
        }
    }

    Result result(Plan plan, int idleClosed) {
        long from = schedule.recordedOffset();
        long sending = Math.max(schedule.recordedNanos(), lastSentNanos - from);
        return new Result(
                answered,
                Math.max(0, lastSettledNanos - from) / 1000,
                plan.rate(),
                sent * 1e9 / sending,
                late,
                faults,
                latencies,
                bytes,
                idleClosed);
    }
}
