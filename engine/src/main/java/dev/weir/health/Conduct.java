package dev.weir.health;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import java.util.concurrent.atomic.AtomicInteger;

/// How one endpoint behaves in traffic: its failures in a row, and what it did in the present window. Thread-safe; event
/// loops add without locks, and allocate nothing. What is below the line belongs to [Outliers], under its lock.
final class Conduct {
    private final Endpoint endpoint;
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private final AtomicInteger gatewayFailuresInARow = new AtomicInteger();
    private final AtomicInteger cutsInARow = new AtomicInteger();
    private final AtomicInteger answersAtLastCut = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    /// Latencies of the window that are none of good answers.
    private final AtomicInteger noAnswers = new AtomicInteger();

    /// Good answers of the window without a latency of their own.
    private final AtomicInteger noLatency = new AtomicInteger();

    private final Latencies latencies = new Latencies();

    // ---- under the lock of Outliers ----

    final LineLimiter lines = new LineLimiter();
    int ejections;
    long ejectedForNanos;
    long outUntilNanos;

    /// Since when it has behaved, for forgetting ejections.
    long fineSinceNanos;

    /// Then it has to prove that it is no longer slow.
    boolean ejectedForLatency;

    Trial trial = new Trial(0, 0);

    Conduct(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    void good(Attempt attempt) {
        if (failuresInARow.getPlain() != 0) {
            failuresInARow.set(0);
        }
        if (gatewayFailuresInARow.getPlain() != 0) {
            gatewayFailuresInARow.set(0);
        }
        if (attempt.uploaded()) {
            latencies.add(attempt.latencyNanos());
        } else {
            // Counts as a request all the same.
            noLatency.getAndIncrement();
        }
    }

    /// It answered, and says that it failed.
    void applicationFailed() {
        failuresInARow.getAndIncrement();
        gatewayFailuresInARow.set(0);
        failed.getAndIncrement();
    }

    /// It gave no answer, or one that stands for none.
    void gatewayFailed() {
        failuresInARow.getAndIncrement();
        gatewayFailuresInARow.getAndIncrement();
        failed.getAndIncrement();
    }

    /// Nobody waits any longer: it took so long at least.
    void took(long nanos) {
        latencies.add(nanos);
        noAnswers.getAndIncrement();
    }

    /// An answer broke off that had counted as good when it began. They are in a row if no more answers have begun since the
    /// last one than this one and those in flight.
    void cut() {
        int begun = latencies.count();
        int since = begun - answersAtLastCut.getAndSet(begun);
        boolean inARow = 0 <= since && since <= 1 + endpoint.state().inFlight();
        if (inARow) {
            cutsInARow.getAndIncrement();
        } else {
            cutsInARow.set(1);
        }
        noAnswers.getAndIncrement();
        failed.getAndIncrement();
    }

    /// The failures of any kind in a row that this attempt has ended.
    int failuresInARow(Attempt last) {
        return last.outcome() == Attempt.Outcome.CUT ? cutsInARow.get() : failuresInARow.get();
    }

    int gatewayFailuresInARow(Attempt last) {
        return last.outcome() == Attempt.Outcome.CUT
                ? cutsInARow.get()
                : gatewayFailuresInARow.get();
    }

    /// Begins anew after an ejection.
    void forgetRows() {
        failuresInARow.set(0);
        gatewayFailuresInARow.set(0);
        cutsInARow.set(0);
    }

    /// Ends the window.
    Comparison.Seen takeWindow() {
        Latencies.Taken taken = latencies.take();
        int good = Math.max(0, taken.sum() - noAnswers.getAndSet(0)) + noLatency.getAndSet(0);
        return new Comparison.Seen(
                endpoint.position(),
                good,
                failed.getAndSet(0),
                taken.sum(),
                taken.quantile(0.5),
                taken.quantile(0.75));
    }
}
