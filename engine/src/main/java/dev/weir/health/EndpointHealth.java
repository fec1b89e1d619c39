package dev.weir.health;

import java.time.Duration;
import java.time.Instant;

/// What the checks know of one endpoint at one moment. Immutable.
///
/// @param since when it got into this state; the start of the checks while it is unknown
/// @param lastResult the last check in plain words: `status 200`, `connect refused`
/// @param lastLatency how long the last check took, connect included; zero before the first
public record EndpointHealth(State state, Instant since, String lastResult, Duration lastLatency) {

    /// What an endpoint can be.
    public enum State {
        /// Not checked yet; it gets requests.
        UNKNOWN,
        UP,
        DOWN
    }

    static EndpointHealth unknown(Instant since) {
        return new EndpointHealth(State.UNKNOWN, since, "not checked yet", Duration.ZERO);
    }

    /// A check that says nothing: all stays as it was.
    EndpointHealth notChecked(CheckResult result) {
        return new EndpointHealth(state, since, result.text(), lastLatency);
    }

    EndpointHealth with(boolean up, Instant now, CheckResult result, Duration latency) {
        State next = up ? State.UP : State.DOWN;
        return new EndpointHealth(next, next == state ? since : now, result.text(), latency);
    }
}
