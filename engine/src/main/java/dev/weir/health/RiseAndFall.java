package dev.weir.health;

/// Whether an endpoint is up, from the results of its checks alone: the first result decides, afterwards only
/// so many equal results in a row change the state. Knows neither time nor sockets.
///
/// Before the first result an endpoint counts as up, as it does without checks: a request that meets a dead
/// one goes to another endpoint, while counting it as down would answer 503 although everything works.
///
/// Confined to one thread.
public final class RiseAndFall {
    private final int upAfter;
    private final int downAfter;
    private boolean decided;
    private boolean up = true;
    private int against;

    /// @param upAfter good results in a row that bring it up, at least 1
    /// @param downAfter bad results in a row that take it down, at least 1
    public RiseAndFall(int upAfter, int downAfter) {
        if (upAfter < 1 || downAfter < 1) {
            throw new IllegalArgumentException("expected: at least 1 result that changes a state");
        }
        this.upAfter = upAfter;
        this.downAfter = downAfter;
    }

    /// Takes the next result and says what it did to the state.
    public Effect add(boolean good) {
        if (!decided) {
            decided = true;
            up = good;
            return Effect.DECIDED;
        }
        if (good == up) {
            against = 0;
            return Effect.NONE;
        }
        against++;
        if (against < threshold(good)) {
            return Effect.NONE;
        }
        up = good;
        against = 0;
        return Effect.CHANGED;
    }

    public boolean up() {
        return up;
    }

    /// Whether the last results speak against the state, but are not enough yet to change it.
    public boolean inDoubt() {
        return against > 0;
    }

    /// How many results in a row it takes to get into a state.
    public int threshold(boolean up) {
        return up ? upAfter : downAfter;
    }

    /// What a result does to the state.
    public enum Effect {
        /// Everything stays as it was.
        NONE,
        /// It was the first one and set the state.
        DECIDED,
        /// It was the last one needed to turn the state round.
        CHANGED
    }
}
