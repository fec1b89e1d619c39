package dev.weir;

import java.io.IOException;
import java.nio.file.Path;

/// Starts the process that is to take the place of this one. Called on a thread that may wait, one take-over at a time.
@FunctionalInterface
public interface Successor {
    /// Starts it.
    ///
    /// @param takeOver where it gets the listening sockets: it is to start Weir with [WeirOptions#withTakeOver]
    Process start(Path takeOver) throws IOException;

    /// The other process serves, and this one is about to end.
    default void serves(long pid) {}
}
