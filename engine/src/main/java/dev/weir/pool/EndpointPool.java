package dev.weir.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The idle connections of one event loop to one endpoint. The one used last is used next, so that a quiet
/// time lets the others grow old and close. Confined to its event loop.
public final class EndpointPool<C extends Pooled> {
    private final List<C> idle = new ArrayList<>();
    private final int keep;
    private boolean closed;

    /// @param keep most idle connections
    public EndpointPool(int keep) {
        this.keep = keep;
    }

    /// A connection to send a request on, or null if a new one is needed.
    public @Nullable C take(long nowNanos) {
        while (!idle.isEmpty()) {
            C connection = idle.removeLast();
            if (connection.usable(nowNanos)) {
                return connection;
            }
            connection.discard();
        }
        return null;
    }

    /// Keeps a connection whose exchange is over. Returns false if there are enough, or none are kept any more: then it
    /// is the caller's to close.
    public boolean put(C connection) {
        return !closed && idle.size() < keep && idle.add(connection);
    }

    /// How many there are.
    public int size() {
        return idle.size();
    }

    /// Forgets a connection that has closed while it was idle.
    public void remove(C connection) {
        int at = idle.lastIndexOf(connection);
        if (at >= 0) {
            // The order of the rest decides only which is used next.
            C last = idle.removeLast();
            if (at < idle.size()) {
                idle.set(at, last);
            }
        }
    }

    /// Closes all, and keeps none from now on.
    public void close() {
        closed = true;
        while (!idle.isEmpty()) {
            idle.removeLast().discard();
        }
    }
}
