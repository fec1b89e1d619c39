package dev.weir.forward;

import dev.weir.preamble.Ends;
import org.jspecify.annotations.Nullable;

/// The connections of one event loop to one endpoint, and who gets which. Confined to that loop.
interface Carriers {
    /// A carrier on a connection that stands, or null if there is none that is fit for another request.
    @Nullable Carrier take(Errand errand);

    /// A carrier on a connection that does not stand yet; tells the errand what becomes of it, never before this returns.
    ///
    /// @param ends of the client's connection that it is for; null if it is for none
    Carrier open(Errand errand, @Nullable Ends ends);

    /// How many connections wait for a request.
    int idle();

    /// Closes what is idle, and the rest when its requests are over.
    void close();
}
