package dev.weir.exchange;

/// A keyed 64-bit hash that a client who does not know the key cannot make collide: SipHash-2-4. Fed with
/// words and texts; one object per hash, confined to its thread, small enough for the JIT to leave it out.
///
/// Equal to the reference for messages of whole 8-byte words. A text adds its length before its characters, so
/// that several texts in a row cannot be mistaken for others.
///
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012.
public final class SipHash {
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long words;

    public SipHash(long firstKey, long secondKey) {
        v0 = firstKey ^ 0x736f6d6570736575L;
        v1 = secondKey ^ 0x646f72616e646f6dL;
        v2 = firstKey ^ 0x6c7967656e657261L;
        v3 = secondKey ^ 0x7465646279746573L;
    }

    public SipHash add(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
        words++;
        return this;
    }

    public SipHash add(String text) {
        int length = text.length();
        add(length);
        long word = 0;
        for (int i = 0; i < length; i++) {
            word = word << 16 | text.charAt(i);
            if ((i & 3) == 3) {
                add(word);
                word = 0;
            }
        }
        return (length & 3) == 0 ? this : add(word);
    }

    /// The hash of all that was added. Nothing may be added afterwards.
    public long end() {
        add(words * Long.BYTES << 56);
        v2 ^= 0xff;
        round();
        round();
        round();
        round();
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }
}
