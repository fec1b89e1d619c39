package dev.weir.pool;

/// A connection that can wait in a pool. Confined to one event loop.
public interface Pooled {
    /// Whether another request may be sent on it: open, silent, and not too old.
    boolean usable(long nowNanos);

    /// Closes it.
    void discard();
}
