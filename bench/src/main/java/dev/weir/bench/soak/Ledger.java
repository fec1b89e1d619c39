package dev.weir.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Counts what became of requests, and judges each that did not succeed: a fault's window allows what its row allows,
/// until a settle time after its end; everything else is unexpected. Thread-safe.
final class Ledger {
    /// Two good checks bring an endpoint up again, and a client whose request waited until then is answered.
    static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int MOST_UNEXPECTED = 50;

    private final Map<String, Map<String, Long>> counts = new TreeMap<>();
    private final List<Window> windows = new ArrayList<>();
    private final List<String> unexpected = new ArrayList<>();
    private long unexpectedCount;
    private long requests;

    /// One fault's time.
    private static final class Window {
        private final Fault fault;
        private final long fromNanos = System.nanoTime();
        private final Map<String, Long> troubles = new TreeMap<>();
        private long toNanos = Long.MAX_VALUE;
        private long lastTroubleNanos;
        private String remark = "";

        Window(Fault fault) {
            this.fault = fault;
        }

        boolean covers(Outcome outcome) {
            return outcome.endedNanos() >= fromNanos
                    && (toNanos == Long.MAX_VALUE
                            || outcome.beganNanos() <= toNanos + SETTLE_NANOS);
        }
    }

    /// What one fault did.
    ///
    /// @param troubles how many requests ended how
    /// @param recoveryMillis from the fault's end to the end of the last trouble; 0 if there was none then
    /// @param remark what the fault itself saw
    record Seen(
            Fault fault,
            double seconds,
            Map<String, Long> troubles,
            double recoveryMillis,
            String remark) {}

    /// A fault begins.
    synchronized void begins(Fault fault) {
        windows.add(new Window(fault));
    }

    /// The fault that began last is over.
    synchronized void ends(String remark) {
        Window last = windows.getLast();
        last.toNanos = System.nanoTime();
        last.remark = remark;
    }

    /// A request came to its end.
    ///
    /// @param story its history, for the report
    synchronized void ended(Ask ask, Outcome outcome, Supplier<List<String>> story) {
        requests++;
        counts.computeIfAbsent(ask.kind(), _ -> new TreeMap<>())
                .merge(outcome.says(), 1L, Long::sum);
        if (outcome.good(ask)) {
            return;
        }
        Window window = allowing(ask, outcome);
        if (window != null) {
            window.troubles.merge(outcome.says(), 1L, Long::sum);
            window.lastTroubleNanos = Math.max(window.lastTroubleNanos, outcome.endedNanos());
            return;
        }
        unexpectedCount++;
        if (unexpected.size() < MOST_UNEXPECTED) {
            unexpected.add(line(outcome) + String.join("; ", story.get()));
        }
    }

    /// Something that must not be, other than a request's end.
    synchronized void unexpected(String what) {
        unexpectedCount++;
        unexpected.add(what);
    }

    synchronized long requests() {
        return requests;
    }

    synchronized Map<String, Map<String, Long>> counts() {
        Map<String, Map<String, Long>> copy = new TreeMap<>();
        counts.forEach((kind, outcomes) -> copy.put(kind, Map.copyOf(outcomes)));
        return copy;
    }

    synchronized List<String> unexpected() {
        return List.copyOf(unexpected);
    }

    synchronized long unexpectedCount() {
        return unexpectedCount;
    }

    synchronized List<Seen> seen() {
        return windows.stream().map(Ledger::seen).toList();
    }

    private static Seen seen(Window window) {
        return new Seen(
                window.fault,
                (window.toNanos - window.fromNanos) / 1e9,
                Map.copyOf(window.troubles),
                Math.max(0, (window.lastTroubleNanos - window.toNanos) / 1e6),
                window.remark);
    }

    private @Nullable Window allowing(Ask ask, Outcome outcome) {
        for (Window window : windows.reversed()) {
            if (window.covers(outcome) && window.fault.allowed().of(ask, outcome)) {
                return window;
            }
        }
        return null;
    }

    private String line(Outcome outcome) {
        if (windows.isEmpty()) {
            return "before the first fault: ";
        }
        Window last = windows.getLast();
        return "%.1f to %.1f s after the beginning of %s: "
                .formatted(
                        (outcome.beganNanos() - last.fromNanos) / 1e9,
                        (outcome.endedNanos() - last.fromNanos) / 1e9,
                        last.fault.name());
    }
}
