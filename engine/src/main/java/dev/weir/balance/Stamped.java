package dev.weir.balance;

/// A positive number and when it was set, in one long, so that loops which race change both together or neither: the
/// float's bits above 32 bits of time in units of 65.5 µs. 0 = never set.
///
/// The time comes round after 78 hours, and an age within a minute of that reads as 0: what is compared by age is forgotten
/// after seconds, so an endpoint that nobody has used for three days may count as used just now, once.
final class Stamped {
    static final long NOTHING = 0;

    private static final int SHIFT = 16;

    /// Loops read the clock each for itself: a stamp may be a little ahead of the reader's time.
    private static final int AHEAD = -(1 << 20);

    private Stamped() {}

    static long of(float value, long nowNanos) {
        return (long) Float.floatToRawIntBits(value) << 32 | (nowNanos >>> SHIFT) & 0xffff_ffffL;
    }

    static float value(long stamped) {
        return Float.intBitsToFloat((int) (stamped >>> 32));
    }

    /// Nanoseconds since it was set, to a tenth of a millisecond.
    static long age(long stamped, long nowNanos) {
        int units = (int) (nowNanos >>> SHIFT) - (int) stamped;
        return units >= 0
                ? (long) units << SHIFT
                : units > AHEAD ? 0 : (units & 0xffff_ffffL) << SHIFT;
    }
}
