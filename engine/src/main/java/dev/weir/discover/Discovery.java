package dev.weir.discover;

import dev.weir.service.Listing;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Finds the endpoints of one service, and goes on finding them until it is closed. What cannot be found out now changes nothing:
/// the list found last stays. Thread-safe; blocks nobody, and runs on no loop that serves requests.
public interface Discovery extends AutoCloseable {
    /// Hears of a list, always the whole one, never empty. Called on a thread of the discovery, one call after the other; may take its
    /// time.
    @FunctionalInterface
    interface Listener {
        void found(List<Listing> endpoints);
    }

    /// Begins. To be called once.
    ///
    /// @return done when the first attempt to find endpoints has found some, or none
    CompletableFuture<Void> start(Listener listener);

    @Override
    void close();
}
