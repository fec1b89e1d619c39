package dev.weir.service;

/// Hears that a request was sent to an endpoint or is over, on the event loop where that happened. Thread-safe; does not
/// block.
@FunctionalInterface
public interface LoadListener {
    /// @param change +1 or -1
    void changed(int change);
}
