package dev.weir.simulator;

/// The requests that clients send, one after the other. Confined to one thread.
interface Arrivals {
    /// When the next request comes, after the one that came now; the end of time if there is none.
    long next(long nowNanos);

    /// The work of the request that came last.
    long workNanos();

    /// Equal for requests that ask for the same.
    long key();
}
