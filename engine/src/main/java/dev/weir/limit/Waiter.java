package dev.weir.limit;

import dev.weir.exchange.Failure;
import dev.weir.exchange.Priority;
import org.jspecify.annotations.Nullable;

/// One request that waits for a place, as a node of the line it waits in, so that leaving the line costs the same from every position. Used
/// for one wait. What can change belongs to the line, and is guarded by the lock of its [Places].
public final class Waiter {
    /// Who waits. Hears exactly one of these, or nothing after [Places#cancel] came first; on the thread of whoever freed the place or
    /// looked at the line, which is often another loop's: hand over to your own.
    public interface Owner {
        /// A place is yours: give it back with [Places#leave].
        void admitted();

        /// There will be no place.
        void refused(Failure why);
    }

    final Priority priority;
    final Owner owner;
    long sinceNanos;
    boolean inLine;
    @Nullable Waiter older;
    @Nullable Waiter newer;

    public Waiter(Priority priority, Owner owner) {
        this.priority = priority;
        this.owner = owner;
    }
}
