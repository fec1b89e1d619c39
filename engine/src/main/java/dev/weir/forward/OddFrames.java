package dev.weir.forward;

/// Counts frames that bring nobody forward, such as pings, settings and tiny window updates, which cost their receiver more than
/// their sender: so many are usual, and more than that is a flood. What runs over leaks away with time, and with every byte that is
/// sent, as that is what windows are opened for. Confined to one event loop.
///
/// Source: the attacks CVE-2019-9511 to 9518; the idea of a budget per connection is HAProxy's.
final class OddFrames {
    private static final int MOST = 10_000;

    /// More than any endpoint has cause for, and less than a thousandth of a processor's time.
    private static final long NANOS_EACH = 1_000_000;

    /// For so many bytes sent an endpoint may open its windows once: a hundredth of the least that a frame usually holds.
    private static final int BYTES_EACH = 128;

    private long count;
    private long sinceNanos;

    OddFrames(long nowNanos) {
        sinceNanos = nowNanos;
    }

    /// One has come.
    ///
    /// @return whether this is a flood
    boolean flood(long nowNanos) {
        if (++count <= MOST) {
            return false;
        }
        long leaked = (nowNanos - sinceNanos) / NANOS_EACH;
        count = Math.max(0, count - leaked);
        sinceNanos = nowNanos;
        return count > MOST;
    }

    /// So many bytes were sent.
    void sent(int bytes) {
        count = Math.max(0, count - 1 - bytes / BYTES_EACH);
    }
}
