package dev.weir.simulator;

/// The requests that clients send, one after the other. Confined to one thread.
interface Arrivals {
    /// When the next request comes, after the one that came now; the end of time if there is none.
    long next(long nowNanos);

    /// The work of the request that came last.
    long workNanos();

    /// The work of a request at one endpoint, where they differ by more than the scenario's faults.
    ///
    /// @param workNanos what [#workNanos] said of the request
    default long workAt(int endpoint, long nowNanos, long workNanos) {
        return workNanos;
    }

    /// Equal for requests that ask for the same.
    long key();
}
