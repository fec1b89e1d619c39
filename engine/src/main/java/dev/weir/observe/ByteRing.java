package dev.weir.observe;

import java.util.concurrent.atomic.AtomicLong;

/// Bytes on their way from one thread to another: one adds, one takes, nobody waits. Fixed size.
final class ByteRing {
    private final byte[] bytes;
    private final int mask;

    /// Counts of bytes ever added and ever taken; each is written by one side only.
    private final AtomicLong added = new AtomicLong();

    private final AtomicLong taken = new AtomicLong();

    /// @param size a power of two
    ByteRing(int size) {
        if (Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("not a power of two: " + size);
        }
        bytes = new byte[size];
        mask = size - 1;
    }

    /// Adds all of it or nothing. Called by the adding thread only.
    ///
    /// @return how many bytes lie here now, or -1 if there is no room
    int add(byte[] from, int length) {
        long end = added.getPlain();
        int used = (int) (end - taken.getAcquire());
        if (bytes.length - used < length) {
            return -1;
        }
        int at = (int) end & mask;
        int first = Math.min(length, bytes.length - at);
        System.arraycopy(from, 0, bytes, at, first);
        System.arraycopy(from, first, bytes, 0, length - first);
        // A volatile write: whoever adds looks next whether the taker sleeps, and must not look
        // before.
        added.set(end + length);
        return used + length;
    }

    /// How many bytes lie here.
    int length() {
        return (int) (added.get() - taken.getAcquire());
    }

    /// Moves the first bytes to an array. Called by the taking thread only, for no more than [#length] said.
    void take(byte[] to, int from, int length) {
        long start = taken.getPlain();
        int at = (int) start & mask;
        int first = Math.min(length, bytes.length - at);
        System.arraycopy(bytes, at, to, from, first);
        System.arraycopy(bytes, 0, to, from + first, length - first);
        taken.setRelease(start + length);
    }
}
