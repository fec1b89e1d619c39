package dev.weir.service;

/// What the operator says of an endpoint while Weir runs. It holds until it is withdrawn or the endpoint leaves; a weight also ends when
/// the list of endpoints begins to say another one. Immutable.
///
/// @param mode whether it may get requests
/// @param weight instead of the listed one; 0 if nothing is said of it
/// @param listed the weight that the list gave when this one was said
/// @param sinceMillis of the wall clock, when the mode was said; 0 if never
public record Orders(Mode mode, int weight, int listed, long sinceMillis) {
    /// Nothing is said.
    public static final Orders NONE = new Orders(Mode.READY, 0, 0, 0);

    public Orders {
        if (weight < 0 || weight > 1000) {
            throw new IllegalArgumentException("a weight is a number from 1 to 1000");
        }
    }

    /// Whether an endpoint may get requests, as far as the operator is asked.
    public enum Mode {
        /// Health alone decides.
        READY,
        /// No new requests; those under way end.
        DRAINING,
        /// As draining; its idle connections are closed too.
        DOWN
    }

    /// The weight in force, where a list says this one.
    public int weight(int listedNow) {
        return weight > 0 && listed == listedNow ? weight : listedNow;
    }

    /// With a word on whether it may get requests; a word said again keeps its time.
    public Orders with(Mode next, long nowMillis) {
        return next == mode ? this : new Orders(next, weight, listed, nowMillis);
    }

    /// Without a weight that is not in force, because the list says another one than it did: it does not come back when the list says
    /// the old one again.
    public Orders withoutEnded(int inForce) {
        return weight == 0 || weight == inForce ? this : new Orders(mode, 0, 0, sinceMillis);
    }

    /// With a weight of its own while the list says the one it says now; the listed weight itself withdraws it.
    public Orders withWeight(int next, int listedNow) {
        return next == listedNow
                ? new Orders(mode, 0, 0, sinceMillis)
                : new Orders(mode, next, listedNow, sinceMillis);
    }
}
