package dev.weir.balance;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Tried;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Chooses the endpoint for a request, among those usable now. One instance per service and event loop,
/// called on that loop only; what loops share is passed in. Time is passed in too, so that a simulator can run
/// the same code.
public interface Balancer {
    /// @param key what policies that hash look at: equal for requests that belong to the same endpoint
    /// @param tried endpoints that this exchange has been sent to; none of them is returned
    /// @param nowNanos of the loop's clock
    /// @return null if no usable endpoint is left
    @Nullable Endpoint pick(long key, Tried tried, long nowNanos);

    /// Hears how an attempt went, as soon as that is known: at the head of the answer, or when it has failed. Hears of
    /// it a second time, then with [Attempt.Outcome#CUT], if the answer breaks off.
    default void learn(Attempt attempt) {}

    /// Where a request would go if it came now. Picks nothing and changes nothing that a pick would notice. For explanations.
    ///
    /// @param key as of [#pick]; empty if the request has nothing of what is hashed, so that it goes anywhere
    default Outlook outlook(OptionalLong key, Tried tried, long nowNanos) {
        return Outlook.nobody("by a rule that cannot be told beforehand");
    }
}
