package dev.weir.metrics;

import java.util.concurrent.atomic.LongAdder;

/// How often the configuration was read again, and what came of it. Thread-safe.
public final class ReloadCount {
    private final LongAdder taken = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /// A configuration was read again.
    ///
    /// @param good whether it is in force now; if not, the one before still is
    public void count(boolean good) {
        (good ? taken : refused).increment();
    }

    /// Writes both counts.
    public void write(Page page) {
        page.count(Metric.CONFIG_RELOADS, taken.sum(), "taken");
        page.count(Metric.CONFIG_RELOADS, refused.sum(), "refused");
    }
}
