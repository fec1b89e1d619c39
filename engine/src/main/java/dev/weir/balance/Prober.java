package dev.weir.balance;

import dev.weir.service.Endpoint;

/// Asks endpoints how much they have to do, on behalf of [Probing]. One per service and event loop; called on that loop.
public interface Prober {
    /// Asks nobody.
    Prober NONE = (_, _, _) -> false;

    /// Asks without waiting. One of the answers' methods is called for each endpoint that is asked, on the same event loop: later,
    /// or before this returns.
    ///
    /// @return false if the endpoint is not asked now
    boolean ask(Endpoint endpoint, Answers answers, long nowNanos);

    /// Hears what came of asking.
    interface Answers {
        void answered(Endpoint endpoint, ProbeAnswer answer, long nowNanos);

        /// No answer in time, or none that can be understood.
        ///
        /// @param why in a few words, for people
        void unanswered(Endpoint endpoint, String why, long nowNanos);
    }
}
